"""What the daily dispatch hands to screens and units' systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.duties.records import DutyRecord
from lianxun.kernel.clock import Light


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    """One line of a day's list. ``light`` is what it was when the list was made."""

    id: UUID
    revision: int
    dispatch_id: UUID
    engagement: UUID | None
    on_date: date
    duty: UUID
    group: str
    group_label: str
    title: str
    object_title: str
    owed_by: UUID
    owed_by_name: str
    due_on: date
    light: Light
    forced: bool
    state: str
    state_label: str
    unit_id: UUID | None
    unit_name: str
    instruction: str
    by_day: date | None
    reason: str
    taken_on: date | None
    result: str
    done_on: date | None
    level: int
    late: bool
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRow:
    """One day of one engagement in a list, with what became of its lines."""

    id: UUID
    engagement: UUID
    title: str
    on_date: date
    state: str
    state_label: str
    lines: int
    waived: int
    instructed: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRecord:
    """``earlier``: instructions of the days before that are not answered, and what came of the last day's.
    ``nodes``: the nodes of the engagement; one that was met is fixed with its day (节点固化)."""

    id: UUID
    revision: int
    engagement: UUID
    title: str
    on_date: date
    state: str
    state_label: str
    words: str
    closed_at: datetime | None
    level: int
    lines: tuple[LineRecord, ...]
    earlier: tuple[LineRecord, ...]
    nodes: tuple[DutyRecord, ...]
    permitted: frozenset[str]

    def counted(self, *states: str) -> int:
        return sum(x.state in states for x in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """An engagement that the day has to look at: how many clocks, how many of them late, today's dispatch."""

    engagement: UUID
    title: str
    clocks: int
    red: int
    red_nodes: int
    dispatch_id: UUID | None
    state: str
    state_label: str
    may_begin: bool


@dataclass(frozen=True, slots=True)
class DeskRecord:
    """Today's desk; ``works`` says whether today is a working day."""

    today: date
    works: bool
    rows: tuple[DeskRow, ...]
