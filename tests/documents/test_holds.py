"""法律保全: who places, who lifts, what it stops."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.documents import queries
from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.leads import operations as leads
from tests.documents.support import Earlier, Store, ended_long_ago, letter
from tests.leads.support import Desk
from tests.support.cast import account_id
from tests.support.recorded import Recorded

LEAD = "leads.lead"


@pytest.fixture
def lead(shelf: Store) -> UUID:
    return ended_long_ago()


def lift(shelf: Store, hold: UUID, who: str = "leader", **given: Any) -> None:
    given = {"revision": 1, "reason": "案件已办结。", **given}
    shelf.act("lift_hold", who, hold_id=hold, **given)


def clock(lead: UUID) -> Any:
    with acting_as(account_id("coordinator")), transaction.atomic():
        return Duty.objects.get(object_id=lead, template_code="DT-LD-DESTROY")


def test_a_hold_keeps_a_lead_off_the_list(shelf: Store, lead: UUID, trace: Recorded) -> None:
    hold = shelf.hold(LEAD, lead)
    assert shelf.draw() == ()
    (body,) = trace.of("documents.place_hold")
    assert (body["rule"], body["detail"]["object"]) == ("DOC-HOLD", str(lead))
    assert "案件" not in str(body)
    lift(shelf, hold)
    assert trace.of("documents.lift_hold")[0]["rule"] == "DOC-LIFT"
    assert len(shelf.draw()) == 1


def test_while_it_stands_nobody_is_late(shelf: Store, lead: UUID) -> None:
    due = clock(lead).due_on
    hold = shelf.hold(LEAD, lead)
    assert clock(lead).paused_on is not None
    lift(shelf, hold)
    assert clock(lead).paused_on is None
    assert clock(lead).due_on >= due


def test_a_second_hold_keeps_the_clock_still(shelf: Store, lead: UUID) -> None:
    first, second = (
        shelf.hold(LEAD, lead),
        shelf.hold(LEAD, lead, "leader", basis="云监保〔2026〕9号"),
    )
    lift(shelf, first, "deputy_leader")
    assert clock(lead).paused_on is not None
    assert shelf.draw() == ()
    lift(shelf, second, "deputy_leader")
    assert clock(lead).paused_on is None


def test_a_hold_placed_after_the_review_stops_the_second_person(shelf: Store, lead: UUID) -> None:
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    shelf.hold(LEAD, lead)
    with pytest.raises(WrongState, match="有法律保全，不能销毁") as stopped:
        shelf.destroy(disposal)
    record = shelf.see(disposal)
    assert record.lines[0].number in stopped.value.message
    assert (record.state, record.lines[0].held) == ("reviewed", True)


def test_the_database_stops_him_too(shelf: Store, lead: UUID) -> None:
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    shelf.hold(LEAD, lead)
    with pytest.raises(DatabaseError, match="held back"):
        _checked_past_the_hold(disposal)


def _checked_past_the_hold(disposal: UUID) -> None:
    with acting_as(account_id("leader")), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update documents_disposallist set checked_by_id = lx.account(), checked_at = now()"
            " where id = %s",
            [disposal],
        )
        cursor.execute(
            "update documents_disposalline set state = 'destroyed', digest = repeat('a', 64)"
            " where disposal_id = %s",
            [disposal],
        )


def test_a_file_is_held_like_a_lead(shelf: Store) -> None:
    now = shelf.cast.now
    file = shelf.file(at=now.replace(year=now.year - 11, month=3, day=1))
    hold = shelf.hold("documents.file", file)
    assert shelf.draw("coordinator") == ()
    assert shelf.holds(file) == [hold]


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"reason": " "}, ["reason"]),
        ({"basis": ""}, ["basis"]),
        ({"reason": "短", "basis": "长" * 121}, ["reason", "basis"]),
        ({"reason": "长" * 301}, ["reason"]),
        ({"reason": "含有\x00字符的理由"}, ["reason"]),
    ],
)
def test_bad_input_is_placed(shelf: Store, lead: UUID, given: Any, places: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        shelf.hold(LEAD, lead, **given)
    assert [e.place for e in refused.value.errors] == places
    assert all(e.message.endswith("。") for e in refused.value.errors)


def test_who_placed_it_does_not_lift_it(shelf: Store, lead: UUID) -> None:
    hold = shelf.hold(LEAD, lead, "leader")
    with pytest.raises(Refused, match="设定人以外的人解除") as refused:
        lift(shelf, hold, "leader")
    assert refused.value.rule == "DOC-MAKER-CHECKER"
    with pytest.raises(Refused, match="由分管领导解除") as refused:
        lift(shelf, hold, "coordinator")
    assert refused.value.rule == "DOC-LIFT"
    with pytest.raises(DatabaseError, match="hold_lifted_by_another_with_reason"):
        _lifted_alone(hold)


def _lifted_alone(hold: UUID) -> None:
    with acting_as(account_id("leader")), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update documents_legalhold set state = 'lifted', lifted_by_id = placed_by_id,"
            " lifted_at = now(), lift_reason = '自己解除' where id = %s",
            [hold],
        )


def test_it_is_lifted_once_at_its_revision_with_a_reason(shelf: Store, lead: UUID) -> None:
    hold = shelf.hold(LEAD, lead)
    with pytest.raises(Invalid, match="请写明解除理由"):
        lift(shelf, hold, reason="好")
    with pytest.raises(Stale):
        lift(shelf, hold, revision=7)
    lift(shelf, hold)
    with pytest.raises(WrongState, match="法律保全现为“已解除”"):
        lift(shelf, hold, "deputy_leader", revision=2)


@pytest.mark.parametrize("who", ["clerk", "inspector"])
def test_who_answers_for_nothing_holds_nothing(shelf: Store, lead: UUID, who: str) -> None:
    with pytest.raises((Refused, NotFound)) as refused:
        shelf.hold(LEAD, lead, who)
    assert getattr(refused.value, "rule", "DOC-HOLD") == "DOC-HOLD"


@pytest.mark.parametrize("who", ["finance", "neighbour", "contact", "audit_admin"])
def test_strangers_learn_of_no_hold(shelf: Store, lead: UUID, who: str) -> None:
    hold = shelf.hold(LEAD, lead)
    now, actor = shelf.cast.now, shelf.cast[who]
    with pytest.raises(NotFound):
        shelf.hold(LEAD, lead, who)
    with pytest.raises(NotFound):
        queries.hold(actor=actor, now=now, hold_id=hold)
    assert queries.holds(actor=actor, now=now).total == 0
    assert shelf.holds(lead, who) == []
    assert shelf.holds(lead) == [hold]


@pytest.mark.parametrize("kept_by", ["leads.lead", "documents.file", "access.account", ""])
def test_what_nobody_keeps_cannot_be_held(shelf: Store, kept_by: str) -> None:
    with pytest.raises(NotFound):
        shelf.hold(kept_by, uuid4())


def test_what_is_destroyed_cannot_be_held_any_more(shelf: Store, lead: UUID) -> None:
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    shelf.destroy(disposal)
    with pytest.raises(NotFound):
        shelf.hold(LEAD, lead)


# --- a file held for itself -------------------------------------------------------------------------


def _with_material(shelf: Store) -> tuple[UUID, UUID]:
    """A lead whose time is over, with one file: (lead, file)."""
    desk = Desk(Earlier())
    lead = desk.register()
    file = leads.attach(
        actor=shelf.cast["clerk"],
        now=desk.cast.now,
        lead_id=lead,
        revision=1,
        file=BytesIO(letter("附件。")),
        name="附件.pdf",
        title="合同",
    )
    desk.act("return_lead", "coordinator", lead, reason="不属受理范围。")
    return lead, file


def test_a_held_file_does_not_go_with_its_lead(shelf: Store) -> None:
    _, file = _with_material(shelf)
    hold = shelf.hold("documents.file", file)
    (disposal,) = shelf.draw()
    shelf.review(disposal)
    with pytest.raises(WrongState, match="《合同》有法律保全，不能随事项销毁"):
        shelf.destroy(disposal)
    assert shelf.see(disposal).state == "reviewed"
    assert (
        queries.file(actor=shelf.cast["coordinator"], now=shelf.cast.now, file_id=file).id == file
    )
    lift(shelf, hold)
    assert shelf.destroy(disposal) == 1


def test_the_database_keeps_a_held_file(shelf: Store, lead: UUID) -> None:
    """Whatever stands on a list: bytes of a held file go with nothing."""
    file = shelf.file(kind=LEAD, about=lead)
    shelf.hold("documents.file", file)
    with (
        pytest.raises(DatabaseError, match="held back"),
        acting_as(account_id("coordinator")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from documents_storedfile where id = %s", [file])


def test_the_page_of_a_hold_leads_to_what_is_held(shelf: Store, lead: UUID) -> None:
    file = shelf.file(kind=LEAD, about=lead)
    for kept_by, held in ((LEAD, lead), ("documents.file", file)):
        hold = shelf.hold(kept_by, held)
        found = queries.hold(actor=shelf.cast["coordinator"], now=shelf.cast.now, hold_id=hold)
        assert (found.kept_by, found.object_id) == (kept_by, held)


def test_what_is_held_does_not_stand_before_the_others(
    shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nightly run takes a number of rows at once: those decided already must not be among them."""
    monkeypatch.setattr("lianxun.documents.files.AT_ONCE", 1)
    monkeypatch.setattr("lianxun.leads.operations.retention.AT_ONCE", 1)
    first, second = ended_long_ago(), ended_long_ago()
    shelf.hold(LEAD, first)
    (disposal,) = shelf.draw()
    assert [line.object_id for line in shelf.see(disposal).lines] == [second]
    year = shelf.cast.now.year - 11
    files = [
        shelf.file(at=shelf.cast.now.replace(year=year, month=m, day=1), content=letter(f"{m}。"))
        for m in (2, 3)
    ]
    shelf.hold("documents.file", files[0])
    (disposal,) = shelf.draw("coordinator")
    assert [line.object_id for line in shelf.see(disposal).lines] == [files[1]]
