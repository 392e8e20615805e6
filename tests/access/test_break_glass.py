"""Break-glass (P5): asked by number, opened by a second person, told, reviewed, or the account closes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.access import breakglass as do
from lianxun.access.models import Account, Grant
from lianxun.access.queries import service_actor
from lianxun.duties.models import Notice
from lianxun.duties.queries import calendar
from lianxun.fabric.identity import acting_as
from lianxun.jobs import tasks
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.leads import operations as leads
from tests.leads.support import PASSPHRASE, REPORTER, Desk
from tests.support import recorded
from tests.support.cast import account_id, unit_id
from tests.web.test_pages import client_of

REASON = "夜间突发舆情，须立即核对线索内容。"
ASKER, SECOND = "finance", "audit"


@pytest.fixture
def desk(cast: Any) -> Desk:
    return Desk(cast)


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> recorded.Recorded:
    return recorded.listen(monkeypatch)


def ask(desk: Desk, number: str, who: str = ASKER, **other: Any) -> UUID:
    given: dict[str, Any] = {
        "object_kind": "leads.lead",
        "number": number,
        "reason": REASON,
        "second": account_id(SECOND),
    }
    return do.ask_break_glass(actor=desk.cast[who], now=desk.cast.now, **given | other)


def consent(desk: Desk, grant: UUID, who: str = SECOND, revision: int = 1, later: int = 0) -> None:
    do.consent_break_glass(
        actor=desk.cast[who],
        now=desk.cast.now + timedelta(hours=later),
        grant_id=grant,
        revision=revision,
    )


def review(desk: Desk, grant: UUID, who: str, note: str = "情况属实。", revision: int = 2) -> None:
    do.review_break_glass(
        actor=desk.cast[who], now=desk.cast.now, grant_id=grant, revision=revision, note=note
    )


def opened(desk: Desk, **given: Any) -> tuple[UUID, UUID]:
    lead = desk.register(**given)
    grant = ask(desk, desk.see(lead).number)
    consent(desk, grant)
    return lead, grant


def test_two_people_of_two_units_open_one_object(desk: Desk, trace: recorded.Recorded) -> None:
    lead = desk.register()
    grant = ask(desk, desk.see(lead).number)
    with pytest.raises(NotFound):
        desk.see(lead, ASKER)
    consent(desk, grant)
    assert desk.see(lead, ASKER).id == lead
    other = desk.register()
    with pytest.raises(NotFound):
        desk.see(other, ASKER)
    for act in ("access.ask_break_glass", "access.consent_break_glass"):
        (body,) = trace.of(act)
        assert (body["rule"], body["obj"], body["obj_id"]) == ("ACC-P5", "access.grant", str(grant))
        assert REASON not in str(body)


def test_it_opens_for_reading_only(desk: Desk) -> None:
    lead, _ = opened(desk)
    with pytest.raises((NotFound, Refused)):
        desk.act("screen", ASKER, lead, discipline="work")


def test_the_owner_and_the_reviewers_are_told_at_once(desk: Desk) -> None:
    lead, grant = opened(desk)
    expected = {
        ("coordinator", "opened", lead),
        ("security_admin", "review", grant),
        (SECOND, "consent", grant),
    }
    for who, code, about in expected:
        with acting_as(account_id(who)), transaction.atomic():
            assert Notice.objects.filter(code=code, object_id=about).count() == 1, who


def test_after_four_hours_it_is_closed_again(desk: Desk) -> None:
    lead, grant = opened(desk)
    with acting_as(account_id(SECOND)), transaction.atomic():
        Grant.objects.filter(id=grant).update(until=desk.cast.now - timedelta(seconds=1))
    with pytest.raises(NotFound):
        desk.see(lead, ASKER)


# --- never lifts R1–R4, never opens the vault --------------------------------------------------------


def test_a_level_above_the_clearance_stays_closed(desk: Desk) -> None:
    lead, _ = opened(desk)
    Account.objects.filter(id=account_id(ASKER)).update(clearance=1)
    with pytest.raises(NotFound):
        desk.see(lead, ASKER)


def test_a_recusal_stays(desk: Desk) -> None:
    from lianxun.access.models import Recusal

    lead, _ = opened(desk)
    with acting_as(account_id("coordinator")), transaction.atomic():
        Recusal.objects.create(
            created_at=desk.cast.now,
            account_id=account_id(ASKER),
            organisation_id=unit_id("YL-JT"),
            reason_code="kin",
            valid_from=desk.cast.now.date(),
        )
    with pytest.raises(NotFound):
        desk.see(lead, ASKER)


def test_the_wall_stays(desk: Desk) -> None:
    lead, _ = opened(desk, subject_org=unit_id("YL-CZ"))  # about the asker's own unit
    with pytest.raises(NotFound):
        desk.see(lead, ASKER)


def test_a_compartment_stays(desk: Desk) -> None:
    from lianxun.leads.models import Lead

    lead, _ = opened(desk)
    Account.objects.filter(id=account_id("coordinator")).update(compartments=["甲"])
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert Lead.objects.filter(id=lead).update(compartment="甲") == 1
    with pytest.raises(NotFound):
        desk.see(lead, ASKER)


def test_an_identity_stays_sealed(desk: Desk) -> None:
    for key in ("custodian_1", "custodian_2"):
        leads.enrol_custodian(actor=desk.cast[key], now=desk.cast.now, passphrase=PASSPHRASE)
    lead, _ = opened(desk, reporter=REPORTER)
    assert REPORTER.name not in repr(desk.see(lead, ASKER))
    with (
        acting_as(account_id(ASKER)),
        pytest.raises(DatabaseError, match=r"vault: not (for you|granted)"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select * from vault.open_decided(gen_random_uuid())")


# --- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"object_kind": "access.account"}, "object_kind", "事项类别"),
        ({"number": " "}, "number", "事项编号"),
        ({"number": "长" * 61}, "number", "不超过 60 字"),
        ({"reason": "太急"}, "reason", "10 至 200 字"),
        ({"reason": "长" * 201}, "reason", "10 至 200 字"),
        ({"second": uuid4()}, "second", "没有这名同意人"),
        ({"second": account_id("clerk")}, "second", "没有这名同意人"),
        ({"second": account_id(ASKER)}, "second", "其他单位"),
    ],
)
def test_a_request_that_does_not_fit_is_said_at_its_field(
    desk: Desk, given: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        ask(desk, **{"number": "线X〔2026〕12345号"} | given)
    assert [e.place for e in refused.value.errors] == [field]


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin", "custodian_x"])
def test_administrators_break_no_glass(desk: Desk, who: str) -> None:
    if who == "custodian_x":
        who = "escrow_1"
    with pytest.raises(Refused) as refused:
        ask(desk, "线X〔2026〕12345号", who)
    assert refused.value.rule == "ACC-P5"


def test_a_number_that_does_not_exist_looks_like_one_that_does(desk: Desk) -> None:
    real = desk.see(desk.register()).number
    grants = [ask(desk, real), ask(desk, "线X〔2026〕99999号"), ask(desk, "线X〔2026〕99999号")]
    for grant in grants:
        consent(desk, grant)
    shown = [
        do.one_break_glass(actor=desk.cast[ASKER], now=desk.cast.now, grant_id=g) for g in grants
    ]
    assert {x.state_label for x in shown} == {"开启中"}
    assert all(x.object_id for x in shown)
    assert shown[1].object_id == shown[2].object_id  # asking twice does not tell it either
    assert {x.object_id.version for x in shown if x.object_id} == {7}  # nor does the id's form


def id_of(desk: Desk, grant: UUID) -> UUID | None:
    return do.one_break_glass(actor=desk.cast[ASKER], now=desk.cast.now, grant_id=grant).object_id


def test_a_number_is_resolved_by_the_consent_and_not_before(desk: Desk) -> None:
    lead = desk.register()
    number = desk.see(lead).number
    real, none = ask(desk, number), ask(desk, "线X〔2026〕99999号")
    before = id_of(desk, none)
    assert id_of(desk, real) != lead
    consent(desk, real)
    consent(desk, none)
    assert (id_of(desk, real), id_of(desk, none)) == (lead, before)


@pytest.mark.parametrize(
    "asked",
    [
        "select lx.numbered('leads.lead', '线X〔2026〕12345号')",
        "select lx.owner_of('leads.lead', gen_random_uuid())",
    ],
)
@pytest.mark.parametrize("who", [ASKER, "coordinator", "security_admin"])
def test_nobody_asks_the_database_which_numbers_exist(desk: Desk, asked: str, who: str) -> None:
    with (
        acting_as(account_id(who)),
        pytest.raises(DatabaseError, match="permission denied for function"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(asked)


def test_the_owner_of_what_was_opened_is_told_to_the_second_person_alone(desk: Desk) -> None:
    lead = desk.register()
    grant = ask(desk, desk.see(lead).number)

    def owner(who: str) -> UUID | None:
        with acting_as(account_id(who)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select lx.owner_of_opened(%s)", [grant])
            found: UUID | None = cursor.fetchone()[0]
            return found

    assert owner(SECOND) is None
    consent(desk, grant)
    assert owner(SECOND) == desk.cast["coordinator"].unit_id
    assert owner(ASKER) is None
    assert owner("security_admin") is None


@pytest.mark.parametrize("who", ["coordinator", ASKER, "personnel", "security_admin"])
def test_only_the_named_second_person_consents(desk: Desk, who: str) -> None:
    grant = ask(desk, "线X〔2026〕12345号")
    with pytest.raises(NotFound):
        consent(desk, grant, who)


def test_consent_once_in_time_and_at_the_present_revision(desk: Desk) -> None:
    grant = ask(desk, "线X〔2026〕12345号")
    with pytest.raises(Stale):
        consent(desk, grant, revision=7)
    with pytest.raises(WrongState, match="超过 4 小时"):
        consent(desk, grant, later=5)
    consent(desk, grant)
    with pytest.raises(WrongState, match="已经同意过"):
        consent(desk, grant, revision=2)


def test_nobody_opens_it_for_himself_past_the_operations(desk: Desk) -> None:
    grant = ask(desk, "线X〔2026〕12345号")
    with acting_as(account_id(ASKER)), transaction.atomic():
        changed = Grant.objects.filter(id=grant).update(consented_at=desk.cast.now)
    assert changed == 0


# --- review ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["security_admin", SECOND])
def test_it_is_reviewed_by_another(desk: Desk, trace: recorded.Recorded, who: str) -> None:
    _, grant = opened(desk)
    review(desk, grant, who)
    record = do.one_break_glass(actor=desk.cast[who], now=desk.cast.now, grant_id=grant)
    assert (record.state_label, record.review_note) == ("已审查", "情况属实。")
    assert trace.of("access.review_break_glass")[0]["rule"] == "ACC-P5"
    with pytest.raises(WrongState, match="已经审查过"):
        review(desk, grant, who, revision=3)


def test_who_opened_does_not_review_himself(desk: Desk) -> None:
    _, grant = opened(desk)
    with pytest.raises(Refused, match="不能由调阅人自己审查"):
        review(desk, grant, ASKER)


@pytest.mark.parametrize(("note", "words"), [("", "审查意见"), ("长" * 201, "不超过 200 字")])
def test_a_review_says_something(desk: Desk, note: str, words: str) -> None:
    _, grant = opened(desk)
    with pytest.raises(Invalid, match=words):
        review(desk, grant, "security_admin", note)


def test_what_was_never_opened_needs_no_review(desk: Desk) -> None:
    grant = ask(desk, "线X〔2026〕12345号")
    with pytest.raises(WrongState, match="无需审查"):
        review(desk, grant, SECOND, revision=1)


def test_the_duty_to_review_is_overdue_after_a_day(desk: Desk) -> None:
    _, grant = opened(desk)
    for hours, late in ((23, False), (25, True)):
        record = do.one_break_glass(
            actor=desk.cast["security_admin"],
            now=desk.cast.now + timedelta(hours=hours),
            grant_id=grant,
        )
        assert record.overdue is late


def test_three_working_days_without_review_close_the_account(
    desk: Desk, trace: recorded.Recorded
) -> None:
    _, grant = opened(desk)
    service = service_actor(service="duties")
    assert close(desk, service, before=desk.cast.now - timedelta(days=1)) == 0
    assert close(desk, service, before=desk.cast.now + timedelta(minutes=1)) == 1
    row = Account.objects.get(id=account_id(ASKER))
    assert (row.is_active, "3 个工作日" in row.blocked_reason) == (False, True)
    assert trace.of("access.block_unreviewed")[-1]["detail"]["count"] == 1
    assert close(desk, service, before=desk.cast.now + timedelta(minutes=1)) == 0
    assert grant


def test_a_reviewed_opening_closes_nothing_and_no_person_starts_it(desk: Desk) -> None:
    _, grant = opened(desk)
    review(desk, grant, "security_admin")
    later = desk.cast.now + timedelta(minutes=1)
    assert close(desk, service_actor(service="duties"), before=later) == 0
    with pytest.raises(Refused) as refused:
        close(desk, desk.cast["security_admin"], before=later)
    assert refused.value.rule == "ACC-P6"


def test_the_job_counts_three_working_days_by_itself(desk: Desk) -> None:
    opened(desk)
    tasks.close_unreviewed(timestamp=0)
    assert Account.objects.get(id=account_id(ASKER)).is_active


def close(desk: Desk, who: Any, *, before: datetime) -> int:
    return do.block_unreviewed(actor=who, now=desk.cast.now, before=before)


@pytest.mark.parametrize(
    ("today", "then"),
    [
        (date(2026, 11, 26), date(2026, 11, 23)),  # Thursday → Monday
        (date(2026, 11, 24), date(2026, 11, 19)),  # Tuesday → Thursday, over a weekend
        (date(2026, 10, 8), date(2026, 9, 28)),  # over the National Day holiday
    ],
)
def test_three_working_days_are_counted_by_the_calendar(cast: Any, today: date, then: date) -> None:
    now = datetime(today.year, today.month, today.day, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert do.working_days_ago(now, 3, calendar()).date() == then


# --- pages -------------------------------------------------------------------------------------------


def test_the_pages_lead_from_asking_to_review(desk: Desk) -> None:
    lead = desk.register()
    asker, second, admin = client_of(ASKER), client_of(SECOND), client_of("security_admin")
    sent = {
        "object_kind": "leads.lead",
        "number": desk.see(lead).number,
        "reason": REASON,
        "second": str(account_id(SECOND)),
    }
    assert "等待第二人同意" in asker.post("/emergency/new/", sent, follow=True).content.decode()
    page = second.get("/emergency/").content.decode()
    with acting_as(account_id(SECOND)), transaction.atomic():
        grant = Grant.objects.get(kind="break_glass")
    assert REASON in page
    url = f"/emergency/{grant.id}/consent/"
    assert second.get(url).status_code == 200
    second.post(url, {"revision": "1"})
    assert f"/leads/{lead}/" in asker.get("/emergency/").content.decode()
    opened_page = asker.get(f"/leads/{lead}/").content.decode()
    assert "为什么能看到" in opened_page
    assert "本人的应急调阅已经第二人同意，尚未到期" in opened_page
    admin.post(f"/emergency/{grant.id}/review/", {"revision": "2", "note": "情况属实。"})
    assert "审查意见：情况属实。" in admin.get("/emergency/").content.decode()


@pytest.mark.parametrize("bad", [{"number": ""}, {"reason": "急"}, {"second": "nonsense"}, {}])
def test_a_bad_form_comes_back_with_what_was_typed(desk: Desk, bad: dict[str, str]) -> None:
    sent = {
        "object_kind": "leads.lead",
        "number": "线X〔2026〕12345号",
        "reason": REASON,
        "second": str(account_id(SECOND)),
    } | bad
    answer = client_of(ASKER).post("/emergency/new/", sent if bad else {})
    assert answer.status_code == 422
    assert "lx-field-error" in answer.content.decode()


def test_strangers_find_nothing_there(desk: Desk) -> None:
    _, grant = opened(desk)
    assert client_of("personnel").get(f"/emergency/{grant}/review/").status_code == 404
    assert REASON not in client_of("personnel").get("/emergency/").content.decode()
    assert client_of("system_admin").get("/emergency/new/").status_code == 404
