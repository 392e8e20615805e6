"""Opening, fulfilling, pausing, extending, shifting: through the database, under row security."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from lianxun.duties import queries, steps
from lianxun.duties.models import Duty, DutyChange
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, WrongState
from tests.duties.support import MONDAY, at, inside, labels, opened, owes


def stored(actor: Actor, duty_id: object) -> Duty:
    with acting_as(actor.account_id), transaction.atomic():
        return Duty.objects.get(id=duty_id)


def test_a_duty_carries_its_rule_its_days_and_its_calendar(cast: Any) -> None:
    audit = cast["audit"]
    duty = stored(audit, opened(audit))
    assert (duty.template_code, duty.template_version, duty.calendar_version) == (
        "DT-LD-RECEIPT",
        1,
        1,
    )
    assert duty.due_on == date(2026, 3, 5)  # three working days after Monday
    assert duty.warn_from <= duty.due_on
    assert duty.clause == "移交后 3 个工作日内签收"
    with acting_as(audit.account_id), transaction.atomic():
        assert DutyChange.objects.filter(duty_id=duty.id, kind="opened").count() == 1


def test_opening_the_same_duty_again_returns_the_first(cast: Any) -> None:
    audit = cast["audit"]
    lead = new_id()
    assert opened(audit, object_id=lead) == opened(audit, object_id=lead)
    assert opened(audit, object_id=lead) != opened(audit, object_id=new_id())


def test_an_agreed_date_is_needed_where_the_template_asks_for_one(cast: Any) -> None:
    leader = cast["coordinator"]
    with pytest.raises(Invalid, match="须写明完成期限"):
        opened(leader, code="DT-RC-ITEM", object_kind="rectification.item")
    agreed = date(2026, 9, 30)
    ident = opened(leader, code="DT-RC-ITEM", object_kind="rectification.item", due_on=agreed)
    duty = stored(leader, ident)
    assert (duty.due_on, duty.warn_from, duty.notify_from) == (
        agreed,
        agreed - timedelta(days=10),
        agreed - timedelta(days=20),
    )


def test_an_unknown_template_is_a_fault_of_the_caller(cast: Any) -> None:
    with pytest.raises(LookupError):
        opened(cast["audit"], code="DT-NO-SUCH")


def test_fulfilling_closes_once_and_for_ever(cast: Any) -> None:
    audit = cast["audit"]
    lead = new_id()
    ident = opened(audit, object_id=lead)
    arguments = {
        "now": at(date(2026, 3, 6)),
        "object_kind": "leads.lead",
        "object_id": lead,
        "template_code": "DT-LD-RECEIPT",
    }
    assert inside(audit, steps.fulfil, **arguments) == 1
    assert inside(audit, steps.fulfil, **arguments) == 0
    duty = stored(audit, ident)
    assert (duty.state, duty.done_on, duty.done_by) == (
        "fulfilled",
        date(2026, 3, 6),
        audit.account_id,
    )
    with pytest.raises(WrongState, match="不能再办结"):
        inside(audit, steps.fulfil_duty, now=at(MONDAY), duty_id=ident)
    with (
        acting_as(audit.account_id),
        pytest.raises(DatabaseError, match="forbidden transition"),
        transaction.atomic(),
    ):
        Duty.objects.filter(id=ident).update(state="open", done_on=None, done_by=None)


def test_a_fulfilled_duty_without_a_doer_cannot_be_stored(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit)
    with (
        acting_as(audit.account_id),
        pytest.raises(IntegrityError, match="done_has_a_day"),
        transaction.atomic(),
    ):
        Duty.objects.filter(id=ident).update(state="fulfilled", done_on=MONDAY)


def test_a_duty_cannot_be_done_before_it_was_opened(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit)
    before = MONDAY - timedelta(days=1)
    with (
        acting_as(audit.account_id),
        pytest.raises(IntegrityError, match="before_it_was_opened"),
        transaction.atomic(),
    ):
        Duty.objects.filter(id=ident).update(
            state="fulfilled", done_on=before, done_by=audit.account_id
        )


def test_strangers_neighbours_and_administrators_see_nothing(cast: Any) -> None:
    ident = opened(cast["audit"])
    for key in ("finance", "neighbour", "contact", "system_admin", "security_admin", "audit_admin"):
        with pytest.raises(NotFound):
            queries.duty(actor=cast[key], now=at(MONDAY), duty_id=ident)


def test_a_colleague_without_the_duty_for_leads_does_not_see_a_lead_s_clock(cast: Any) -> None:
    ident = opened(cast["audit"])
    with pytest.raises(NotFound):
        queries.duty(actor=cast["auditor_expert"], now=at(MONDAY), duty_id=ident)
    assert queries.duty(actor=cast["audit"], now=at(MONDAY), duty_id=ident).duty.id == ident


def test_a_pause_stops_the_light_and_gives_the_days_back(cast: Any) -> None:
    audit = cast["audit"]
    task, lead = new_id(), new_id()
    ident = opened(audit, object_id=lead, labels=labels(audit, engagement=task))
    wednesday = MONDAY + timedelta(days=2)
    monday = MONDAY + timedelta(days=7)
    assert (
        inside(audit, steps.pause_all, now=at(wednesday), engagement=task, reason="领导小组决定")
        == 1
    )
    shown = queries.duty(actor=audit, now=at(monday), duty_id=ident)
    assert shown.duty.light is Light.PAUSED
    assert inside(audit, steps.resume_all, now=at(monday), engagement=task, reason="恢复") == 1
    shown = queries.duty(actor=audit, now=at(monday), duty_id=ident)
    # Wednesday and Thursday were left; they are Monday and Tuesday now.
    assert shown.duty.due_on == date(2026, 3, 10)
    assert shown.duty.light is Light.YELLOW
    assert any("暂停计时" in line for line in shown.explanation)
    assert [c.kind for c in shown.changes] == ["opened", "paused", "resumed"]


def extension(
    cast: Any, *, to: date, body: str = "coordination_committee", code: str = "DT-LD-RESULT"
) -> Any:
    chair = cast["chair"]
    ident = opened(chair, code=code)
    arguments = {"now": at(date(2026, 5, 6)), "duty_id": ident, "to": to, "reason": "案情复杂"}
    return ident, inside(chair, steps.extend, body_kind=body, **arguments)


def test_an_extension_is_given_once_by_the_right_body_and_not_too_long(cast: Any) -> None:
    chair = cast["chair"]
    ident, due = extension(cast, to=date(2026, 8, 1))  # a Saturday
    assert due == date(2026, 8, 3)
    with pytest.raises(WrongState, match="已延期一次"):
        inside(
            chair,
            steps.extend,
            now=at(date(2026, 5, 7)),
            duty_id=ident,
            to=date(2026, 9, 1),
            reason="再延",
            body_kind="coordination_committee",
        )
    with pytest.raises(WrongState, match="审批机构"):
        extension(cast, to=date(2026, 8, 1), body="member_unit")
    with pytest.raises(Invalid, match="不晚于"):
        extension(cast, to=date(2026, 12, 1))
    with pytest.raises(Invalid, match="晚于原到期日"):
        extension(cast, to=date(2026, 5, 1))
    with pytest.raises(WrongState, match="不允许延期"):
        extension(cast, to=date(2026, 8, 1), code="DT-LD-RECEIPT")


def test_the_database_refuses_a_second_extension(cast: Any) -> None:
    chair = cast["chair"]
    ident, _ = extension(cast, to=date(2026, 8, 3))
    with acting_as(chair.account_id), transaction.atomic():
        row = DutyChange.objects.get(duty_id=ident, kind="extended")
        row.pk = new_id()
        with pytest.raises(IntegrityError, match="extended_once"), transaction.atomic():
            row.save(force_insert=True)


ENTRY, END = date(2026, 3, 30), date(2026, 5, 29)


def milestones(cast: Any, *, preset: str = "source-plan", feedback: date | None = None) -> Any:
    leader, task = cast["coordinator"], new_id()
    anchors = {"entry": ENTRY, "on_site_end": END}
    if feedback:
        anchors["feedback"] = feedback
    arguments = {
        "engagement": task,
        "title": "2026年第一轮·示范投资集团",
        "labels": labels(leader, engagement=task),
        "responsible": {"": owes(leader)},
        "preset": preset,
    }
    inside(leader, steps.open_milestones, now=at(MONDAY), anchors=anchors, **arguments)
    return leader, task, anchors, arguments


def days(leader: Actor, task: object) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    with acting_as(leader.account_id), transaction.atomic():
        rows = Duty.objects.filter(engagement=task, state="open").order_by("due_on")
        for code, due in rows.values_list("template_code", "due_on"):
            found.setdefault(code, []).append(due)
    return found


def test_the_twelve_nodes_of_the_source_plan_fall_on_their_days(cast: Any) -> None:
    leader, task, _, _ = milestones(cast)
    found = days(leader, task)
    assert {c.rstrip("AB") for c in found} == {f"MS-N{n}" for n in range(1, 13)}
    assert found["MS-N1A"] == [date(2026, 3, 13)]  # T0-15 is Sunday, the Friday before
    assert found["MS-N1B"] == [date(2026, 3, 20)]
    assert found["MS-N2"] == [date(2026, 3, 25)]
    assert found["MS-N4"] == [date(2026, 4, 2)]
    assert found["MS-N5"][:2] == [date(2026, 4, 3), date(2026, 4, 10)]
    assert date(2026, 5, 1) not in found["MS-N5"]
    assert date(2026, 4, 30) in found["MS-N5"]
    assert len(found["MS-N6"]) == sum(
        queries_calendar_is_work(leader, ENTRY + timedelta(days=i))
        for i in range((END - ENTRY).days + 1)
    )
    assert found["MS-N7"] == [date(2026, 6, 3)]
    assert found["MS-N8"] == found["MS-N9"] == [date(2026, 6, 29)]
    assert found["MS-N10"] == [date(2026, 6, 30)]
    assert found["MS-N12"] == [date(2026, 12, 31)]


def queries_calendar_is_work(leader: Actor, day: date) -> bool:
    with acting_as(leader.account_id), transaction.atomic():
        return queries.calendar().is_work(day)


def test_node_eight_is_yellow_after_15_days_and_red_after_a_month(cast: Any) -> None:
    leader, task, _, _ = milestones(cast)
    with acting_as(leader.account_id), transaction.atomic():
        node = Duty.objects.get(engagement=task, template_code="MS-N8")
    assert node.warn_from == date(2026, 6, 15)  # 13 June is a Saturday
    assert node.due_on == date(2026, 6, 29)


def test_real_practice_waits_for_the_feedback(cast: Any) -> None:
    leader, task, anchors, arguments = milestones(cast, preset="real-practice")
    assert "MS-N7" not in days(leader, task)
    anchors["feedback"] = date(2026, 7, 10)
    inside(leader, steps.open_milestones, now=at(date(2026, 7, 10)), anchors=anchors, **arguments)
    found = days(leader, task)
    assert found["MS-N7"] == [date(2026, 8, 10)]
    assert found["MS-N8"] == [date(2026, 11, 10)]
    assert len(found["MS-N1A"]) == 1  # nothing is opened twice


def test_a_day_that_has_passed_gets_no_occurrence_any_more(cast: Any) -> None:
    """What was ended with the time on site does not come back when the feedback opens later nodes."""
    leader, task, anchors, arguments = milestones(cast, preset="real-practice")
    for code in ("MS-N5", "MS-N6"):
        inside(
            leader,
            steps.cancel,
            now=at(date(2026, 5, 29)),
            object_kind=steps.ENGAGEMENT_KIND,
            object_id=task,
            template_code=code,
            reason="驻点结束，不再计次",
        )
    anchors["feedback"] = date(2026, 7, 10)
    inside(leader, steps.open_milestones, now=at(date(2026, 7, 10)), anchors=anchors, **arguments)
    found = days(leader, task)
    assert {"MS-N5", "MS-N6"}.isdisjoint(found)
    assert "MS-N7" in found


def test_nodes_change_hands_when_the_unit_behind_them_is_known(cast: Any) -> None:
    leader, task, _, _ = milestones(cast)
    before = days(leader, task)
    changed = inside(
        leader,
        steps.hand_over,
        now=at(MONDAY),
        engagement=task,
        who="team",
        responsible=owes(cast["finance"]),
    )
    with acting_as(leader.account_id), transaction.atomic():
        rows = Duty.objects.filter(engagement=task, state="open")
        mine = rows.filter(responsible_unit=cast["finance"].unit_id)
        assert {d.template_code for d in mine} == {"MS-N4", "MS-N5"}
        assert {d.addressee_unit for d in mine} == {cast["finance"].unit_id}
        assert mine.count() == changed
        kinds = mine.first().changes.values_list("kind", flat=True)
        assert list(kinds.order_by("created_at"))[-1] == "reassigned"
    assert days(leader, task) == before
    again = inside(
        leader,
        steps.hand_over,
        now=at(MONDAY),
        engagement=task,
        who="team",
        responsible=owes(cast["finance"]),
    )
    assert again == 0


def test_compression_moves_what_the_preview_said_it_would(cast: Any) -> None:
    leader, task, _, arguments = milestones(cast)
    county = {"entry": ENTRY, "on_site_end": date(2026, 4, 29)}
    preview = queries.preview_shift(actor=leader, now=at(MONDAY), engagement=task, anchors=county)
    said = {(m.code, m.old_due): m.new_due for m in preview.moves if m.old_due != m.new_due}
    before = days(leader, task)
    inside(leader, steps.shift, now=at(MONDAY), anchors=county, reason="县级简化", **arguments)
    after = days(leader, task)
    for (code, old), new in said.items():
        assert old in before[code]
        assert new in after[code]
    assert after["MS-N7"] == [date(2026, 5, 6)]  # 4 May is a holiday, 5 May too
    dropped = {(m.code, m.old_due) for m in preview.dropped}
    assert dropped == {
        (code, day)
        for code in ("MS-N5", "MS-N6")
        for day in before[code]
        if day not in after.get(code, [])
    }
    assert preview.added == ()
    assert "MS-N7" in {code for code, _ in said}


def test_prolongation_adds_weeks_and_names_holidays(cast: Any) -> None:
    leader, task, _, arguments = milestones(cast)
    longer = {"entry": ENTRY, "on_site_end": date(2026, 6, 30)}
    preview = queries.preview_shift(actor=leader, now=at(MONDAY), engagement=task, anchors=longer)
    assert any(text.startswith("端午节") for text in preview.holidays)
    assert {m.code for m in preview.added} == {"MS-N5", "MS-N6"}
    before = days(leader, task)
    inside(leader, steps.shift, now=at(MONDAY), anchors=longer, reason="大型企业", **arguments)
    after = days(leader, task)
    assert len(after["MS-N5"]) == len(before["MS-N5"]) + sum(
        m.code == "MS-N5" for m in preview.added
    )


def test_a_weekly_node_is_fulfilled_week_by_week(cast: Any) -> None:
    leader, task, _, _ = milestones(cast)
    arguments = {
        "object_kind": steps.ENGAGEMENT_KIND,
        "object_id": task,
        "template_code": "MS-N5",
    }
    assert inside(leader, steps.fulfil, now=at(date(2026, 4, 3)), **arguments) == 1
    assert inside(leader, steps.fulfil, now=at(date(2026, 4, 16)), **arguments) == 2


@pytest.mark.parametrize(("length", "shown"), [(200, "长" * 200), (201, "长" * 199 + "…")])
def test_a_title_that_does_not_fit_says_that_it_goes_on(cast: Any, length: int, shown: str) -> None:
    actor = cast["audit"]
    duty = opened(actor, title="长" * length)
    with acting_as(actor.account_id), transaction.atomic():
        assert Duty.objects.get(id=duty).object_title == shown
