"""The tree of units as it stood on a day: pure functions over what the history says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Span:
    """How a unit was called and where it stood, both days included; ``valid_to`` None = until now."""

    unit: UUID
    parent: UUID | None
    name: str
    valid_from: date
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree of a day; ``depth`` 0 is the top."""

    unit: UUID
    parent: UUID | None
    name: str
    depth: int


def tree_on(spans: Iterable[Span], day: date, *, rank: Mapping[UUID, str]) -> list[Node]:
    """Every unit that existed on ``day``, once, each after its parent; siblings by ``rank``.

    A unit whose parent did not exist on that day stands at the top.
    """
    there = {s.unit: s for s in spans if s.covers(day)}
    below: dict[UUID | None, list[Span]] = defaultdict(list)
    for span in there.values():
        below[span.parent if span.parent in there else None].append(span)
    for siblings in below.values():
        siblings.sort(key=lambda s: (rank.get(s.unit, ""), str(s.unit)))
    nodes: list[Node] = []
    waiting = [(span, 0) for span in reversed(below[None])]
    while waiting:
        span, depth = waiting.pop()
        nodes.append(Node(span.unit, span.parent if depth else None, span.name, depth))
        waiting.extend((child, depth + 1) for child in reversed(below.get(span.unit, [])))
    return nodes


def circle_since(
    spans: Sequence[Span], *, unit: UUID, parent: UUID, since: date, until: date
) -> date | None:
    """The first day from ``since`` to ``until`` on which ``parent`` stood at or below ``unit``; else None.

    A move that takes effect in the past must not make a circle on any day since then.
    """
    history: dict[UUID, list[Span]] = defaultdict(list)
    for span in spans:
        history[span.unit].append(span)
    days = sorted({since, *(s.valid_from for s in spans if since < s.valid_from <= until)})
    return next((day for day in days if _stands_below(history, parent, unit, day)), None)


def _stands_below(history: Mapping[UUID, Sequence[Span]], low: UUID, high: UUID, day: date) -> bool:
    here: UUID | None = low
    seen: set[UUID] = set()
    while here is not None and here not in seen:
        if here == high:
            return True
        seen.add(here)
        here = next((s.parent for s in history.get(here, ()) if s.covers(day)), None)
    return False
