"""Open what a scan reads: a store of accepted deliveries, a folder of Parquet tables, or DuckDB.

Everything becomes views of one in-memory DuckDB, so ten million payments are read as they are
needed and never copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ibis

from lianxun_insight.flags import Scalar
from lianxun_insight.rules.data import Data
from lianxun_insight.schemas import Table, load_catalogue


class SourceError(ValueError):
    """The data cannot be opened; the text says what was expected."""


def open_source(path: Path, *, memory_limit: str = "4GB", threads: int | None = None) -> Any:
    """An ibis DuckDB connection in which every delivered table has its store name.

    `path` is the folder `ingest` made, a folder of `<table>.parquet`, or a DuckDB file.
    """
    settings: dict[str, Any] = {"memory_limit": memory_limit, "preserve_insertion_order": False}
    if threads:
        settings["threads"] = threads
    backend = ibis.duckdb.connect(**settings)
    if not path.exists():
        raise SourceError(
            f"找不到数据：{path}。请给出 ingest 的存放目录、Parquet 文件夹或 DuckDB 文件。"
        )
    if path.is_file():
        _attach(backend, path)
        return backend
    parts = _files(path)
    known = {table.sql_name for table in load_catalogue().tables}
    found = {name: files for name, files in parts.items() if name in known}
    if not found:
        raise SourceError(f"{path.name} 中没有目录所列的数据表（例如 d13_payment.parquet）。")
    for name, files in found.items():
        listed = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
        backend.raw_sql(
            f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet([{listed}], union_by_name=true)'
        ).fetchall()
    return backend


def _files(folder: Path) -> dict[str, list[Path]]:
    """Parquet parts by table: a store (deliveries/*/tables/<table>/*.parquet) or a flat folder."""
    parts: dict[str, list[Path]] = {}
    if (folder / "store.json").exists():
        for part in sorted((folder / "deliveries").glob("*/tables/*/*.parquet")):
            parts.setdefault(part.parent.name, []).append(part)
        return parts
    for part in sorted(folder.glob("*.parquet")):
        parts.setdefault(part.stem, []).append(part)
    return parts


def _attach(backend: Any, path: Path) -> None:
    quoted = str(path).replace("'", "''")
    try:
        backend.raw_sql(f"ATTACH '{quoted}' AS delivered (READ_ONLY)").fetchall()
    except Exception as error:  # duckdb.Error; ibis may wrap it
        raise SourceError(f"{path.name} 不是可读的 DuckDB 数据库文件。") from error
    rows = backend.raw_sql(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'delivered'"
    ).fetchall()
    for (name,) in rows:
        backend.raw_sql(f'CREATE VIEW "{name}" AS SELECT * FROM delivered."{name}"').fetchall()


def data_of(backend: Any) -> Data:
    """The catalogue tables a connection holds, as rules read them."""
    present = {
        name
        for (name,) in backend.raw_sql(
            "SELECT table_name FROM information_schema.tables"
        ).fetchall()
    }
    return Data(
        {
            table.id: backend.table(table.sql_name)
            for table in load_catalogue().tables
            if table.sql_name in present
        }
    )


def rows_by_key(data: Data, table_id: str, keys: Iterable[str]) -> dict[str, dict[str, Scalar]]:
    """The rows of one table with these keys, as plain values (dates as ISO text)."""
    from lianxun_insight.rules.data import key_column

    wanted = sorted(set(keys))
    if not wanted or table_id not in data:
        return {}
    name = key_column(table_id)
    table = data[table_id]
    names = [f.name for f in load_catalogue().table(table_id).fields]
    asked = ibis.memtable({"asked": wanted})
    found = table.semi_join(asked, table[name] == asked.asked).select(name, *names)
    result: dict[str, dict[str, Scalar]] = {}
    for row in found.to_pyarrow().to_pylist():
        key = row.pop(name)
        result[key] = {k: _plain(v) for k, v in row.items()}
    return result


def _plain(value: Any) -> Scalar:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def row_table(table: Table, rows: Iterable[Mapping[str, Scalar]]) -> Any:
    """An ibis table holding exactly these rows, with the catalogue's types (also when empty)."""
    import pyarrow as pa

    types = {
        "int": pa.int64(), "money": pa.int64(), "share": pa.float64(), "bool": pa.bool_(),
    }  # fmt: skip
    listed = list(rows)
    columns, casts = {}, {}
    for spec in table.fields:
        values = [row.get(spec.name) for row in listed]
        columns[spec.name] = pa.array(values, types.get(spec.type, pa.string()))
        if spec.type in ("date", "month"):
            casts[spec.name] = "date"
        elif spec.type == "datetime":
            casts[spec.name] = "timestamp"
    memory = ibis.memtable(pa.table(columns))
    return memory.mutate(**{n: memory[n].cast(t) for n, t in casts.items()}) if casts else memory
