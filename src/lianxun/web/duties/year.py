"""A year of the working calendar as twelve small sheets, the way a wall calendar shows it."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lianxun.duties.records import CalendarDay


@dataclass(frozen=True, slots=True)
class DayCell:
    """``mark``: 休 where a weekday is off, 班 where a weekend is worked; ``kind`` names its look."""

    number: int
    kind: str
    mark: str
    name: str
    today: bool

    @property
    def said(self) -> str:
        return f"{self.name}（{self.mark}）" if self.name else ""


Week = tuple[DayCell | None, ...]


def months(days: Iterable[CalendarDay], *, today: date) -> list[tuple[int, list[Week]]]:
    """(month, weeks from Monday on) for every month of the days given; ``None`` pads a week."""
    by_month: dict[tuple[int, int], dict[int, CalendarDay]] = {}
    for day in days:
        by_month.setdefault((day.date.year, day.date.month), {})[day.date.day] = day
    return [
        (month, [_week(numbers, found, today) for numbers in calendar.monthcalendar(year, month)])
        for (year, month), found in sorted(by_month.items())
    ]


def _week(numbers: list[int], found: dict[int, CalendarDay], today: date) -> Week:
    return tuple(_cell(found[n], today) if n in found else None for n in numbers)


def _cell(day: CalendarDay, today: date) -> DayCell:
    weekend = day.date.weekday() >= 5
    if day.is_work:
        kind, mark = ("makeup", "班") if weekend else ("work", "")
    else:
        kind, mark = ("holiday", "休") if day.name else ("rest", "")
    if day.provisional:
        kind += " lx-day-provisional"
    return DayCell(day.date.day, kind, mark, day.name, day.date == today)
