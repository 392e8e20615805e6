"""A clock stands still, goes on, or gets its one extension."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from lianxun.duties import rules
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import (
    SCHEDULED,
    apply,
    change,
    clock_of,
    day_of,
    recurring,
    reschedule,
)
from lianxun.duties.enums import (
    ChangeKind,
    DutyState,
    RollTo,
)
from lianxun.duties.models import Duty, DutyChange, DutyPause
from lianxun.duties.steps.closing import close
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.calendar import Roll, add_months
from lianxun.kernel.problems import Invalid, NotFound, WrongState


def pause_all(*, actor: Actor, now: datetime, engagement: UUID, reason: str) -> int:
    """“Stop the line”: every running clock of the engagement stands still from today."""
    return _pause(Q(engagement=engagement), actor=actor, now=now, reason=reason, whole=True)


def resume_all(*, actor: Actor, now: datetime, engagement: UUID, reason: str) -> int:
    """Every paused clock of the engagement goes on; the days lost are added."""
    return _resume(Q(engagement=engagement), actor=actor, now=now, reason=reason)


def pause_object(
    *,
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    reason: str,
    code: str = "",
) -> int:
    """The clocks of one object, or only its clock ``code``."""
    scope = Q(object_kind=object_kind, object_id=object_id)
    if code:
        scope &= Q(template_code=code)
    return _pause(scope, actor=actor, now=now, reason=reason)


def resume_object(
    *,
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    reason: str,
    code: str = "",
) -> int:
    """The clocks of one object, or only its clock ``code``."""
    scope = Q(object_kind=object_kind, object_id=object_id)
    if code:
        scope &= Q(template_code=code)
    return _resume(scope, actor=actor, now=now, reason=reason)


def _pause(scope: Q, *, actor: Actor, now: datetime, reason: str, whole: bool = False) -> int:
    today = day_of(now)
    rows = list(
        Duty.objects.select_for_update()
        .filter(scope, state=DutyState.OPEN, paused_on__isnull=True)
        .order_by("id")
    )
    pauses, history = [], []
    for duty in rows:
        duty.paused_on = today
        duty.revision += 1
        pauses.append(
            DutyPause(
                duty=duty,
                from_on=today,
                whole=whole,
                reason=reason,
                decided_by=actor.account_id,
                created_at=now,
                object_kind=duty.object_kind,
                **Labels.of(duty).columns(),
            )
        )
        history.append(
            change(
                duty, actor=actor, now=now, kind=ChangeKind.PAUSED, old=duty.due_on, reason=reason
            )
        )
    Duty.objects.bulk_update(rows, ["paused_on", "revision"])
    DutyPause.objects.bulk_create(pauses)
    DutyChange.objects.bulk_create(history)
    return len(rows)


def _resume(scope: Q, *, actor: Actor, now: datetime, reason: str) -> int:
    today = day_of(now)
    rows = list(
        Duty.objects.select_for_update()
        .filter(scope, state=DutyState.OPEN, paused_on__isnull=False)
        .order_by("id")
    )
    often = recurring(rows)
    missed = [d for d in rows if d.id in often and _inside(d, today)]
    close(missed, actor=actor, now=now, to=DutyState.CANCELLED, reason="暂停期间停办")
    rows = [d for d in rows if d.state == DutyState.OPEN]
    open_pauses = DutyPause.objects.filter(duty__in=rows, to_on__isnull=True)
    since = dict(open_pauses.values_list("duty_id", "created_at"))
    open_pauses.update(to_on=today)
    for duty in rows:
        duty.paused_on = None
        if duty.id in often:  # it comes on its own day, whatever stood still before
            duty.anchored_on = today
        if duty.due_at is not None and duty.id in since:
            duty.due_at += now - since[duty.id]
    reschedule(rows, actor=actor, now=now, kind=ChangeKind.RESUMED, reason=reason, always=True)
    return len(rows)


def _inside(duty: Duty, today: date) -> bool:
    """Its day lay in the pause that ends today."""
    return duty.paused_on is not None and duty.paused_on <= duty.due_on < today


def extend(
    *,
    actor: Actor,
    now: datetime,
    duty_id: UUID,
    to: date,
    reason: str,
    body_kind: str,
) -> date:
    """The one extension, decided by the body the template names (``body_kind`` = its ``UnitKind``).

    Who may speak for the body is the caller's decision (approvals, or ``operations.extend_duty``).
    Returns the new due day (rolled to a working day).
    """
    duty = Duty.objects.select_for_update().filter(id=duty_id).first()
    if duty is None:
        raise NotFound
    _may_be_extended(duty, body_kind)
    calendar = current_calendar()
    new_due = to if duty.roll == RollTo.NONE else calendar.roll(to, Roll.NEXT)
    latest = add_months(duty.due_on, duty.extension_months)
    if to <= duty.due_on:
        raise Invalid.at("to", f"延期后的日期须晚于原到期日 {duty.due_on}。")
    if to > latest:
        raise Invalid.at("to", f"最多延长 {duty.extension_months} 个月，即不晚于 {latest}。")
    old = duty.due_on
    duty.extended_to = new_due
    DutyChange.objects.create(
        **_extension_row(duty, actor=actor, now=now, old=old, new=new_due, reason=reason)
    )
    apply(duty, rules.schedule(clock_of(duty), calendar), calendar)
    duty.revision += 1
    duty.save(update_fields=list(SCHEDULED))
    announce(
        "duties.extended",
        duty_id=duty.id,
        object_kind=duty.object_kind,
        object_id=duty.object_id,
        due_on=duty.due_on,
        actor=actor,
        now=now,
    )
    return duty.due_on


def _may_be_extended(duty: Duty, body_kind: str) -> None:
    if duty.state != DutyState.OPEN:
        raise WrongState(f"这一时限已是“{DutyState(duty.state).label}”，不能延期。")
    if duty.paused_on is not None:
        raise WrongState("这一时限正在暂停，请先恢复再延期。")
    if not duty.extension_by:
        raise WrongState("这一时限不允许延期。")
    if duty.extended_to is not None:
        raise WrongState("这一时限已延期一次，不能再次延期。")
    if duty.extension_by != body_kind:
        raise WrongState("只有规定的审批机构可以批准这一时限的延期。")


def _extension_row(
    duty: Duty, *, actor: Actor, now: datetime, old: date, new: date, reason: str
) -> dict[str, Any]:
    row = change(duty, actor=actor, now=now, kind=ChangeKind.EXTENDED, old=old, reason=reason)
    values = {f.attname: getattr(row, f.attname) for f in DutyChange._meta.concrete_fields}
    return {**values, "new_due": new}
