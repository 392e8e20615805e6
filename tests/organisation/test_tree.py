"""The tree as of a day: properties of the pure functions, and the acts that must keep them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.problems import Invalid
from lianxun.organisation import operations, queries
from lianxun.organisation.tree import Span, circle_since, tree_on
from tests.support.cast import unit_id

START = date(2020, 1, 1)
MOST = 8


def ident(number: int) -> UUID:
    return UUID(int=number)


@st.composite
def histories(draw: st.DrawFn) -> list[Span]:
    """Units that were set up, moved to any other unit and closed, each history without a gap."""
    spans = []
    for number in range(draw(st.integers(1, MOST))):
        day = START + timedelta(days=draw(st.integers(0, 30)))
        lengths = draw(st.lists(st.integers(1, 30), max_size=3))
        for length in lengths:
            end = day + timedelta(days=length - 1)
            spans.append(Span(ident(number), draw(parents(number)), f"单位{number}", day, end))
            day = end + timedelta(days=1)
        if draw(st.booleans()):
            spans.append(Span(ident(number), draw(parents(number)), f"单位{number}", day))
    return spans


def parents(number: int) -> st.SearchStrategy[UUID | None]:
    """An earlier unit or none: histories that the acts allow never make a circle."""
    return st.sampled_from([None, *(ident(n) for n in range(number))])


days = st.integers(-5, 160).map(lambda n: START + timedelta(days=n))


@given(histories(), days)
def test_every_unit_of_the_day_stands_once_under_the_parent_of_the_day(
    spans: list[Span], day: date
) -> None:
    nodes = tree_on(spans, day, rank={})
    there = {s.unit: s for s in spans if s.covers(day)}
    assert sorted(n.unit for n in nodes) == sorted(there)
    seen: dict[UUID, int] = {}
    for node in nodes:
        parent = there[node.unit].parent
        if parent in there:
            assert node.parent == parent
            assert node.depth == seen[parent] + 1  # the parent came before
        else:
            assert (node.parent, node.depth) == (None, 0)
        seen[node.unit] = node.depth


@given(histories(), days)
def test_what_stands_below_follows_without_a_stranger_between(spans: list[Span], day: date) -> None:
    nodes = tree_on(spans, day, rank={})
    for place, node in enumerate(nodes):
        rest = nodes[place + 1 :]
        inside = [n for n in rest if n.depth > node.depth]
        cut = next((i for i, n in enumerate(rest) if n.depth <= node.depth), len(rest))
        assert inside[:cut] == rest[:cut]


@given(histories(), days, st.permutations(range(MOST)))
def test_siblings_stand_in_the_order_of_their_rank(
    spans: list[Span], day: date, order: list[int]
) -> None:
    rank = {ident(n): f"{order[n]:04d}" for n in range(MOST)}
    nodes = tree_on(spans, day, rank=rank)
    for parent in {n.parent for n in nodes}:
        mine = [rank[n.unit] for n in nodes if n.parent == parent and (parent or not n.depth)]
        assert mine == sorted(mine)


@given(histories(), st.integers(0, MOST - 1), st.integers(0, MOST - 1), days)
def test_a_move_that_is_let_through_makes_no_circle_on_any_day(
    spans: list[Span], unit: int, parent: int, since: date
) -> None:
    """Planting the move into the history: from that day on no unit is its own ancestor."""
    until = START + timedelta(days=170)
    refused = circle_since(spans, unit=ident(unit), parent=ident(parent), since=since, until=until)
    others = [s for s in spans if s.unit != ident(unit)]
    moved = [*others, Span(ident(unit), ident(parent), "moved", since)]
    circles = [
        day
        for day in (since + timedelta(days=n) for n in range((until - since).days + 1))
        if in_circle(moved, ident(unit), day)
    ]
    assert (refused is not None) == bool(circles)
    if refused is not None:
        assert refused == circles[0]


def in_circle(spans: list[Span], unit: UUID, day: date) -> bool:
    above = {s.unit: s.parent for s in spans if s.covers(day)}
    here = above.get(unit)
    for _ in range(MOST + 1):
        if here == unit:
            return True
        here = above.get(here) if here else None
    return False


def test_a_unit_without_its_parent_stands_at_the_top() -> None:
    spans = [Span(ident(1), ident(2), "甲", START)]
    (node,) = tree_on(spans, START, rank={})
    assert (node.depth, node.parent) == (0, None)
    assert tree_on(spans, START - timedelta(days=1), rank={}) == []


# --- the acts ------------------------------------------------------------------------------------


def move(cast: Any, code: str, to: str, since: date, revision: int = 1) -> None:
    operations.move_unit(
        actor=cast["coordinator"],
        now=cast.now,
        unit_id=unit_id(code),
        parent_id=unit_id(to),
        since=since,
        basis="文",
        revision=revision,
    )


def places(cast: Any, day: date) -> dict[str, tuple[str, int]]:
    rows = queries.tree(actor=cast["audit"], now=cast.now, day=day)
    return {r.code: (r.name, r.depth) for r in rows}


def test_a_move_shows_from_its_day_on(cast: Any) -> None:
    today = cast.now.date()
    since = today - timedelta(days=10)
    move(cast, "YL-JT", "YL-GZ", since)
    before, after = places(cast, since - timedelta(days=1)), places(cast, since)
    assert (before["YL-JT"][1], before["YL-JT-1"][1]) == (1, 2)
    assert (after["YL-JT"][1], after["YL-JT-1"][1]) == (2, 3)
    assert set(before) == set(after)
    assert places(cast, today) == after


def test_a_backdated_move_may_not_close_a_circle_of_then(cast: Any) -> None:
    """Ten days ago the one stood below the other; only since five days it does not."""
    today = cast.now.date()
    move(cast, "YL-DX", "YL-JT", today - timedelta(days=20))
    move(cast, "YL-DX", "YL", today - timedelta(days=5), revision=2)
    with pytest.raises(Invalid, match="还在本单位之下") as problem:
        move(cast, "YL-JT", "YL-DX", today - timedelta(days=10))
    assert problem.value.errors[0].place == "since"
    move(cast, "YL-JT", "YL-DX", today - timedelta(days=5))


def test_what_takes_effect_later_is_done_later(cast: Any) -> None:
    tomorrow = cast.now.date() + timedelta(days=1)
    with pytest.raises(Invalid, match="不能晚于今天"):
        move(cast, "YL-JT", "YL-GZ", tomorrow)
    with pytest.raises(Invalid, match="不能早于新上级单位"):
        move(cast, "YL-JT", "YL-GZ", date(2019, 1, 1))


def test_a_closed_unit_is_in_the_tree_through_its_last_day(cast: Any) -> None:
    today = cast.now.date()
    operations.close_unit(
        actor=cast["coordinator"],
        now=cast.now,
        unit_id=unit_id("YL-JT-1"),
        last_day=today,
        basis="注销",
        revision=1,
    )
    assert "YL-JT-1" in places(cast, today)
    assert "YL-JT-1" not in places(cast, today + timedelta(days=1))


def test_the_administrators_see_the_tree_and_the_platform_is_no_unit(cast: Any) -> None:
    rows = queries.tree(actor=cast["system_admin"], now=cast.now, day=cast.now.date())
    assert "LIANXUN" not in {r.code for r in rows}
    assert len(rows) >= 30
    cities = queries.tree(actor=cast["audit"], now=cast.now, day=cast.now.date(), tier="city")
    assert {r.tier_label for r in cities} == {"市级"}
