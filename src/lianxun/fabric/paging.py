"""Pages of a list: 20 rows, an honest but bounded count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 20
COUNT_LIMIT = 1000  # counting on costs more than it tells (security.md §2.2)
WHOLE_LIMIT = 10_000  # rows of a list that one export may hold

_size: ContextVar[int] = ContextVar("lianxun_page_size", default=PAGE_SIZE)


def window(page: int) -> slice:
    """The rows of one page of a list, to be cut out of its queryset."""
    size = _size.get()
    return slice((page - 1) * size, page * size)


@contextmanager
def whole_list() -> Iterator[None]:
    """Lists asked for inside are one long page (an export), one row longer than allowed to tell."""
    mark = _size.set(WHOLE_LIMIT + 1)
    try:
        yield
    finally:
        _size.reset(mark)


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
