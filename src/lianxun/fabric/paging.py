"""Pages of a list: 20 rows, an honest but bounded count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.db.models.expressions import OrderBy

T = TypeVar("T")
M = TypeVar("M", bound=Model)

PAGE_SIZE = 20
COUNT_LIMIT = 1000  # counting on costs more than it tells (security.md §2.2)
WHOLE_LIMIT = 10_000  # rows of a list that one export may hold

_counting: ContextVar[bool] = ContextVar("lianxun_counting", default=True)
_size: ContextVar[int] = ContextVar("lianxun_page_size", default=PAGE_SIZE)


def window(page: int) -> slice:
    """The rows of one page of a list, to be cut out of its queryset."""
    size = _size.get()
    return slice((page - 1) * size, page * size)


def totally_ordered(rows: QuerySet[Any]) -> bool:
    """Whether the order leaves no two rows equal: else a row may stand on two pages, or on none.

    Some key of the order must be unique. Of grouped rows only the keys can be compared: any order does.
    Distinct rows that are ordered by all they consist of are in a total order too.
    """
    query = rows.query
    keys: Sequence[Any] = query.order_by or (
        rows.model._meta.ordering if query.default_ordering else ()
    )
    if query.group_by is not None:
        return bool(keys)
    if query.distinct and query.values_select and set(query.values_select) <= set(keys):
        return True
    return any(_unique(rows.model, key) for key in keys)


def _unique(model: type[Model], key: Any) -> bool:
    if isinstance(key, OrderBy):
        key = getattr(key.expression, "name", "")
    name = str(key).lstrip("-")
    if name == "pk":
        return True
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:  # an annotation, or a path along a relation
        return False
    return bool(getattr(field, "unique", False))


def page_of(rows: QuerySet[M], page: int) -> tuple[list[M], int]:
    """The rows of one page and how many there are, up to ``COUNT_LIMIT``.

    A page that is not full is the last one: then nothing needs counting. The rows must be in a total
    order (``totally_ordered``).
    """
    if not totally_ordered(rows):
        raise TypeError(f"a page of {rows.model.__name__} needs a total order: add its id")
    part = window(page)
    found = list(rows[part])
    if not _counting.get() or (len(found) < part.stop - part.start and (found or page == 1)):
        return found, part.start + len(found)
    return found, rows.order_by()[:COUNT_LIMIT].count()


@contextmanager
def uncounted() -> Iterator[None]:
    """Lists asked for inside show their first rows and nobody asks how many more there are."""
    mark = _counting.set(False)
    try:
        yield
    finally:
        _counting.reset(mark)


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
    """``total`` counts what the reader may see, up to ``COUNT_LIMIT``; ``more``: at least so many."""

    rows: Sequence[T]
    number: int
    total: int
    size: int = PAGE_SIZE
    more: bool = False

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
        open_end = self.more or self.total >= COUNT_LIMIT
        return f"{self.total} 以上" if open_end else f"{self.total}"


def page_number(raw: str | None, *, last: int = 500) -> int:
    """The page asked for in a URL; nonsense is page one, beyond ``last`` is the last."""
    if raw is None or not raw.isascii() or not raw.isdigit():
        return 1
    return min(max(1, int(raw[:6])), last)
