"""期满由两人审核销毁: what is listed, who decides, what is left, what the database refuses."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from lianxun.documents import operations as do
from lianxun.documents import queries, storage
from lianxun.documents.enums import Retention
from lianxun.documents.models import DisposalLine, DisposalList, Removal, StoredFile
from lianxun.duties.models import Duty, Notice
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.leads.models import EMPTIED, Lead
from tests.documents.support import LONG_AGO, Store, ended_long_ago, letter, service
from tests.leads.support import Desk
from tests.support.cast import account_id
from tests.support.recorded import Recorded


@pytest.fixture
def lead(shelf: Store) -> UUID:
    return ended_long_ago()


@pytest.fixture
def listed(shelf: Store, lead: UUID) -> UUID:
    (disposal,) = shelf.draw()
    return disposal


@pytest.fixture
def reviewed(shelf: Store, listed: UUID) -> UUID:
    shelf.review(listed)
    return listed


def as_coordinator() -> Any:
    return acting_as(account_id("coordinator"))


# --- the run that lists ------------------------------------------------------------------------------


def test_a_doubt_that_ended_half_a_year_ago_is_listed(
    shelf: Store, lead: UUID, trace: Recorded
) -> None:
    (disposal,) = shelf.draw()
    record = shelf.see(disposal)
    assert (record.state, record.noun, record.number) == ("drawn", "问题线索", "")
    (line,) = record.lines
    with as_coordinator(), transaction.atomic():
        row = Lead.objects.get(id=lead)
    assert (line.number, line.state, line.held) == (row.number, "listed", False)
    assert line.retention == "终止线索销毁 6 个月"
    assert "两人审核销毁" in line.basis
    (body,) = trace.of("documents.draw_lists")
    assert (body["service"], body["detail"]["lists"], body["detail"]["lines"]) == (
        "retention",
        1,
        1,
    )
    assert row.number not in str(body), "codes and counts only"


def test_a_doubt_that_ended_lately_is_not(shelf: Store) -> None:
    desk = Desk(shelf.cast)
    desk.act("return_lead", "coordinator", desk.register(), reason="不属受理范围。")
    desk.at("done")
    assert shelf.draw() == ()


def test_running_it_twice_lists_nothing_twice(shelf: Store, listed: UUID) -> None:
    assert shelf.draw() == ()
    shelf.review(listed)
    assert shelf.draw() == (), "a reviewed line is still on its list"


def test_what_is_the_same_in_every_label_shares_a_list(shelf: Store, lead: UUID) -> None:
    ended_long_ago()
    lists = shelf.draw()
    assert len(lists) == 1
    assert shelf.see(lists[0]).count == 2


def test_leads_about_different_bodies_never_share_a_list(shelf: Store, lead: UUID) -> None:
    from tests.support.cast import unit_id

    ended_long_ago(subject_org=unit_id("YL-DX"))
    assert len(shelf.draw()) == 2


def test_the_owner_is_told_and_a_clock_runs(shelf: Store, listed: UUID) -> None:
    with as_coordinator(), transaction.atomic():
        (clock,) = Duty.objects.filter(object_id=listed)
        notices = list(Notice.objects.filter(object_id=listed).values_list("code", "account"))
    assert (clock.template_code, clock.state) == ("DT-DC-DISPOSE", "open")
    assert notices == [("dispose", account_id("coordinator"))]


def test_a_person_may_draw_what_he_sees(shelf: Store, lead: UUID) -> None:
    (disposal,) = shelf.draw("coordinator")
    assert shelf.see(disposal).drawn_by == shelf.cast["coordinator"].name
    assert shelf.draw() == ()


@pytest.mark.parametrize("who", ["clerk", "inspector", "contact", "system_admin"])
def test_others_draw_nothing(shelf: Store, lead: UUID, who: str) -> None:
    with pytest.raises(Refused, match="期满清理由") as refused:
        shelf.draw(who)
    assert refused.value.rule == "DOC-DRAW"


def test_a_stranger_draws_an_empty_net(shelf: Store, lead: UUID) -> None:
    assert shelf.draw("finance") == ()


# --- files that ran out ------------------------------------------------------------------------------


def test_a_file_of_ten_years_is_listed_in_the_eleventh(shelf: Store) -> None:
    now = shelf.cast.now
    old = shelf.file(at=now.replace(year=now.year - 11, month=3, day=1))
    shelf.file(at=now.replace(year=now.year - 10, month=3, day=1), content=letter("新。"))
    shelf.file(
        at=now.replace(year=now.year - 60, day=1), retention=Retention.PERMANENT, content=b"%PDF-"
    )
    lists = [shelf.see(x) for x in shelf.draw("coordinator")]
    assert [line.object_id for one in lists for line in one.lines] == [old]
    assert lists[0].lines[0].expired_on.isoformat() == f"{now.year}-01-01"
    assert lists[0].lines[0].retention == "10年"


def test_a_destroyed_file_leaves_the_disk_after_the_act(shelf: Store, trace: Recorded) -> None:
    now = shelf.cast.now
    file = shelf.file(at=now.replace(year=now.year - 11, month=3, day=1))
    with as_coordinator(), transaction.atomic():
        sha256 = StoredFile.objects.get(id=file).sha256
    (disposal,) = shelf.draw("coordinator")
    shelf.review(disposal)
    assert shelf.destroy(disposal) == 1
    with pytest.raises(NotFound):
        queries.file(actor=shelf.cast["coordinator"], now=now, file_id=file)
    assert storage.path_of(sha256).exists(), "bytes go after the commit, by the job"
    assert shelf.sweep() == 1
    assert not storage.path_of(sha256).exists()
    assert shelf.see(disposal).lines[0].digest == sha256
    assert trace.of("documents.sweep")[0]["detail"]["removed"] == 1


def test_bytes_that_another_row_points_at_stay(shelf: Store) -> None:
    now = shelf.cast.now
    content = letter("两处同文。")
    shelf.file(at=now.replace(year=now.year - 11, month=3, day=1), content=content)
    other = shelf.file(content=content)
    (disposal,) = shelf.draw("coordinator")
    shelf.review(disposal)
    shelf.destroy(disposal)
    assert shelf.sweep() == 1
    record, stream = do.handed_out(actor=shelf.cast["coordinator"], now=now, file_id=other)
    with stream:
        assert stream.read() == content
    assert record.id == other


def test_bytes_of_a_row_the_service_cannot_see_stay_too(shelf: Store) -> None:
    """The question is asked for all rows, whoever may see them."""
    with (
        acting_as(service().account_id, service="retention"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select lx.bytes_in_use(%s)", ["0" * 64])
        assert cursor.fetchone()[0] is False
    with acting_as(account_id("finance")), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select lx.bytes_in_use(%s)", ["0" * 64])
        assert cursor.fetchone()[0] is True, "nobody but the service learns anything"


# --- the first person --------------------------------------------------------------------------------


def test_the_first_person_reviews(shelf: Store, listed: UUID, trace: Recorded) -> None:
    assert shelf.review(listed) == "reviewed"
    record = shelf.see(listed)
    assert record.number.startswith("销册〔")
    assert (record.reviewed_by, record.opinion) == ("许若溪", "逐条核对，均已期满。")
    (body,) = trace.of("documents.review_list")
    assert (body["rule"], body["detail"]["to"]) == ("DOC-REVIEW", "reviewed")
    assert "逐条核对" not in str(body)


def test_what_is_kept_needs_its_reason(shelf: Store, listed: UUID) -> None:
    line = shelf.see(listed).lines[0].id
    with pytest.raises(Invalid) as refused:
        shelf.review(listed, keep=[line], keep_reason=" ", opinion="无")
    assert {e.place: e.message for e in refused.value.errors} == {
        "opinion": "请写明审核意见（不少于 5 个字）。",
        "keep_reason": "请写明留存理由（不少于 5 个字）。",
    }
    assert shelf.see(listed).state == "drawn"


def test_when_all_is_kept_the_list_is_closed_and_asked_again_after_a_year(
    shelf: Store, listed: UUID
) -> None:
    line = shelf.see(listed).lines[0].id
    assert shelf.review(listed, keep=[line], keep_reason="案件仍可能复查。") == "kept"
    assert shelf.draw() == ()
    with as_coordinator(), transaction.atomic():
        assert Duty.objects.get(object_id=listed).state == "fulfilled"
    later = shelf.cast.now + timedelta(days=400)
    assert len(do.draw_lists(actor=service(), now=later)) == 1


@pytest.mark.parametrize(
    ("keep", "opinion", "place"),
    [([uuid4()], "逐条核对过了。", "keep"), ([], "好", "opinion"), ([], "长" * 301, "opinion")],
)
def test_bad_input_of_a_review_is_placed(
    shelf: Store, listed: UUID, keep: list[UUID], opinion: str, place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        shelf.review(listed, keep=keep, keep_reason="仍有保存价值。", opinion=opinion)
    assert [e.place for e in refused.value.errors] == [place]


@pytest.mark.parametrize("who", ["clerk", "custodian_1"])
def test_who_is_no_reviewer_is_refused(shelf: Store, listed: UUID, who: str) -> None:
    revision = shelf.see(listed).revision
    with pytest.raises((Refused, NotFound)) as refused:
        shelf.review(listed, who, revision=revision)
    assert getattr(refused.value, "rule", "DOC-REVIEW") == "DOC-REVIEW"


@pytest.mark.parametrize("who", ["finance", "neighbour", "contact", "system_admin", "audit_admin"])
def test_for_strangers_there_is_no_list(shelf: Store, reviewed: UUID, who: str) -> None:
    now, actor = shelf.cast.now, shelf.cast[who]
    with pytest.raises(NotFound):
        queries.disposal(actor=actor, now=now, disposal_id=reviewed)
    assert queries.disposals(actor=actor, now=now).total == 0
    with pytest.raises(NotFound):
        shelf.destroy(reviewed, who, revision=2)


# --- the second person -------------------------------------------------------------------------------


def test_the_second_person_destroys_and_number_dates_digest_are_left(
    shelf: Store, reviewed: UUID, lead: UUID, trace: Recorded
) -> None:
    with as_coordinator(), transaction.atomic():
        before = Lead.objects.get(id=lead)
    assert shelf.destroy(reviewed) == 1
    with as_coordinator(), transaction.atomic():
        after = Lead.objects.get(id=lead)
        clocks = set(Duty.objects.filter(object_id=lead).values_list("template_code", "state"))
    assert (after.state, after.title, after.number) == ("destroyed", EMPTIED, before.number)
    assert after.no_case_on == before.no_case_on
    left = (after.summary, after.object_name, after.object_post, after.return_reason, after.salt)
    assert left == ("", "", "", "", b"")
    assert ("DT-LD-DESTROY", "fulfilled") in clocks
    record = shelf.see(reviewed)
    assert (record.state, record.checked_by, record.whole) == ("destroyed", "沈明远", True)
    assert record.lines[0].state == "destroyed"
    (body,) = trace.of("documents.destroy_list")
    assert (body["rule"], body["detail"]["destroyed"]) == ("DOC-DESTROY", 1)
    assert body["detail"]["sha256"] == record.sha256
    assert before.title not in str(body)


def test_the_register_is_printed_and_kept_for_good(shelf: Store, reviewed: UUID) -> None:
    shelf.destroy(reviewed)
    with as_coordinator(), transaction.atomic():
        files = list(StoredFile.objects.filter(object_id=reviewed).order_by("suffix"))
    assert [(f.title, f.suffix, f.retention) for f in files] == [
        ("销毁清册", ".docx", "permanent"),
        ("销毁清册", ".pdf", "permanent"),
    ]
    with storage.open_stored(files[1].sha256) as stream:
        text = "".join(_text(stream.read()).split())
    record = shelf.see(reviewed)
    line = record.lines[0].number
    for words in (record.number, line, "许若溪", "沈明远", "逐条核对", record.sha256[:20]):
        assert words in text


def _text(pdf: bytes) -> str:
    import pypdfium2

    paper = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in paper)


def test_the_commitment_of_the_trace_outlives_the_words(shelf: Store, trace: Recorded) -> None:
    """security.md §1.3: the salt goes, every record stays valid, and nobody can guess the words."""
    from lianxun.kernel.digest import canonical, commitment
    from tests.leads.support import GIVEN

    lead = ended_long_ago()
    (said,) = trace.of("leads.register")[0]["detail"]["pd"]
    with as_coordinator(), transaction.atomic():
        salt = bytes(Lead.objects.get(id=lead).salt)
    words = {k: GIVEN[k] for k in ("title", "summary", "object_name", "object_post")}
    assert commitment(salt, canonical(words).decode()) == said
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    shelf.destroy(disposal)
    assert shelf.see(disposal).lines[0].digest == said
    with as_coordinator(), transaction.atomic():
        assert Lead.objects.get(id=lead).salt == b""


def test_material_goes_with_its_lead(shelf: Store) -> None:
    from io import BytesIO

    from lianxun.leads import operations as leads
    from tests.documents.support import Earlier

    desk = Desk(Earlier())
    lead = desk.register()
    leads.attach(
        actor=shelf.cast["clerk"],
        now=desk.cast.now,
        lead_id=lead,
        revision=1,
        file=BytesIO(letter("附件。")),
        name="附件.pdf",
        title="合同",
    )
    desk.act("return_lead", "coordinator", lead, reason="不属受理范围。")
    with as_coordinator(), transaction.atomic():
        sha256 = StoredFile.objects.get(object_id=lead).sha256
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    shelf.destroy(disposal)
    assert shelf.see(disposal).lines[0].files == 1
    assert shelf.sweep() == 1
    assert not storage.path_of(sha256).exists()


def test_a_sealed_identity_loses_its_key_after_the_commit(shelf: Store, tmp_path: Path) -> None:
    from lianxun.leads import operations as leads
    from tests.documents.support import Earlier
    from tests.leads.support import PASSPHRASE, REPORTER

    for key in ("custodian_1", "custodian_2"):
        leads.enrol_custodian(actor=shelf.cast[key], now=shelf.cast.now, passphrase=PASSPHRASE)
    desk = Desk(Earlier())
    lead = desk.register("petitions", reporter=REPORTER)
    desk.act("return_lead", "coordinator", lead, reason="不属受理范围。")
    keys = tmp_path / "keys"
    assert len(list(keys.glob("*.json"))) == 1
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    shelf.destroy(disposal)
    assert len(list(keys.glob("*.json"))) == 1, "an act that fails later destroys no key"
    assert shelf.sweep() == 1
    assert list(keys.glob("*.json")) == []
    assert desk.see(lead).in_vault is False


def test_one_person_alone_destroys_nothing(shelf: Store, reviewed: UUID) -> None:
    with pytest.raises(Refused, match="监销人不能是审核人") as refused:
        shelf.destroy(reviewed, "coordinator")
    assert refused.value.rule == "DOC-MAKER-CHECKER"
    assert shelf.see(reviewed).state == "reviewed"


def test_the_second_person_sends_it_back_with_the_reason(shelf: Store, reviewed: UUID) -> None:
    revision = shelf.see(reviewed).revision
    with pytest.raises(Invalid, match="请写明退回理由"):
        shelf.act("return_list", "leader", disposal_id=reviewed, revision=revision, reason="再看")
    shelf.act(
        "return_list", "leader", disposal_id=reviewed, revision=revision, reason="第一条请再核对。"
    )
    record = shelf.see(reviewed)
    assert (record.state, record.return_reason) == ("drawn", "第一条请再核对。")
    assert (record.reviewed_by, record.permitted) == ("", {"review"})
    number = record.number
    shelf.review(reviewed)
    assert shelf.see(reviewed).number == number, "the number stays"


def test_what_was_not_reviewed_is_not_destroyed(shelf: Store, listed: UUID) -> None:
    with pytest.raises(WrongState, match="现为“待审核”，不能销毁"):
        shelf.destroy(listed)


def test_an_old_revision_destroys_nothing(shelf: Store, reviewed: UUID) -> None:
    with pytest.raises(Stale):
        shelf.destroy(reviewed, revision=1)


def test_before_its_day_nothing_is_destroyed(shelf: Store, cast: Any) -> None:
    """It is listed two weeks before, so that two people have the time to judge."""
    desk = Desk(cast)
    lead = desk.register()
    with pytest.MonkeyPatch.context() as patch:
        early = cast.now - LONG_AGO + timedelta(days=45)
        patch.setattr(type(cast), "now", property(lambda _: early))
        desk.act("return_lead", "coordinator", lead, reason="不属受理范围。")
    with as_coordinator(), transaction.atomic():
        due = Duty.objects.get(object_id=lead, template_code="DT-LD-DESTROY").due_on
    assert due > cast.now.date()
    when = cast.now + (due - cast.now.date()) - timedelta(days=10)
    (disposal,) = do.draw_lists(actor=service(), now=when)
    shelf.review(disposal)
    with pytest.raises(WrongState, match="尚未期满，不能销毁"):
        do.destroy_list(
            actor=cast["leader"],
            now=when,
            disposal_id=disposal,
            revision=shelf.see(disposal).revision,
        )


def test_a_destroyed_list_is_over(shelf: Store, reviewed: UUID) -> None:
    shelf.destroy(reviewed)
    assert shelf.see(reviewed).permitted == frozenset()
    with pytest.raises(WrongState, match="已销毁"):
        shelf.destroy(reviewed, "deputy_leader")


# --- the database alone ------------------------------------------------------------------------------


def refused(sql: str, *values: Any, who: str = "leader") -> str:
    """Run SQL under somebody's identity; the words of the database's refusal."""
    with (
        pytest.raises((DatabaseError, IntegrityError)) as error,
        acting_as(account_id(who)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, list(values))
    return str(error.value)


def test_the_database_knows_two_people(shelf: Store, reviewed: UUID) -> None:
    words = refused(
        "update documents_disposallist set checked_by_id = reviewed_by_id where id = %s", reviewed
    )
    assert "disposal_checked_by_another" in words


def test_the_database_empties_no_lead_without_a_checked_list(
    shelf: Store, listed: UUID, lead: UUID
) -> None:
    words = refused(
        "update leads_lead set state = 'destroyed', title = %s, summary = '', object_name = '',"
        " object_post = '', return_reason = '', salt = '', revision = 9 where id = %s",
        EMPTIED,
        lead,
    )
    assert "only by a checked list" in words


def test_the_database_deletes_no_file_without_a_checked_list(shelf: Store) -> None:
    file = shelf.file()
    words = refused("delete from documents_storedfile where id = %s", file, who="coordinator")
    assert "goes only by a checked list" in words


def test_the_database_marks_no_line_before_somebody_checks(shelf: Store, reviewed: UUID) -> None:
    words = refused(
        "update documents_disposalline set state = 'destroyed', digest = repeat('a', 64)"
        " where disposal_id = %s",
        reviewed,
    )
    assert "by a second person, after review" in words


def test_the_database_lets_nobody_check_in_anothers_name(shelf: Store, reviewed: UUID) -> None:
    def two_names() -> None:
        with acting_as(account_id("leader")), transaction.atomic():
            DisposalList.objects.filter(id=reviewed).update(
                checked_by_id=account_id("deputy_leader"), checked_at=shelf.cast.now
            )
            DisposalLine.objects.filter(disposal_id=reviewed).update(
                state="destroyed", digest="a" * 64
            )

    with pytest.raises(DatabaseError, match="by a second person"):
        two_names()


def test_the_record_of_a_destruction_never_changes(shelf: Store, reviewed: UUID) -> None:
    shelf.destroy(reviewed)
    for sql in (
        "update documents_disposalline set digest = repeat('b', 64) where disposal_id = %s",
        "update documents_disposallist set opinion = '另写一份意见' where id = %s",
        "update documents_disposalline set number = 'x' where disposal_id = %s",
    ):
        assert "never changes" in refused(sql, reviewed)


# --- after a crash -----------------------------------------------------------------------------------


def test_an_act_that_fails_leaves_everything_as_it_was(
    shelf: Store, reviewed: UUID, lead: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lianxun.documents.operations import disposal as module

    def full(**_: Any) -> None:
        raise WrongState("存储空间不足。")

    monkeypatch.setattr(module, "issue_register", full)
    with pytest.raises(WrongState):
        shelf.destroy(reviewed)
    with as_coordinator(), transaction.atomic():
        assert Lead.objects.get(id=lead).state == "returned"
        assert not Removal.objects.filter(done_at__isnull=True).exists()
    assert shelf.see(reviewed).state == "reviewed"


def test_killed_between_removal_and_commit_the_next_run_finishes(
    shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = shelf.cast.now
    for text in ("一。", "二。"):
        shelf.file(at=now.replace(year=now.year - 11, month=3, day=1), content=letter(text))
    (disposal,) = shelf.draw("coordinator")
    shelf.review(disposal)
    shelf.destroy(disposal)
    removed: list[str] = []
    remove = storage.remove

    def killed(sha256: str) -> None:
        if removed:
            raise KeyboardInterrupt
        removed.append(sha256)
        remove(sha256)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            shelf.sweep()
    assert not storage.path_of(removed[0]).exists(), "one went, its row says nothing of it"
    assert shelf.sweep() == 2
    assert shelf.sweep() == 0
    assert list(storage.folder().rglob("*.part")) == []


def test_only_the_service_sweeps(shelf: Store) -> None:
    with pytest.raises(Refused) as refused:
        do.sweep(actor=shelf.cast["leader"], now=shelf.cast.now)
    assert refused.value.rule == "DOC-SWEEP"
