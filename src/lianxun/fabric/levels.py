"""The highest level among the labelled rows that a query loaded: a list knows what it shows without saying so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Seen:
    """0 (公开) until a row is loaded."""

    highest: int = 0


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
            outer.highest = max(outer.highest, inner.highest)


def loaded(level: int) -> None:
    """A row of this level came from the database."""
    seen = _seen.get()
    if seen is not None and level > seen.highest:
        seen.highest = level
