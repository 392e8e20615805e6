"""The act the clock waited for happened, or the clock lost its meaning."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from lianxun.duties.clocks import (
    change,
    day_of,
)
from lianxun.duties.enums import (
    ChangeKind,
    DutyState,
)
from lianxun.duties.models import Duty, DutyChange, DutyPause
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, WrongState


def fulfil(
    *,
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    template_code: str,
    responsible_unit: UUID | None = None,
    reason: str = "",
) -> int:
    """The act the clock waited for happened: close every open duty of this code whose window is open.

    Returns how many were closed (0 if none was open: the act itself is never refused for that).
    """
    today = day_of(now)
    rows = Duty.objects.select_for_update().filter(
        state=DutyState.OPEN,
        template_code=template_code,
        object_kind=object_kind,
        object_id=object_id,
    )
    rows = rows.filter(Q(occurrence__isnull=True) | Q(starts_on__lte=today))
    if responsible_unit is not None:
        rows = rows.filter(responsible_unit=responsible_unit)
    return close(rows.order_by("id"), actor=actor, now=now, to=DutyState.FULFILLED, reason=reason)


def fulfil_duty(*, actor: Actor, now: datetime, duty_id: UUID, reason: str = "") -> None:
    """Close one duty by its id. Raises ``NotFound`` or ``WrongState``."""
    rows = Duty.objects.select_for_update().filter(id=duty_id)
    found = rows.first()
    if found is None:
        raise NotFound
    if found.state != DutyState.OPEN:
        raise WrongState(f"这一时限已是“{DutyState(found.state).label}”，不能再办结。")
    close([found], actor=actor, now=now, to=DutyState.FULFILLED, reason=reason)


def cancel(
    *,
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    reason: str,
    template_code: str = "",
) -> int:
    """The clock lost its meaning (withdrawn, returned, replaced): close without fulfilment."""
    rows = Duty.objects.select_for_update().filter(
        state=DutyState.OPEN, object_kind=object_kind, object_id=object_id
    )
    if template_code:
        rows = rows.filter(template_code=template_code)
    return close(rows.order_by("id"), actor=actor, now=now, to=DutyState.CANCELLED, reason=reason)


def close(
    rows: Any, *, actor: Actor, now: datetime, to: DutyState, reason: str, on: date | None = None
) -> int:
    """``on``: the day on which it was met, where facts tell it afterwards; usually today."""
    duties = list(rows)
    today = day_of(now)
    kind = ChangeKind.FULFILLED if to == DutyState.FULFILLED else ChangeKind.CANCELLED
    for duty in duties:
        duty.state = to
        duty.paused_on = None
        duty.close_reason = reason[:200]
        duty.revision += 1
        if to == DutyState.FULFILLED:
            duty.done_on, duty.done_by = max(on or today, duty.opened_on), actor.account_id
            duty.done_at = now if on is None else None
    Duty.objects.bulk_update(
        duties,
        ["state", "paused_on", "close_reason", "revision", "done_on", "done_at", "done_by"],
    )
    DutyPause.objects.filter(duty__in=duties, to_on__isnull=True).update(to_on=today)
    DutyChange.objects.bulk_create(
        [change(d, actor=actor, now=now, kind=kind, old=d.due_on, reason=reason) for d in duties]
    )
    return len(duties)
