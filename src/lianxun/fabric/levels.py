"""What a query loaded that is labelled: how secret it is at most, and which rows are 敏感.

A list knows by it what it shows without saying so (``trace.door`` watches).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

SENSITIVE = 2
"""敏感: from here on a record names each row that was shown, and reading stops when the trace does."""

FIRST = 100
Shown = tuple[str, UUID]
"""Kind (``room.model``) and id of a row."""


@dataclass(slots=True)
class Seen:
    """0 (公开) until a row is loaded."""

    highest: int = 0
    sensitive: set[Shown] = field(default_factory=set)
    rows: dict[UUID, Any] = field(default_factory=dict)
    """The first rows, by id: what a page is about comes before what stands beside it."""

    def take(self, other: Seen) -> None:
        self.highest = max(self.highest, other.highest)
        self.sensitive |= other.sensitive
        if len(self.rows) < FIRST:
            self.rows |= other.rows


_seen: ContextVar[Seen | None] = ContextVar("lianxun_levels_seen", default=None)


@contextmanager
def watched() -> Iterator[Seen]:
    """What is loaded inside is noted here, and with whoever watches around it."""
    outer, inner = _seen.get(), Seen()
    mark = _seen.set(inner)
    try:
        yield inner
    finally:
        _seen.reset(mark)
        if outer is not None:
            outer.take(inner)


def loaded(level: int, kind: str, row_id: UUID | None, row: Any = None) -> None:
    """A row of this level came from the database; ``row`` itself where all of it did."""
    seen = _seen.get()
    if seen is None:
        return
    seen.highest = max(seen.highest, level)
    if level >= SENSITIVE and row_id is not None:
        seen.sensitive.add((kind, row_id))
    if row is not None and row_id is not None and len(seen.rows) < FIRST:
        seen.rows[row_id] = row
