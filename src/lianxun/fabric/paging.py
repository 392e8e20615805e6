"""Pages of a list: 20 rows, an honest but bounded count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 20
COUNT_LIMIT = 1000  # counting on costs more than it tells (security.md §2.2)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``total`` counts what the reader may see, up to ``COUNT_LIMIT``."""

    rows: Sequence[T]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def total_text(self) -> str:
        return f"{self.total}" if self.total < COUNT_LIMIT else f"{COUNT_LIMIT} 以上"


def page_number(raw: str | None, *, last: int = 500) -> int:
    """The page asked for in a URL; nonsense is page one, beyond ``last`` is the last."""
    if raw is None or not raw.isascii() or not raw.isdigit():
        return 1
    return min(max(1, int(raw[:6])), last)
