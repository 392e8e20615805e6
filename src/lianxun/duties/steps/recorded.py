"""Standing duties that are met by a record of an upper room: the meeting that was held, not a sentence about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    rows = Duty.objects.select_for_update().filter(
        state=DutyState.OPEN,
        object_kind=STANDING_KIND,
        object_id=unit_id,
        template_code__in=_codes(library),
    )
    for duty in rows.order_by("occurrence", "id"):
        if duty.occurrence is not None and _quarter(duty.occurrence) <= _quarter(on):
            close([duty], actor=actor, now=now, to=DutyState.FULFILLED, reason=reason, on=on)
            return duty.id
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """One occurrence of a quarterly duty of a unit."""

    id: UUID
    unit: UUID
    year: int
    quarter: int
    due_on: date
    done_on: date | None
    state: str


def quarterly(*, units: Sequence[UUID], library: str, since: date) -> list[Standing]:
    """What the rule asks of ``units`` every quarter, as ``library`` records it, from ``since`` on."""
    rows = Duty.objects.filter(
        object_kind=STANDING_KIND,
        object_id__in=list(units),
        template_code__in=_codes(library),
        occurrence__gte=since,
    ).exclude(state=DutyState.CANCELLED)
    return [
        Standing(
            id=d.id,
            unit=d.object_id,
            year=d.occurrence.year,
            quarter=_quarter(d.occurrence)[1] + 1,
            due_on=d.due_on,
            done_on=d.done_on,
            state=d.state,
        )
        for d in rows.order_by("occurrence", "id")
        if d.occurrence is not None
    ]


def fulfil_quarter(
    *,
    actor: Actor,
    now: datetime,
    unit_id: UUID,
    library: str,
    year: int,
    quarter: int,
    reason: str,
) -> date | None:
    """The record of exactly this quarter came in. Returns the day it was due, ``None`` where none was asked."""
    start = date(year, MONTHS * quarter - 2, 1)
    rows = Duty.objects.select_for_update().filter(
        state=DutyState.OPEN,
        object_kind=STANDING_KIND,
        object_id=unit_id,
        template_code__in=_codes(library),
        occurrence__gte=start,
        occurrence__lt=start + timedelta(days=93),
    )
    for duty in rows.order_by("occurrence", "id"):
        if duty.occurrence is not None and _quarter(duty.occurrence) == (year, quarter - 1):
            close([duty], actor=actor, now=now, to=DutyState.FULFILLED, reason=reason)
            return duty.due_on
    return None


def _codes(library: str) -> set[str]:
    rows = DutyTemplate.objects.filter(
        code__startswith="DT-ST-", library=library, recurrence="quarterly"
    )
    return set(rows.values_list("code", flat=True))


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // MONTHS
