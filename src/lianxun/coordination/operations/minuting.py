"""Minutes: one person writes them, another confirms them; only then decisions bind and the quarter is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from lianxun.access.queries import accounts_at, accounts_overseeing
from lianxun.coordination import rules
from lianxun.coordination.common import (
    KIND,
    MEETINGS,
    agenda_of,
    facts_of,
)
from lianxun.coordination.enums import Attendance, MeetingKind, MeetingState
from lianxun.coordination.models import AgendaItem, Invitation, Meeting
from lianxun.coordination.operations.deciding import come_into_force
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

LEAST, MOST = 10, 5000  # characters of the minutes of one item
ROOM = "coordination"


@operation("coordination.record")
def record(
    *,
    actor: Actor,
    now: datetime,
    meeting_id: UUID,
    revision: int,
    held_on: date,
    attendance: Mapping[UUID, tuple[str, str]],
    minutes: Mapping[UUID, str],
    outcome: str = "",
) -> None:
    """Put down that the meeting was held: who came, and what was said about each item.

    ``attendance``: invitation → (出席, people or reason), ``minutes``: agenda item → text; both complete. The
    minutes wait for somebody else to confirm them.
    """
    meeting = MEETINGS.lock(meeting_id, revision)
    agenda = agenda_of(meeting)
    require(rules.may_record(actor, facts_of(meeting, len(agenda))))
    invitations = list(meeting.invitations.select_related("unit").order_by("unit__path"))
    errors = _bad_minutes(agenda, minutes) + _bad_attendance(invitations, attendance)
    if not agenda:
        errors.append(FieldError("minutes", "会议还没有议题，请先增加议题。"))
    if held_on > now.date():
        errors.append(FieldError("held_on", "召开日期不能晚于今天。"))
    errors += _bad_outcome(meeting, invitations, attendance, outcome)
    if errors:
        raise Invalid(*errors)
    for item in agenda:
        item.minutes = minutes[item.id].strip()
        item.revision += 1
        item.save(update_fields=["minutes", "revision"])
    for row in invitations:
        row.attendance, people = attendance[row.id]
        row.people, row.revision = people.strip(), row.revision + 1
        row.save(update_fields=["attendance", "people", "revision"])
    meeting.held_on, meeting.minuted_by_id, meeting.remark = held_on, actor.account_id, ""
    meeting.outcome = outcome.strip() if meeting.kind == MeetingKind.INQUIRY else ""
    MEETINGS.move(meeting, MeetingState.HELD, "held_on", "minuted_by", "remark", "outcome")
    _ask_to_confirm(meeting, actor=actor, now=now)


def _bad_outcome(
    meeting: Meeting,
    invitations: list[Invitation],
    attendance: Mapping[UUID, tuple[str, str]],
    outcome: str,
) -> list[FieldError]:
    """An inquiry has an outcome, and the opinion of every unit that came."""
    if meeting.kind != MeetingKind.INQUIRY:
        return []
    errors = []
    if not LEAST <= len(outcome.strip()) <= MOST:
        errors.append(FieldError("outcome", f"请填写研判结论（{LEAST}—{MOST} 字）。"))
    said = set(meeting.opinions.values_list("unit_id", flat=True))
    errors += [
        FieldError(
            f"attendance_{row.id}", f"{row.unit.short_name}参加了研判，请先由其填写研判意见。"
        )
        for row in invitations
        if attendance.get(row.id, ("", ""))[0] == Attendance.PRESENT and row.unit_id not in said
    ]
    return errors


def _bad_minutes(agenda: list[AgendaItem], minutes: Mapping[UUID, str]) -> list[FieldError]:
    errors = []
    for item in agenda:
        length = len(minutes.get(item.id, "").strip())
        if length < LEAST:
            errors.append(
                FieldError(
                    f"minutes_{item.id}",
                    f"请填写议题 {item.number} 的纪要（不少于 {LEAST} 个字）。",
                )
            )
        elif length > MOST:
            errors.append(
                FieldError(
                    f"minutes_{item.id}",
                    f"议题 {item.number} 的纪要不超过 {MOST} 字（现为 {length} 字），请精简。",
                )
            )
    return errors


def _bad_attendance(
    invitations: list[Invitation], attendance: Mapping[UUID, tuple[str, str]]
) -> list[FieldError]:
    errors = []
    for row in invitations:
        came, people = attendance.get(row.id, ("", ""))
        place, name = f"attendance_{row.id}", row.unit.short_name
        if came not in Attendance.values:
            errors.append(FieldError(place, f"请选择{name}的出席情况。"))
        elif came != Attendance.ABSENT and not people.strip():
            errors.append(
                FieldError(f"people_{row.id}", f"请写明{name}的参会人员；请假的写明原因。")
            )
        if len(people.strip()) > 200:
            errors.append(
                FieldError(f"people_{row.id}", f"{name}的参会人员不超过 200 字，请精简。")
            )
    return errors


def _ask_to_confirm(meeting: Meeting, *, actor: Actor, now: datetime) -> None:
    people = {
        *accounts_at(unit_id=meeting.body_id, roles=["leader", "coordinator"]),
        *accounts_overseeing(region=meeting.region, role="coordinator", duty=ROOM),
    }
    duties.notify(
        now=now,
        accounts=sorted(people - {actor.account_id}),
        code=NoticeCode.DECIDE,
        object_kind=KIND,
        object_id=meeting.id,
    )


@operation("coordination.confirm")
def confirm(*, actor: Actor, now: datetime, meeting_id: UUID, revision: int) -> None:
    """Somebody other than the writer confirms the minutes: decisions bind, their clocks start, and a regular
    meeting meets the body's standing time limit of its quarter."""
    meeting = MEETINGS.lock(meeting_id, revision)
    require(rules.may_confirm(actor, facts_of(meeting, len(agenda_of(meeting)))))
    if meeting.kind == MeetingKind.INQUIRY and not meeting.decisions.filter(state="draft").exists():
        raise WrongState("联合研判须写明由哪个单位负责什么：请先登记议定事项，再确认。")
    meeting.confirmed_by_id, meeting.confirmed_at = actor.account_id, now
    opened = come_into_force(meeting, actor=actor, now=now)
    met = None
    if meeting.kind == MeetingKind.REGULAR and meeting.held_on is not None:
        met = duties.fulfil_standing(
            actor=actor,
            now=now,
            unit_id=meeting.body_id,
            library=ROOM,
            on=meeting.held_on,
            reason=f"会议已召开，纪要经确认：{meeting.title}",
        )
    noting().detail.update(decisions=opened, **({"standing": str(met)} if met else {}))
    MEETINGS.move(meeting, MeetingState.CLOSED, "confirmed_by", "confirmed_at")


@operation("coordination.return_minutes")
def return_minutes(
    *, actor: Actor, now: datetime, meeting_id: UUID, revision: int, reason: str
) -> None:
    """The minutes go back to be corrected, with the reason."""
    meeting = MEETINGS.lock(meeting_id, revision)
    require(rules.may_confirm(actor, facts_of(meeting, len(agenda_of(meeting)))))
    if len(reason.strip()) < 5:
        raise Invalid.at("reason", "请写明退回理由（不少于 5 个字）。")
    meeting.remark = fitting("reason", reason, 300)
    MEETINGS.move(meeting, MeetingState.RETURNED, "remark")
    if meeting.minuted_by_id is not None:
        duties.notify(
            now=now,
            accounts=[meeting.minuted_by_id],
            code=NoticeCode.RETURNED,
            object_kind=KIND,
            object_id=meeting.id,
        )
