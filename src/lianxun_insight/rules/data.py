"""The delivered tables as rules see them: by catalogue id, each with the key of its rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ibis

from lianxun_insight.rules.model import Rule
from lianxun_insight.schemas import load_catalogue


def key_column(table_id: str) -> str:
    """Name of the row-key column of a table: `D14.contract` -> `k_d14_contract`."""
    return "k_" + load_catalogue().table(table_id).sql_name


class Data:
    """Tables of one scan. `tables`: catalogue id -> ibis table (of any backend).

    `data["D14.contract"]` has the columns of the catalogue (those not delivered are null) and the
    key column, whose text is the key fields joined by `|` (empty for null), as in flag addresses.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        catalogue = load_catalogue()
        self._tables = {catalogue.table(name).id: table for name, table in tables.items()}
        self._filled: dict[str, dict[str, int]] = {}
        self._ready: dict[str, Any] = {}
        self._made: dict[str, Any] = {}

    @classmethod
    def of_backend(cls, backend: Any) -> Data:
        """All catalogue tables that a backend (DuckDB, PySpark) holds under their store names."""
        present = _present(backend)
        return cls(
            {
                table.id: backend.table(table.sql_name)
                for table in load_catalogue().tables
                if table.sql_name in present
            }
        )

    def __contains__(self, table_id: str) -> bool:
        return table_id in self._tables

    def __getitem__(self, table_id: str) -> Any:
        if table_id not in self._ready:
            self._ready[table_id] = self._prepare(table_id)
        return self._ready[table_id]

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made the first time it is asked for: a table that several rules share."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def _prepare(self, table_id: str) -> Any:
        schema = load_catalogue().table(table_id)
        table = self._tables[table_id]
        absent = {
            field.name: ibis.null(_TYPES[field.type])
            for field in schema.fields
            if field.name not in table.columns
        }
        table = table.mutate(**absent) if absent else table
        parts: list[Any] = []
        for name in schema.key:
            if parts:
                parts.append(ibis.literal("|"))
            parts.append(table[name].cast("string").fill_null(""))
        key = parts[0]
        for part in parts[1:]:
            key = key + part
        return table.mutate(key.name(key_column(table_id)))

    def filled(self, table_id: str) -> dict[str, int]:
        """Number of values per delivered column, and of rows under the empty name."""
        if table_id not in self._filled:
            table = self._tables[table_id]
            schema = load_catalogue().table(table_id)
            names = [field.name for field in schema.fields if field.name in table.columns]
            counts = table.aggregate(n_rows=table.count(), **{n: table[n].count() for n in names})
            row = counts.to_pyarrow().to_pylist()[0]
            self._filled[table_id] = {"": row.pop("n_rows"), **row}
        return self._filled[table_id]

    def missing(self, record: Rule) -> list[str]:
        """Why a rule cannot be computed on these tables, in Chinese; empty if it can."""
        catalogue = load_catalogue()
        reasons = []
        for table_id, columns in record.needs.items():
            reasons += self._missing_in(table_id, columns)
        if record.any_of and not any(self._has_rows(each) for each in record.any_of):
            names = "、".join(f"{each} {catalogue.table(each).name_zh}" for each in record.any_of)
            reasons.append(f"缺数据表(任一即可)：{names}")
        return reasons

    def _has_rows(self, table_id: str) -> bool:
        return table_id in self._tables and self.filled(table_id)[""] > 0

    def _missing_in(self, table_id: str, columns: Iterable[str]) -> list[str]:
        schema = load_catalogue().table(table_id)
        label = f"{table_id} {schema.name_zh}"
        if table_id not in self._tables:
            return [f"缺数据表 {label}"]
        filled = self.filled(table_id)
        if not filled[""]:
            return [f"数据表 {label} 没有记录"]
        return [
            f"{label} 缺字段 {name}({schema.field(name).label_zh})"
            for name in columns
            if not filled.get(name)
        ]


def kept(table: Any) -> Any:
    """`table` computed now and kept in a temporary table, so that its true size is known.

    ibis 12 drops its own caches by a statement that DuckDB 2 refuses, hence the plain statement; a
    temporary table ends with its connection.
    """
    backend = table.get_backend()
    if backend.name != "duckdb":
        return table.cache()
    name = f"lx_kept_{next(_NUMBERS)}"
    backend.con.execute(f"create temp table {name} as {ibis.to_sql(table)}").fetchall()
    return backend.table(name)


_NUMBERS = itertools.count()


def _present(backend: Any) -> set[str]:
    """Names of tables and views; ibis 12 lists them by a call that DuckDB 2 no longer has."""
    if backend.name != "duckdb":
        return set(backend.list_tables())
    rows = backend.con.cursor().execute("select table_name from information_schema.tables")
    return {name for (name,) in rows.fetchall()}


_TYPES = {
    "text": "string",
    "int": "int64",
    "money": "int64",
    "date": "date",
    "month": "date",
    "datetime": "timestamp",
    "bool": "boolean",
    "id_token": "string",
    "org_code": "string",
    "share": "float64",
}
