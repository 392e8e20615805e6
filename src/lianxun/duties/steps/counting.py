"""How many clocks of some engagements were kept, for a report an upper room writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q

from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import day_of
from lianxun.duties.enums import DutyState
from lianxun.duties.models import Duty
from lianxun.kernel.calendar import Roll


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
