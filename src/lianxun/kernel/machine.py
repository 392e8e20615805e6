"""A state machine as data: where rows begin and which moves exist.

Rooms declare theirs as ``MACHINES`` (table name → machine) in ``enums.py``; the database holds the same
pairs (``fabric.transitions``), and a house test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """``initial`` states on insert, ``moves`` as pairs (from, to)."""

    initial: frozenset[str]
    moves: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, *initial: str, moves: Iterable[tuple[str, str]]) -> Machine:
        """Plain strings, whatever choices were given."""
        return cls(
            frozenset(str(s) for s in initial), frozenset((str(a), str(b)) for a, b in moves)
        )

    def allows(self, old: str, new: str) -> bool:
        return (str(old), str(new)) in self.moves

    def after(self, state: str) -> frozenset[str]:
        """The states that may follow ``state``."""
        return frozenset(b for a, b in self.moves if a == str(state))

    @property
    def states(self) -> frozenset[str]:
        return self.initial | {s for pair in self.moves for s in pair}

    def reachable(self) -> frozenset[str]:
        """Every state that some row can get into."""
        found: set[str] = set()
        waiting = set(self.initial)
        while waiting:
            found |= waiting
            waiting = {b for a, b in self.moves if a in waiting} - found
        return frozenset(found)
