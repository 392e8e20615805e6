"""How many clocks of some engagements were kept, for a report an upper room writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q

from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import day_of, light_case
from lianxun.duties.enums import DutyState
from lianxun.duties.models import Duty
from lianxun.kernel.calendar import Roll
from lianxun.kernel.clock import Light


def counted_from(*, anchor: date, days: int) -> date:
    """The last day for something agreed so many calendar days from ``anchor``; negative counts backwards
    (倒排工期). A day of rest moves to the working day before it. Raises ``OutOfCalendar``."""
    return current_calendar().roll(anchor + timedelta(days=days), Roll.PREVIOUS)


@dataclass(frozen=True, slots=True)
class Kept:
    """Clocks that had to be met by now, those met in time, and those that are overdue still."""

    due: int
    in_time: int
    overdue: int


def kept_counts(*, now: datetime, engagements: Sequence[UUID]) -> Kept:
    """Clocks of ``engagements`` that the actor may see; cancelled ones burden nobody."""
    met = Q(state=DutyState.FULFILLED)
    late = Q(state=DutyState.OPEN, due_on__lt=day_of(now), paused_on__isnull=True)
    counts = Duty.objects.filter(engagement__in=list(engagements)).aggregate(
        met=Count("id", filter=met),
        in_time=Count("id", filter=met & Q(done_on__lte=F("due_on"))),
        overdue=Count("id", filter=late),
    )
    return Kept(counts["met"] + counts["overdue"], counts["in_time"], counts["overdue"])


@dataclass(frozen=True, slots=True)
class KeptCase:
    """One clock that had to be met, as the boards light it: met in time, met late, or overdue (no day)."""

    id: UUID
    unit: UUID
    code: str
    due_on: date
    done_on: date | None
    in_time: bool


_DUE = (Light.DONE.value, Light.DONE_LATE.value, Light.RED.value)


def kept_cases(
    *,
    now: datetime,
    units: Sequence[UUID],
    codes: Sequence[str],
    starts_on: date,
    ends_on: date,
    level: int,
) -> list[KeptCase]:
    """The clocks of ``units`` that fell due from ``starts_on`` to ``ends_on`` and had to be met by now.

    Lit by the rule of the boards. Cancelled and paused ones, those above ``level`` and those in a compartment
    burden nobody's figure. Under the reader's own need-to-know: who must step aside counts too few.
    """
    rows = (
        Duty.objects.filter(
            responsible_unit__in=list(units),
            template_code__in=list(codes),
            due_on__gte=starts_on,
            due_on__lte=ends_on,
            level__lte=level,
            compartment__isnull=True,
        )
        .annotate(light=light_case(now))
        .filter(light__in=_DUE)
        .order_by("due_on", "id")
    )
    return [
        KeptCase(id_, unit, code, due_on, done_on, light == Light.DONE.value)
        for id_, unit, code, due_on, done_on, light in rows.values_list(
            "id", "responsible_unit", "template_code", "due_on", "done_on", "light"
        )
    ]
