"""Working days: properties that always hold, and real cases of the announced calendars."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.duties import seed
from lianxun.kernel.calendar import (
    Day,
    DayKind,
    OutOfCalendar,
    Roll,
    WorkCalendar,
    add_months,
    due_after,
    next_anniversary,
    next_weekday,
)

CALENDAR = WorkCalendar(
    (Day(r.date, r.is_work, r.name, r.status == "provisional") for r in seed.day_rows()), version=1
)
days = st.dates(date(2005, 1, 1), date(2029, 12, 31))
numbers = st.integers(-200, 200)
kinds = st.sampled_from(DayKind)


@given(days, st.integers(1, 300), kinds)
def test_a_last_day_is_a_working_day(start: date, n: int, kind: DayKind) -> None:
    amount = n if kind is not DayKind.MONTH else n % 24 + 1
    assert CALENDAR.is_work(due_after(start, amount, CALENDAR, kind=kind).day)


@given(days, numbers, numbers, kinds)
def test_more_days_never_end_sooner(start: date, a: int, b: int, kind: DayKind) -> None:
    low, high = sorted((a, b))
    if kind is DayKind.MONTH:
        low, high = low % 25, low % 25 + (high - low) % 25
    first = due_after(start, low, CALENDAR, kind=kind, roll=Roll.NEXT).day
    assert first <= due_after(start, high, CALENDAR, kind=kind, roll=Roll.NEXT).day


@given(days, days, st.integers(0, 200), kinds)
def test_who_starts_later_never_ends_sooner(a: date, b: date, n: int, kind: DayKind) -> None:
    first, second = sorted((a, b))
    amount = n if kind is not DayKind.MONTH else n % 25
    early = due_after(first, amount, CALENDAR, kind=kind).day
    assert early <= due_after(second, amount, CALENDAR, kind=kind).day


@given(days, st.integers(1, 200))
def test_counting_back_what_was_counted_gives_the_number(start: date, n: int) -> None:
    end = due_after(start, n, CALENDAR).day
    assert CALENDAR.working_days_between(start, end) == n


@given(days, st.integers(1, 200))
def test_so_many_working_days_before_is_the_mirror_of_after(start: date, n: int) -> None:
    start = CALENDAR.next_working(start)
    assert due_after(due_after(start, n, CALENDAR).day, -n, CALENDAR).day == start


@given(days, days, days)
def test_distances_add_up(a: date, b: date, c: date) -> None:
    between = CALENDAR.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@given(days, st.integers(-300, 300))
def test_prefix_sums_count_as_a_walk_counts(start: date, n: int) -> None:
    end = start + timedelta(days=n)
    low, high = min(start, end), max(start, end)
    walked = sum(CALENDAR.is_work(low + timedelta(days=i + 1)) for i in range((high - low).days))
    assert abs(CALENDAR.working_days_between(start, end)) == walked


@given(days, st.integers(-300, -1))
def test_a_deadline_before_an_event_never_slips_towards_it(start: date, n: int) -> None:
    due = due_after(start, n, CALENDAR, kind=DayKind.CALENDAR)
    assert due.day <= due.raw == start + timedelta(days=n)


@given(days, st.integers(-24, 24))
def test_months_keep_the_day_or_take_the_last(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


def test_the_shipped_table_is_the_announced_one_for_every_day_from_2004_to_2026() -> None:
    day, wrong = date(2004, 1, 1), []
    while day <= date(2026, 12, 31):
        if CALENDAR.is_work(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


# (start, n, kind, expected, why). Civil Code = 民法典 第二百零一至二百零三条.
REAL_CASES = [
    ("2026-02-13", 1, "working", "2026-02-14", "春节前的调休周六要上班"),
    ("2026-02-14", 1, "working", "2026-02-24", "春节放假 2 月 15 日至 23 日"),
    ("2026-02-13", 6, "working", "2026-02-28", "节后周六 2 月 28 日调休上班也算一天"),
    ("2026-02-13", 7, "working", "2026-03-02", "接着到周一"),
    ("2026-02-10", 10, "calendar", "2026-02-24", "第十日为春节，顺延至节后第一个工作日"),
    ("2026-09-24", 10, "working", "2026-10-15", "中秋、国庆与两个调休日"),
    ("2026-09-18", 1, "working", "2026-09-20", "国庆调休周日 9 月 20 日上班"),
    ("2026-09-30", 1, "working", "2026-10-08", "国庆七天"),
    ("2026-10-09", 1, "working", "2026-10-10", "国庆调休周六上班"),
    ("2025-12-31", 1, "working", "2026-01-04", "元旦三天后周日调休上班"),
    ("2020-01-23", 5, "working", "2020-02-07", "2020 年春节延长至 2 月 2 日"),
    ("2026-01-31", 1, "month", "2026-02-28", "没有对应日的取月末，当日调休上班"),
    ("2025-11-30", 3, "month", "2026-02-28", "三个月后的月末"),
    ("2026-04-30", 1, "month", "2026-06-01", "5 月 30 日是周六，顺延至周一"),
    ("2026-05-11", -5, "working", "2026-04-30", "五一放假至 5 日，9 日调休上班"),
    ("2026-03-02", -15, "calendar", "2026-02-14", "进驻前 15 日为春节，提前至节前调休日"),
]


@pytest.mark.parametrize(("start", "n", "kind", "expected", "why"), REAL_CASES)
def test_real_cases(start: str, n: int, kind: str, expected: str, why: str) -> None:
    due = due_after(date.fromisoformat(start), n, CALENDAR, kind=DayKind(kind))
    assert due.day == date.fromisoformat(expected), why


def test_a_rolled_day_says_what_it_fell_on() -> None:
    due = due_after(date(2026, 2, 10), 10, CALENDAR, kind=DayKind.CALENDAR)
    assert (due.raw, due.rolled, due.off) == (date(2026, 2, 20), True, "春节")
    assert CALENDAR.name(date(2026, 2, 28)) == "春节调休上班"
    assert CALENDAR.name(date(2026, 3, 7)) == "周六"
    assert CALENDAR.name(date(2026, 3, 6)) == ""


def test_days_of_2027_and_beyond_make_a_date_provisional() -> None:
    assert due_after(date(2026, 12, 25), 10, CALENDAR).provisional
    assert not due_after(date(2026, 12, 1), 10, CALENDAR).provisional
    assert due_after(date(2030, 1, 1), 3, CALENDAR).provisional


def test_a_day_outside_of_the_table_is_an_error_not_a_guess() -> None:
    with pytest.raises(OutOfCalendar):
        CALENDAR.is_work(date(2003, 12, 31))
    with pytest.raises(OutOfCalendar):
        due_after(date(2039, 12, 1), 100, CALENDAR)


def test_a_table_with_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match="gap"):
        WorkCalendar([Day(date(2026, 1, 1), True), Day(date(2026, 1, 3), True)])
    with pytest.raises(ValueError, match="at least one"):
        WorkCalendar([])


def test_weekday_and_anniversary_lie_on_or_after_the_start() -> None:
    assert next_weekday(date(2026, 3, 6), 4) == date(2026, 3, 6)
    assert next_weekday(date(2026, 3, 7), 4) == date(2026, 3, 13)
    assert next_anniversary(date(2026, 6, 30), 6, 30) == date(2026, 6, 30)
    assert next_anniversary(date(2026, 7, 1), 6, 30) == date(2027, 6, 30)
    assert next_anniversary(date(2026, 3, 1), 2, 29) == date(2027, 2, 28)
