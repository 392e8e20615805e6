"""Pure rules: what always holds of a schedule, the ladder, and the words of an explanation."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.duties import rules, seed
from lianxun.duties.enums import Recurrence, Step
from lianxun.duties.rules import Booking, Clock, Extension, Pause
from lianxun.kernel.calendar import Day, WorkCalendar
from lianxun.kernel.clock import Light, light
from lianxun.kernel.ids import new_id

CALENDAR = WorkCalendar(
    (Day(r.date, r.is_work, r.name, r.status == "provisional") for r in seed.day_rows()), version=1
)
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@st.composite
def clocks(draw: st.DrawFn, *, pauses: int = 0, extended: bool = False) -> Clock:
    anchor = draw(days)
    kind = draw(st.sampled_from(["working", "calendar", "month"]))
    amount = draw(st.integers(1, 6 if kind == "month" else 90))
    gaps = []
    at = anchor
    for _ in range(draw(st.integers(0, pauses))):
        begin = at + timedelta(days=draw(st.integers(0, 40)))
        end = begin + timedelta(days=draw(st.integers(0, 30)))
        gaps.append(Pause(begin, end))
        at = end + timedelta(days=1)
    extension = None
    if extended:
        on = anchor + timedelta(days=draw(st.integers(0, 30)))
        extension = Extension(
            on, CALENDAR.next_working(on + timedelta(days=draw(st.integers(1, 120))))
        )
    return Clock(
        anchor="event",
        anchor_date=anchor,
        amount=amount,
        day_kind=kind,
        roll="next",
        opened_on=anchor,
        pauses=tuple(gaps),
        extension=extension,
    )


@given(clocks(pauses=3, extended=True))
def test_warnings_come_in_order_and_the_day_is_worked(clock: Clock) -> None:
    plan = rules.schedule(clock, CALENDAR)
    assert plan.notify_from <= plan.warn_from <= plan.due
    assert CALENDAR.is_work(plan.due)


@given(clocks(), days, st.integers(0, 60))
def test_a_pause_never_shortens_and_never_gives_more_than_it_took(
    clock: Clock, begin: date, length: int
) -> None:
    plain = rules.schedule(clock, CALENDAR).due
    pause = Pause(begin, begin + timedelta(days=length))
    paused = rules.after_pause(plain, pause, clock, CALENDAR)
    assert paused >= plain
    if begin > plain or length == 0:
        assert paused == plain
    elif clock.day_kind == "working":
        # The days worked from the pause's end are those that were left at its beginning.
        day = timedelta(days=1)
        left = CALENDAR.working_days_between(begin - day, plain)
        assert CALENDAR.working_days_between(pause.to_on - day, paused) == left
    else:
        assert paused == CALENDAR.next_working(plain + timedelta(days=length))


@given(clocks(pauses=2))
def test_an_extension_never_brings_a_day_forward(clock: Clock) -> None:
    plain = rules.schedule(clock, CALENDAR).due
    for to in (plain - timedelta(days=5), plain + timedelta(days=5)):
        extended = Clock(
            **{name: getattr(clock, name) for name in Clock.__slots__ if name != "extension"},
            extension=Extension(clock.anchor_date, to),
        )
        assert rules.schedule(extended, CALENDAR).due >= plain


@given(clocks(pauses=1), days)
def test_the_ladder_climbs_and_agrees_with_the_light(clock: Clock, today: date) -> None:
    plan = rules.schedule(clock, CALENDAR)
    facts = {"notify_from": plan.notify_from, "warn_from": plan.warn_from, "due": plan.due}
    step = rules.step_due(**facts, today=today)
    shown = light(due=plan.due, warn_from=plan.warn_from, done_on=None, today=today)
    assert (step is Step.RED) == (shown is Light.RED)
    assert (step is Step.YELLOW) == (shown is Light.YELLOW)
    order = [None, Step.GREEN, Step.YELLOW, Step.RED]
    tomorrow = rules.step_due(**facts, today=today + timedelta(days=1))
    assert order.index(tomorrow) >= order.index(step)


@pytest.mark.parametrize(
    ("start", "due", "kind", "green", "yellow"),
    [
        (date(2026, 3, 2), date(2026, 6, 2), "calendar", 20, 10),  # long: 20 and 10 days left
        (date(2026, 3, 2), date(2026, 3, 12), "calendar", 5, 3),  # short: 50 % and 25 %, rounded up
        (date(2026, 3, 2), date(2026, 3, 3), "calendar", 1, 1),
        (date(2026, 3, 2), date(2026, 3, 2), "calendar", 0, 0),
    ],
)
def test_the_ladder_scales(start: date, due: date, kind: str, green: int, yellow: int) -> None:
    notify, warn = rules.ladder(start, due, kind, CALENDAR)
    assert ((due - notify).days, (due - warn).days) == (green, yellow)


def test_a_ten_day_clock_of_working_days_warns_on_working_days() -> None:
    due = CALENDAR.working_day(date(2026, 3, 2), 10)
    notify, warn = rules.ladder(date(2026, 3, 2), due, "working", CALENDAR)
    assert CALENDAR.working_days_between(notify, due) == 5
    assert CALENDAR.working_days_between(warn, due) == 3


@given(days, st.integers(1, 120))
def test_weekly_days_lie_a_week_apart_and_inside(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    found = list(
        rules.occurrences(Recurrence.WEEKLY, start=start, end=end, calendar=CALENDAR, weekday=4)
    )
    assert all(start <= d <= end and d.weekday() == 4 for d in found)
    assert all((b - a).days == 7 for a, b in itertools.pairwise(found))


def test_quarters_and_years() -> None:
    quarters = rules.occurrences(
        Recurrence.QUARTERLY, start=date(2026, 2, 1), end=date(2026, 12, 31), calendar=CALENDAR
    )
    assert [d.month for d in quarters] == [3, 6, 9, 12]
    annual = rules.occurrences(
        Recurrence.ANNUAL,
        start=date(2026, 7, 1),
        end=date(2026, 8, 1),
        calendar=CALENDAR,
        month=6,
        day=30,
    )
    assert list(annual) == [date(2027, 6, 30)]


def booking(person: UUID, engagement: UUID, begin: int, end: int) -> Booking:
    first = date(2026, 3, 1)
    return Booking(
        person=person,
        name="方一鸣",
        engagement=engagement,
        title=f"任务{engagement.hex[:4]}",
        from_on=first + timedelta(days=begin),
        to_on=first + timedelta(days=end),
    )


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_person_is_double_booked_exactly_when_days_overlap(
    a: int, b: int, c: int, d: int
) -> None:
    who, ours, theirs = new_id(), new_id(), new_id()
    first = date(2026, 3, 1)
    begin, end = first + timedelta(days=min(a, b)), first + timedelta(days=max(a, b))
    other = booking(who, theirs, min(c, d), max(c, d))
    found = rules.double_booked(ours, begin, end, [booking(who, ours, 0, 1), other])
    overlap = {min(a, b) + i for i in range(abs(a - b) + 1)} & {
        min(c, d) + i for i in range(abs(c - d) + 1)
    }
    assert bool(found) == bool(overlap)
    if found:
        assert (found[0].to_on - found[0].from_on).days + 1 == len(overlap)
    assert rules.double_booked(ours, begin, end, [other]) == []


def test_an_explanation_names_rule_count_calendar_and_today() -> None:
    clock = Clock(
        anchor="event",
        anchor_date=date(2026, 2, 10),
        amount=10,
        day_kind="calendar",
        roll="next",
        opened_on=date(2026, 2, 10),
        pauses=(Pause(date(2026, 2, 11), date(2026, 2, 13)),),
    )
    plan = rules.schedule(clock, CALENDAR)
    said = "".join(
        rules.explain(
            clock=clock,
            plan=plan,
            light=Light.RED,
            today=date(2026, 3, 2),
            title="线索签收回执",
            clause="移交后 10 日内签收",
            calendar=CALENDAR,
            calendar_version=1,
        )
    )
    for words in (
        "移交后 10 日内签收",
        "后 10 日内",
        "春节",
        "暂停计时",
        "已超期",
        "工作日历第1版",
    ):
        assert words in said
