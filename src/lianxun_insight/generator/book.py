"""The book: rows of all tables, kept as columns until the departments deliver them.

While the province is being made, organisations, persons, accounts and phones are plain numbers;
only `deliver` writes codes, tokens and names, so that every department spells the same thing its
own way. Money is in 分 (int), dates are numpy days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from lianxun_insight.schemas import Field, load_catalogue

NULL = np.iinfo(np.int64).min
Column = npt.NDArray[Any]
Columns = dict[str, Column]

_DTYPES = {
    "org_code": "int64",
    "id_token": "int64",
    "money": "int64",
    "int": "int64",
    "date": "datetime64[D]",
    "month": "datetime64[D]",
    "datetime": "datetime64[s]",
    "share": "float64",
    "bool": "int8",
    "text": "object",
}


def null_of(field: Field) -> Any:
    """The value that stands for "empty" in a column of this field."""
    kind = _DTYPES[field.type]
    if kind == "int64":
        return NULL
    if kind.startswith("datetime64"):
        return np.datetime64("NaT")
    return {"float64": np.nan, "int8": -1, "object": None}[kind]


def as_column(field: Field, values: Any, count: int) -> Column:
    """`values` (array, scalar or list with None) as a column of `count` entries."""
    dtype = _DTYPES[field.type]
    if isinstance(values, np.ndarray) and values.ndim == 1:
        column = values.astype(dtype, copy=False)
    elif isinstance(values, list):
        empty = null_of(field)
        column = np.array([empty if v is None else v for v in values], dtype=dtype)
    else:
        column = np.full(count, null_of(field) if values is None else values, dtype=dtype)
    if len(column) != count:
        raise ValueError(f"{field.name}: {len(column)} values for {count} rows")
    return column


class Book:
    """All rows made so far, by table."""

    def __init__(self) -> None:
        self._chunks: dict[str, list[Columns]] = defaultdict(list)
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def bulk(self, table_id: str, **columns: Any) -> None:
        """Add many rows at once; the first array decides how many."""
        schema = load_catalogue().table(table_id)
        count = next(len(v) for v in columns.values() if isinstance(v, np.ndarray | list))
        if count:
            self._chunks[table_id].append(
                {name: as_column(schema.field(name), v, count) for name, v in columns.items()}
            )

    def row(self, table_id: str, **values: Any) -> None:
        """Add one row, as the planted schemes do."""
        schema = load_catalogue().table(table_id)
        for name in values:
            schema.field(name)
        self._rows[table_id].append(values)

    def rows(self, table_id: str) -> list[dict[str, Any]]:
        """Single rows added so far, open to correction by the story that added them."""
        return self._rows[table_id]

    def tables(self) -> list[str]:
        """Tables that have rows, in catalogue order of their names."""
        return sorted(set(self._chunks) | set(self._rows))

    def chunks(self, table_id: str, *, single: bool = False) -> Iterator[Columns]:
        """The rows of one table as column sets; single rows come first, as one set.

        `single` leaves out everything added in bulk.
        """
        schema = load_catalogue().table(table_id)
        rows = self._rows.get(table_id, [])
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            yield {
                name: as_column(schema.field(name), [row.get(name) for row in rows], len(rows))
                for name in names
            }
        if not single:
            yield from self._chunks.get(table_id, [])

    def count(self, table_id: str) -> int:
        """Number of rows of one table."""
        return sum(len(next(iter(chunk.values()))) for chunk in self.chunks(table_id))
