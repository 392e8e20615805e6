"""Lights: one of seven for any facts, each with a word and a shape of its own."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.clock import Light, light

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
DAY = timedelta(days=1)


def test_every_light_has_a_word_and_a_shape_of_its_own() -> None:
    assert len({x.word for x in Light}) == len({x.shape for x in Light}) == len(Light)


@given(days, st.integers(0, 60), days)
def test_a_running_clock_goes_from_green_over_yellow_to_red_and_never_back(
    due: date, lead: int, today: date
) -> None:
    order = [Light.GREEN, Light.YELLOW, Light.RED]
    facts = {"due": due, "warn_from": due - lead * DAY, "done_on": None}
    now, later = light(**facts, today=today), light(**facts, today=today + DAY)
    assert order.index(now) <= order.index(later)
    assert (now is Light.RED) == (today > due)


@given(days, days, days)
def test_what_is_finished_keeps_its_light_for_ever(due: date, done: date, today: date) -> None:
    shown = light(due=due, warn_from=due, done_on=done, today=today, paused=True)
    assert shown is (Light.DONE if done <= due else Light.DONE_LATE)


@given(days, days)
def test_a_paused_clock_is_neither_late_nor_green(due: date, today: date) -> None:
    assert light(due=due, warn_from=due, done_on=None, today=today, paused=True) is Light.PAUSED


@given(days, days, st.none() | days)
def test_a_cancelled_clock_burdens_nobody(due: date, today: date, done: date | None) -> None:
    shown = light(due=due, warn_from=due, done_on=done, today=today, cancelled=True)
    assert shown is Light.CANCELLED
