"""The wall calendar: every day in its week, days off and make-up days marked."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lianxun.duties.records import CalendarDay
from lianxun.web.duties.year import DayCell, months

TODAY = date(2026, 10, 9)


def year(number: int, **special: tuple[bool, str]) -> list[CalendarDay]:
    """All days of a year; ``special``: iso day with ``_`` → (works, name)."""
    found, day = [], date(number, 1, 1)
    while day.year == number:
        works, name = special.get(f"d{day:%Y_%m_%d}", (day.weekday() < 5, ""))
        found.append(CalendarDay(day, works, name, False))
        day += timedelta(days=1)
    return found


def cell(days: list[CalendarDay], month: int, number: int) -> DayCell:
    weeks = dict(months(days, today=TODAY))[month]
    return next(c for week in weeks for c in week if c and c.number == number)


NATIONAL_DAY = year(2026, d2026_10_01=(False, "国庆节"), d2026_10_10=(True, "国庆节调休"))


def test_a_weekday_off_and_a_worked_weekend_are_marked_and_named() -> None:
    off, worked = cell(NATIONAL_DAY, 10, 1), cell(NATIONAL_DAY, 10, 10)
    assert (off.kind, off.mark, off.said) == ("holiday", "休", "国庆节（休）")
    assert (worked.kind, worked.mark, worked.said) == ("makeup", "班", "国庆节调休（班）")


def test_usual_days_carry_no_mark() -> None:
    assert [cell(NATIONAL_DAY, 10, n).kind for n in (8, 11)] == ["work", "rest"]
    assert cell(NATIONAL_DAY, 10, 8).said == ""


def test_today_is_one_day() -> None:
    sheets = months(NATIONAL_DAY, today=TODAY)
    found = [(m, c.number) for m, weeks in sheets for w in weeks for c in w if c and c.today]
    assert found == [(10, 9)]


def test_provisional_days_look_provisional() -> None:
    days = [CalendarDay(date(2027, 2, 5), False, "春节", True)]
    assert "provisional" in cell(days, 2, 5).kind


@given(st.integers(2004, 2060))
def test_every_day_of_a_year_stands_once_under_its_weekday(number: int) -> None:
    sheets = months(year(number), today=TODAY)
    assert [m for m, _ in sheets] == list(range(1, 13))
    seen = []
    for month, weeks in sheets:
        for week in weeks:
            assert len(week) == 7
            for weekday, c in enumerate(week):
                if c is not None:
                    assert date(number, month, c.number).weekday() == weekday
                    seen.append((month, c.number))
    assert len(seen) == len(set(seen)) == (date(number + 1, 1, 1) - date(number, 1, 1)).days
