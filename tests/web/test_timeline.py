"""The strip of twelve and the axis of dates: positions only, but right for every set of nodes."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.clock import Light
from lianxun.web import timeline

ENTRY, END, TODAY = date(2026, 10, 28), date(2026, 12, 7), date(2026, 11, 22)


def node(number: str, due: date = ENTRY, light: Light = Light.GREEN, **more: Any) -> Any:
    values = {"title": f"节点{number}", "phase": "during", "why": "应于某日完成"}
    return SimpleNamespace(node=number, due_on=due, light=light, **{**values, **more})


def drawn(nodes: list[Any], today: date = TODAY) -> timeline.Axis:
    return timeline.axis(nodes, entry=ENTRY, end=END, feedback=None, today=today)


def test_there_are_twelve_cells_in_their_order_whatever_has_a_clock() -> None:
    for nodes in ([], [node("5")], [node("12"), node("1")]):
        assert [c.number for c in timeline.cells(nodes)] == [str(n) for n in range(1, 13)]
    assert timeline.cells([])[6].light == "waiting"
    assert timeline.cells([])[6].title == "整改方案审核"


def test_the_gravest_clock_speaks_for_its_node_and_the_others_stay_beside_it() -> None:
    done, late = node("1", light=Light.DONE, title="会议"), node("1", light=Light.RED, title="数据")
    cell = timeline.cells([done, late])[0]
    assert (cell.title, cell.light, cell.more) == ("数据", "red", (done,))


def test_recurring_nodes_say_their_rhythm() -> None:
    rhythms = {c.number: c.rhythm for c in timeline.cells([])}
    assert (rhythms["5"], rhythms["6"], rhythms["10"], rhythms["1"]) == ("每周", "每日", "每年", "")


def test_what_has_no_number_comes_last() -> None:
    assert [c.title for c in timeline.cells([node("", title="通知被巡视单位")])][12:] == [
        "通知被巡视单位"
    ]


def test_the_running_clock_of_an_object_is_the_reddest_then_the_soonest() -> None:
    soon, later = node("", ENTRY), node("", END)
    red = node("", END, Light.RED)
    assert timeline.gravest([later, soon]) is soon
    assert timeline.gravest([soon, red]) is red
    assert timeline.gravest([node("", light=Light.DONE)]) is None


def test_standing_and_cancelled_nodes_are_not_drawn() -> None:
    nodes = [
        node("10", date(2027, 6, 30), phase="standing"),
        node("6", light=Light.CANCELLED),
        node("4"),
    ]
    assert [m.label for m in drawn(nodes).marks] == ["4"]


def test_bands_follow_one_another_without_gap() -> None:
    before, during, after = drawn([node("1", ENTRY - timedelta(days=15)), node("4")]).bands
    assert before.x + before.width == during.x
    assert round(during.x + during.width, 1) == after.x


def test_today_is_left_out_where_it_lies_far_from_the_inspection() -> None:
    assert drawn([node("4")]).today is not None
    assert drawn([node("4")], today=END + timedelta(days=300)).today is None
    assert drawn([node("4")], today=ENTRY - timedelta(days=100)).today is None


def test_months_are_named_and_a_new_year_is_said() -> None:
    labels = [label for _, label in drawn([node("4", date(2027, 1, 20))]).months]
    assert labels == ["11月", "12月", "2027年1月"]


OFFSETS = st.lists(st.integers(-40, 90), max_size=14)


@given(OFFSETS, st.integers(-60, 200))
def test_every_mark_lies_inside_the_drawing_in_the_order_of_days(
    offsets: list[int], today: int
) -> None:
    nodes = [node(str(i % 12 + 1), ENTRY + timedelta(days=d)) for i, d in enumerate(offsets)]
    axis = drawn(nodes, today=ENTRY + timedelta(days=today))
    xs = [m.x for m in axis.marks]
    assert xs == sorted(xs)
    assert all(0 < x < timeline.WIDTH for x in xs)
    assert all(m.y + 10 <= axis.foot for m in axis.marks)
    assert len(axis.marks) == len(nodes)
    if axis.today is not None:
        assert 0 < axis.today < timeline.WIDTH


@given(st.lists(st.integers(0, 60), max_size=9))
def test_marks_that_would_cover_each_other_stand_in_rows(offsets: list[int]) -> None:
    axis = drawn([node("1", ENTRY + timedelta(days=d)) for d in sorted(set(offsets))])
    rows: dict[float, list[float]] = {}
    for mark in axis.marks:
        rows.setdefault(mark.y, []).append(mark.x)
    upper = sorted(rows)[:-1] if len(rows) == 3 else sorted(rows)
    for y in upper:
        near = [b - a for a, b in zip(rows[y], rows[y][1:], strict=False)]
        assert all(gap >= 16 for gap in near)
