"""Working-day arithmetic on a table of days: make-up Saturdays, holidays, provisional years.

Days are counted as the Civil Code counts them (民法典 第201–203条): the first day is the one after
the event; a period of months ends on the corresponding day, or the month's last day where there is none;
a period whose last day is a day off ends on the next working day. Deadlines that lie *before* an event
(“进驻前 15 日”) roll the other way, so that they are never met too late.

The table comes from outside (``duties`` keeps it); nothing here knows a year or a holiday.
"""

from __future__ import annotations

from array import array
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# Past the table's end Monday to Friday count as working days and everything is provisional. The
# longest clock of the domain is a term of office (5 years); 12 leave room.
HORIZON_YEARS = 12


class DayKind(StrEnum):
    """How a number of days is counted."""

    WORKING = "working"
    CALENDAR = "calendar"
    MONTH = "month"


class Roll(StrEnum):
    """Where a last day that is a day off moves to."""

    NEXT = "next"
    PREVIOUS = "previous"
    NONE = "none"


class OutOfCalendar(ValueError):  # noqa: N818 - reads as words
    """A date outside of the table (before its first day or beyond the horizon)."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the table. ``name`` is the holiday or the make-up (“春节”, “春节调休上班”)."""

    date: date
    is_work: bool
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A computed last day. ``raw`` is the day before rolling; ``off`` names why it was rolled."""

    day: date
    raw: date
    provisional: bool
    off: str = ""

    @property
    def rolled(self) -> bool:
        return self.day != self.raw


class WorkCalendar:
    """Immutable table of days without a gap; every question is answered in O(1).

    ``version`` names the state of the table a due date was computed with.
    """

    __slots__ = (
        "_count",
        "_first",
        "_last",
        "_names",
        "_provisional",
        "_work",
        "table_end",
        "version",
    )

    def __init__(self, days: Iterable[Day], *, version: int = 0) -> None:
        table = sorted(days, key=lambda d: d.date)
        if not table:
            raise ValueError("a calendar needs at least one day")
        self.version = version
        self._first = table[0].date.toordinal()
        self._names: dict[int, str] = {}
        self._count = array("i", [0])  # _count[i] = working days among the first i days
        self._provisional = array("i", [0])  # the same for provisional days
        self._work = array("i")  # ordinals of working days, ascending
        for position, day in enumerate(table):
            ordinal = day.date.toordinal()
            if ordinal != self._first + position:
                raise ValueError(f"the calendar has a gap or a double day at {day.date}")
            self._append(ordinal, day.is_work, day.provisional)
            if day.name:
                self._names[ordinal] = day.name
        self.table_end = table[-1].date
        end = date(self.table_end.year + HORIZON_YEARS, 12, 31).toordinal()
        for ordinal in range(self.table_end.toordinal() + 1, end + 1):
            self._append(ordinal, (ordinal - 1) % 7 < 5, provisional=True)
        self._last = end

    def _append(self, ordinal: int, is_work: bool, provisional: bool) -> None:
        self._count.append(self._count[-1] + is_work)
        self._provisional.append(self._provisional[-1] + provisional)
        if is_work:
            self._work.append(ordinal)

    def _position(self, day: date) -> int:
        ordinal = day.toordinal()
        if not self._first <= ordinal <= self._last:
            raise OutOfCalendar(f"{day} lies outside of the calendar")
        return ordinal - self._first

    def is_work(self, day: date) -> bool:
        at = self._position(day)
        return self._count[at + 1] > self._count[at]

    def name(self, day: date) -> str:
        """“春节”, “春节调休上班”, “周六”, or empty for an ordinary working day."""
        found = self._names.get(day.toordinal())
        if found is not None:
            return found
        return "" if day.weekday() < 5 else ("周六", "周日")[day.weekday() - 5]

    def is_provisional(self, start: date, end: date) -> bool:
        """True if a day of ``start``…``end`` (both included) is not officially announced yet."""
        return self._provisional[self._position(end) + 1] > self._provisional[self._position(start)]

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative if ``end`` is earlier."""
        return self._count[self._position(end) + 1] - self._count[self._position(start) + 1]

    def next_working(self, day: date) -> date:
        """``day`` itself if people work on it, else the next day on which they do."""
        return self._nth(self._count[self._position(day)])

    def previous_working(self, day: date) -> date:
        """``day`` itself if people work on it, else the last day before on which they do."""
        return self._nth(self._count[self._position(day) + 1] - 1)

    def _nth(self, index: int) -> date:
        if not 0 <= index < len(self._work):
            raise OutOfCalendar("the day lies outside of the calendar")
        return date.fromordinal(self._work[index])

    def working_day(self, start: date, n: int) -> date:
        """The ``n``-th working day after ``start`` (before it for a negative ``n``).

        ``n = 0`` is ``start``, rolled forward to a working day.
        """
        if n == 0:
            return self.next_working(start)
        at = self._position(start)
        return self._nth(self._count[at + 1] + n - 1 if n > 0 else self._count[at] + n)

    def roll(self, day: date, roll: Roll) -> date:
        if roll is Roll.NEXT:
            return self.next_working(day)
        return self.previous_working(day) if roll is Roll.PREVIOUS else day


def due_after(
    start: date,
    n: int,
    calendar: WorkCalendar,
    *,
    kind: DayKind = DayKind.WORKING,
    roll: Roll | None = None,
) -> Due:
    """The last day of a period of ``n`` days or months from ``start`` (not counted itself).

    ``roll`` defaults to NEXT, and to PREVIOUS for a period before the event (negative ``n``).
    Raises ``OutOfCalendar`` if the period leaves the calendar.
    """
    if kind is DayKind.WORKING:
        day = calendar.working_day(start, n)
        low, high = min(start, day), max(start, day)
        return Due(day, day, calendar.is_provisional(low, high))
    raw = add_months(start, n) if kind is DayKind.MONTH else start + timedelta(days=n)
    rolled = calendar.roll(raw, roll or (Roll.PREVIOUS if n < 0 else Roll.NEXT))
    low, high = min(raw, rolled), max(raw, rolled)
    off = calendar.name(raw) if rolled != raw else ""
    return Due(rolled, raw, calendar.is_provisional(low, high), off)


def add_months(start: date, months: int) -> date:
    """The corresponding day ``months`` later, or that month's last day where there is none."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def next_weekday(start: date, weekday: int) -> date:
    """The first day on or after ``start`` that falls on ``weekday`` (Monday = 0)."""
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def next_anniversary(start: date, month: int, day: int) -> date:
    """The first ``month``/``day`` on or after ``start`` (29 February falls on the 28th if need be)."""
    for year in (start.year, start.year + 1):
        found = date(year, month, min(day, monthrange(year, month)[1]))
        if found >= start:
            return found
    raise AssertionError("unreachable: next year's day lies after any day of this year")
