"""Which units take part in an engagement on a day, from who was there at first and what was decided since. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxun.inspection.enums import MemberChangeKind


@dataclass(frozen=True, slots=True)
class Decided:
    """What the committee decided about one unit; ``until`` is the last day of one that joins for a time."""

    unit: UUID
    change: str
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the unit takes part on this day by this decision."""
        joins = self.change == MemberChangeKind.JOIN
        return joins and (self.until is None or on <= self.until)


def taking_part(first: Iterable[UUID], changes: Iterable[Decided], on: date) -> set[UUID]:
    """``changes`` in the order they were decided; the last word about a unit holds, until its last day."""
    found = set(first)
    for last in {c.unit: c for c in changes}.values():
        if last.holds(on):
            found.add(last.unit)
        else:
            found.discard(last.unit)
    return found


def last_day(unit: UUID, changes: Iterable[Decided]) -> date | None:
    """The last day of a unit that joined for a time; ``None`` for one that stays as long as the task needs it,
    that left, or that nothing was decided about."""
    words = [c for c in changes if c.unit == unit]
    return words[-1].until if words else None
