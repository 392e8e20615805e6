"""What a meeting decided: which unit answers for it and by when; reported by the unit, checked by another."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.coordination import rules
from lianxun.coordination.common import (
    CLOCK,
    DECISION,
    DECISIONS,
    MEETINGS,
    TOLD,
    about_of,
    agenda_of,
    facts_of,
    invited,
    promise_of,
)
from lianxun.coordination.enums import DecisionState, MeetingKind
from lianxun.coordination.models import Decision, Meeting
from lianxun.coordination.operations.convening import DUE_DAYS
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

LEAST = 5  # characters


@operation("coordination.add_decision")
def add_decision(
    *,
    actor: Actor,
    now: datetime,
    meeting_id: UUID,
    revision: int,
    item_id: UUID,
    text: str,
    unit_id: UUID,
    due_on: date,
) -> UUID:
    """Put down one thing that was decided on an item, who answers for it and until when.

    Only a unit that takes part, or the body itself, can answer for it. It binds once the minutes are confirmed.
    """
    meeting = MEETINGS.lock(meeting_id, revision)
    agenda = agenda_of(meeting)
    require(rules.may_decide(actor, facts_of(meeting, len(agenda))))
    item = next((i for i in agenda if i.id == item_id), None)
    unit = Unit.objects.filter(id=unit_id, valid_to__isnull=True).first()
    errors = []
    if item is None:
        errors.append(FieldError("item_id", "请选择本次会议的一项议题。"))
    if not LEAST <= len(text.strip()) <= 300:
        errors.append(FieldError("text", f"请写明议定事项（{LEAST}—300 字）。"))
    if unit is None or unit.id not in {meeting.body_id, *invited(meeting)}:
        errors.append(FieldError("unit_id", "责任单位须是参会单位或召集机构。"))
    if due_on < max(meeting.held_on or meeting.planned_on, now.date()):
        errors.append(FieldError("due_on", "完成期限不能早于会议和今天。"))
    if (due_on - meeting.planned_on).days > DUE_DAYS:
        errors.append(FieldError("due_on", "完成期限须在会议之后一年以内。"))
    if item is not None and unit is not None and _walled(item.subject_path, unit.path):
        errors.append(FieldError("unit_id", "议题涉及该单位本身，不能由其承担责任。"))
    if errors or item is None or unit is None:
        raise Invalid(*errors)
    row = Decision.objects.create(
        created_at=now,
        meeting=meeting,
        item=item,
        text=text.strip(),
        unit=unit,
        due_on=due_on,
        state=DecisionState.DRAFT,
        **Labels.of(item).columns() | {"addressee_unit": unit.id, "addressee_path": unit.path},
        **about_of(meeting),
    )
    MEETINGS.save(meeting, decision=str(row.id))
    return row.id


def _walled(subject: str | None, unit: str) -> bool:
    return subject is not None and (unit.startswith(subject) or subject.startswith(unit))


@operation("coordination.drop_decision")
def drop_decision(*, actor: Actor, now: datetime, decision_id: UUID, revision: int) -> None:
    """Take back what was put down by mistake, before the minutes are confirmed."""
    decision = DECISIONS.lock(decision_id, revision)
    meeting = MEETINGS.lock(decision.meeting_id)
    require(rules.may_decide(actor, facts_of(meeting, len(agenda_of(meeting)))))
    DECISIONS.move(decision, DecisionState.DROPPED)


def come_into_force(meeting: Meeting, *, actor: Actor, now: datetime) -> int:
    """The minutes are confirmed: each decision binds its unit, its clock starts, its people are told."""
    drafts = meeting.decisions.filter(state=DecisionState.DRAFT).select_related("unit", "item")
    bound = list(drafts.order_by("due_on", "id"))
    for decision in bound:
        decision.state, decision.revision = DecisionState.OPEN, decision.revision + 1
        decision.save(update_fields=["state", "revision"])
        duties.open_duty(
            actor=actor,
            now=now,
            template_code=CLOCK,
            object_kind=DECISION,
            object_id=decision.id,
            title=_title(meeting, decision),
            responsible=Responsible(decision.unit_id, decision.unit.short_name),
            labels=Labels.of(decision),
            due_on=decision.due_on,
        )
        _tell(decision, accounts_at(unit_id=decision.unit_id, roles=TOLD), NoticeCode.ARRIVED, now)
    return len(bound)


def _title(meeting: Meeting, decision: Decision) -> str:
    """What everybody who may see the clock reads: of an inquiry not what it is about."""
    if meeting.about_id is not None:
        return MeetingKind.INQUIRY.label
    return f"{meeting.title}议题 {decision.item.number}"


@operation("coordination.report_decision")
def report_decision(
    *, actor: Actor, now: datetime, decision_id: UUID, revision: int, report: str
) -> None:
    """The unit that answers for it says what was done; somebody else checks it."""
    decision = DECISIONS.lock(decision_id, revision)
    require(rules.may_report(actor, promise_of(decision)))
    if len(report.strip()) < LEAST:
        raise Invalid.at("report", f"请写明完成情况（不少于 {LEAST} 个字）。")
    decision.report = fitting("report", report, 500)
    decision.reported_by_id, decision.reported_at = actor.account_id, now
    DECISIONS.move(decision, DecisionState.REPORTED, "report", "reported_by", "reported_at")
    body = decision.meeting.body_id
    told = {*accounts_at(unit_id=body, roles=["leader", "coordinator"])}
    told |= {decision.meeting.convened_by_id} - {actor.account_id}
    _tell(decision, sorted(told), NoticeCode.DECIDE, now)


@operation("coordination.check_decision")
def check_decision(
    *,
    actor: Actor,
    now: datetime,
    decision_id: UUID,
    revision: int,
    accepts: bool,
    finding: str = "",
) -> str:
    """Accept what was reported (the clock stops) or send it back with the reason. Returns the new state."""
    decision = DECISIONS.lock(decision_id, revision)
    meeting = decision.meeting
    require(
        rules.may_check(
            actor,
            promise_of(decision),
            body_path=meeting.body.path,
            region=meeting.region,
        )
    )
    if not accepts and len(finding.strip()) < LEAST:
        raise Invalid.at("finding", f"退回须写明理由（不少于 {LEAST} 个字）。")
    decision.finding = fitting("finding", finding, 300)
    decision.checked_by_id, decision.checked_at = actor.account_id, now
    to = DecisionState.DONE if accepts else DecisionState.OPEN
    DECISIONS.move(decision, to, "finding", "checked_by", "checked_at")
    if accepts:
        duties.fulfil(
            actor=actor,
            now=now,
            object_kind=DECISION,
            object_id=decision.id,
            template_code=CLOCK,
            reason="完成情况已经核验",
        )
    if decision.reported_by_id is not None:
        code = NoticeCode.ANSWERED if accepts else NoticeCode.RETURNED
        _tell(decision, [decision.reported_by_id], code, now)
    return str(to)


def _tell(decision: Decision, accounts: list[UUID], code: NoticeCode, now: datetime) -> None:
    duties.notify(
        now=now, accounts=accounts, code=code, object_kind=DECISION, object_id=decision.id
    )
