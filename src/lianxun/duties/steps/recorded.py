"""Standing duties that are met by a record of an upper room: the meeting that was held, not a sentence about it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.duties.enums import BY_RECORD, STANDING_KIND, DutyState
from lianxun.duties.models import Duty, DutyTemplate
from lianxun.duties.steps.closing import close
from lianxun.kernel.actor import Actor

MONTHS = 3  # of a quarter


def met_by_record(duty: Duty) -> bool:
    """Whether the duty is met by what an upper room records."""
    return (
        duty.object_kind == STANDING_KIND
        and DutyTemplate.objects.filter(code=duty.template_code, library__in=BY_RECORD).exists()
    )


def fulfil_standing(
    *, actor: Actor, now: datetime, unit_id: UUID, library: str, on: date, reason: str
) -> UUID | None:
    """What the rule asks of a unit every quarter was done on day ``on``, as ``library`` recorded it.

    Meets the oldest open occurrence up to the quarter of ``on``: what was missed is made up for first, and
    stays late. Returns the duty that was closed, ``None`` where none was open.
    """
    codes = DutyTemplate.objects.filter(
        code__startswith="DT-ST-", library=library, recurrence="quarterly"
    ).values_list("code", flat=True)
    rows = Duty.objects.select_for_update().filter(
        state=DutyState.OPEN,
        object_kind=STANDING_KIND,
        object_id=unit_id,
        template_code__in=set(codes),
    )
    for duty in rows.order_by("occurrence", "id"):
        if duty.occurrence is not None and _quarter(duty.occurrence) <= _quarter(on):
            close([duty], actor=actor, now=now, to=DutyState.FULFILLED, reason=reason, on=on)
            return duty.id
    return None


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // MONTHS
