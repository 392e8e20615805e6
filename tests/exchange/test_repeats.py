"""Asked twice: pure rule first, then what the register says about one organisation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lianxun.exchange import operations as do
from lianxun.exchange import queries
from lianxun.exchange.records import Asked
from lianxun.exchange.repeats import counted, repeated
from tests.exchange.support import OWNER, act, draft, sent
from tests.support.cast import unit_id

DAY = date(2024, 1, 1)
SUBJECTS = [UUID(int=n) for n in (1, 2)]


@st.composite
def wishes(draw: Any) -> list[Asked]:
    found = []
    for n in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, 20))
        found.append(
            Asked(
                id=UUID(int=100 + n),
                subject=draw(st.sampled_from(SUBJECTS)),
                data_class=draw(st.sampled_from(["D14", "D20"])),
                period_from=DAY + timedelta(days=start),
                period_to=DAY + timedelta(days=start + draw(st.integers(0, 5))),
                again_reason=draw(st.sampled_from(["", "原数据缺月份"])),
            )
        )
    return found


def days(one: Asked) -> set[int]:
    return set(range(one.period_from.toordinal(), one.period_to.toordinal() + 1))


@given(wishes())
def test_repeated_is_what_shares_a_day_with_something_asked_before(asked: list[Asked]) -> None:
    expected = set()
    for place, one in enumerate(asked):
        known: set[int] = set()
        for earlier in asked[:place]:
            if (earlier.subject, earlier.data_class) == (one.subject, one.data_class):
                known |= days(earlier)
        if known & days(one):
            expected.add(one.id)
    assert repeated(asked) == expected


@given(wishes())
def test_every_request_is_counted_once_and_the_parts_are_parts(asked: list[Asked]) -> None:
    found = counted(asked)
    assert sum(c.asked for c in found.values()) == len(asked)
    assert all(0 <= c.reasoned <= c.repeated <= c.asked for c in found.values())
    assert sum(c.repeated for c in found.values()) == len(repeated(asked))


@given(wishes())
def test_the_first_of_its_kind_is_never_a_repetition(asked: list[Asked]) -> None:
    assert not asked or asked[0].id not in repeated(asked)


GROUP = unit_id("YL-JT")


def about(cast: Any, who: str = OWNER, year: int | None = None) -> Any:
    year = year or cast.now.year
    return queries.asked_about(actor=cast[who], now=cast.now, units=[GROUP], year=year)


def test_the_register_counts_what_went_out_and_what_was_asked_again(cast: Any) -> None:
    before = about(cast).get(GROUP)
    known = before.asked if before else 0
    sent(cast)
    draft(cast)  # what nobody received burdens nobody
    found = about(cast)[GROUP]
    assert found.asked == known + 1
    second = sent(cast, period_from=date(2025, 6, 1), period_to=date(2026, 1, 31))
    found = about(cast)[GROUP]
    assert found.asked == known + 2
    listed = queries.requests(
        actor=cast[OWNER], now=cast.now, about=GROUP, year=cast.now.year, again=True
    )
    assert second in {r.id for r in listed.rows}
    assert listed.total == found.repeated
    every = queries.requests(actor=cast[OWNER], now=cast.now, about=GROUP, year=cast.now.year)
    assert every.total == found.asked
    assert about(cast, year=cast.now.year - 1).get(GROUP) is None


def test_what_was_taken_back_counts_no_more(cast: Any) -> None:
    found = sent(cast)
    before = about(cast)[GROUP].asked
    act(cast, do.withdraw_request, OWNER, found, reason="改用已有数据")
    after = about(cast).get(GROUP)
    assert (after.asked if after else 0) == before - 1


def test_a_reader_counts_what_he_may_see(cast: Any) -> None:
    sent(cast)
    assert about(cast, "finance")[GROUP].asked >= 1  # served on his unit
    assert GROUP not in about(cast, "police")


def test_requests_by_providing_unit(cast: Any) -> None:
    found = sent(cast)
    mine = queries.requests(actor=cast[OWNER], now=cast.now, provider=unit_id("YL-CZ"))
    assert found in {r.id for r in mine.rows}
    others = queries.requests(actor=cast[OWNER], now=cast.now, provider=unit_id("YL-SJ"))
    assert found not in {r.id for r in others.rows}
