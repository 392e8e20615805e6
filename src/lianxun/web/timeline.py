"""The twelve nodes of an engagement for the eye: a strip of twelve cells, and an axis of dates.

Nodes that have no clock yet (they count from a feedback still to come) have their cell all the same: a
reader sees twelve, always in the same order. Only positions are computed here; lights come from duties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from lianxun.duties.enums import Phase
from lianxun.duties.records import DutyRecord
from lianxun.duties.seed import template_rows
from lianxun.kernel.clock import Light

GRAVITY = (
    *(Light.RED, Light.YELLOW, Light.PAUSED, Light.GREEN),
    *(Light.DONE_LATE, Light.DONE, Light.CANCELLED),
)
"""Which of several clocks of one node speaks for it: the first in this order."""
RHYTHM = {"weekly": "每周", "daily": "每日", "annual": "每年"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the twelve. ``duty`` speaks for the node; ``more`` are its other clocks."""

    number: str
    title: str
    rhythm: str = ""
    duty: DutyRecord | None = None
    more: tuple[DutyRecord, ...] = ()

    @property
    def light(self) -> str:
        return self.duty.light.value if self.duty else "waiting"


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Number → (title, rhythm), from the shipped rules; the first clock of a node names it."""
    found: dict[str, tuple[str, str]] = {}
    for row in template_rows("milestones"):
        if row["node"]:
            found.setdefault(row["node"], (row["title"], RHYTHM.get(row["recurrence"], "")))
    return found


def cells(nodes: Iterable[DutyRecord]) -> list[Cell]:
    """Twelve cells in the order of their numbers, then what has a clock but no number."""
    by_number: dict[str, list[DutyRecord]] = {}
    for duty in nodes:
        by_number.setdefault(duty.node, []).append(duty)
    loose = by_number.pop("", [])
    found = []
    for number, (title, rhythm) in sorted(_names().items(), key=lambda n: int(n[0])):
        duties = sorted(by_number.get(number, []), key=lambda d: GRAVITY.index(d.light))
        first = duties[0] if duties else None
        name = first.title if first else title
        found.append(Cell(number, name, rhythm, first, tuple(duties[1:])))
    return found + [Cell("", duty.title, "", duty) for duty in loose]


def gravest(clocks: Iterable[DutyRecord]) -> DutyRecord | None:
    """The running clock that speaks for an object: the reddest, then the soonest."""
    running = [c for c in clocks if c.light in GRAVITY[:4]]
    return min(running, key=lambda c: (GRAVITY.index(c.light), c.due_on), default=None)


WIDTH, LEFT, RIGHT = 1000.0, 12.0, 12.0
_NEAR = 17.0  # two marks closer than this stand above one another
_ROWS = 3
_TOP = 52.0  # middle of the first row of marks


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    text_y: float
    light: str
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Band:
    x: float
    width: float
    kind: str
    label: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Axis:
    """Everything in units of a drawing ``WIDTH`` wide."""

    months: tuple[tuple[float, str], ...]
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    today: float | None
    today_label: str
    foot: float  # where the lines end: below the lowest mark
    height: float


def axis(
    nodes: Sequence[DutyRecord], *, entry: date, end: date, feedback: date | None, today: date
) -> Axis:
    """Where each node lies between the months. Standing duties of the year are left to the strip."""
    drawn = [d for d in nodes if d.phase != Phase.STANDING and d.light is not Light.CANCELLED]
    points = [
        Point(d.due_on, d.light.value, d.node or "·", f"{d.title}：{d.light.word}，{d.why}")
        for d in sorted(drawn, key=lambda d: (d.due_on, d.node))
    ]
    days = [entry, end, *([feedback] if feedback else []), *(d.due_on for d in drawn)]
    first, last = min(days) - timedelta(days=4), max(days) + timedelta(days=4)
    if first <= today <= last + timedelta(days=60):
        last = max(last, today + timedelta(days=2))
    bands = (
        (first, entry, "before", "巡前"),
        (entry, end, "during", "驻点"),
        (end, last, "after", "巡后"),
    )
    return drawn_axis(points, bands, today=today)


@dataclass(frozen=True, slots=True)
class Point:
    """Something on a day: its light, the few letters in the mark, and what it says."""

    day: date
    light: str
    label: str
    said: str


def drawn_axis(
    points: Sequence[Point], bands: Sequence[tuple[date, date, str, str]], *, today: date
) -> Axis:
    """Points in the order of their days between the months, over bands (from, to, kind, label)."""
    first = min(b[0] for b in bands)
    last = max(b[1] for b in bands)
    span = max(1, (last - first).days)

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    marks = _marks(points, x)
    foot = max((m.y for m in marks), default=_TOP) + 14
    return Axis(
        months=tuple((x(day), _month(day, first)) for day in _first_days(first, last)),
        bands=tuple(
            Band(x(start), round(x(stop) - x(start), 1), kind, label)
            for start, stop, kind, label in bands
            if stop > start
        ),
        marks=marks,
        today=x(today) if first <= today <= last else None,
        today_label=f"今天 {today.month}月{today.day}日",
        foot=foot,
        height=foot + 14,
    )


def _month(day: date, first: date) -> str:
    return f"{day.year}年{day.month}月" if day.month == 1 or day < first else f"{day.month}月"


def _first_days(first: date, last: date) -> list[date]:
    found, day = [], first.replace(day=1)
    while day <= last:
        if day >= first:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _marks(points: Sequence[Point], x: Callable[[date], float]) -> tuple[Mark, ...]:
    """Marks in order of their day; those close together go down a row each, at most three."""
    found: list[Mark] = []
    ends = [-_NEAR * 2] * _ROWS
    for point in points:
        at = x(point.day)
        row = next((i for i in range(_ROWS) if at - ends[i] >= _NEAR), _ROWS - 1)
        ends[row] = at
        y = _TOP + 22 * row
        found.append(Mark(at, y, y + 4.5, point.light, point.label, point.said))
    return tuple(found)
