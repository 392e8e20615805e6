"""Open what a scan reads: a store of accepted deliveries, a folder of Parquet tables, or DuckDB.

Everything becomes views of one in-memory DuckDB, so ten million payments are read as they are
needed and never copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from lianxun_insight.deliveries.corrections import standing_query, superseded_files
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
    try:
        backend = ibis.duckdb.connect(**settings)
    except duckdb.Error:
        raise SourceError(
            f"内存上限“{memory_limit}”不能识别，请写成 4GB 或 800MB 的形式。"
        ) from None
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
        folder = path.resolve().name
        raise SourceError(f"{folder} 中没有目录所列的数据表（例如 d13_payment.parquet）。")
    for name, files in found.items():
        query = standing_query(files, superseded_files(path, name))
        try:
            backend.raw_sql(f'CREATE VIEW "{name}" AS {query}').fetchall()
        except duckdb.Error:
            places = "、".join(file.name for file in files[:3])
            raise SourceError(f"{places} 不是完整的 Parquet 文件，请重新导出或重新接收。") from None
    _check_types(backend, found)
    return backend


def _check_types(backend: Any, names: Iterable[str]) -> None:
    """Refuse a column whose type no rule could read, by its name instead of by an error of the database."""
    for name in names:
        table = load_catalogue().table(name)
        wanted = {
            field.name: _READABLE.get(field.type, ("VARCHAR", "ENUM")) for field in table.fields
        }
        for column, kind, *_rest in backend.raw_sql(f'DESCRIBE "{name}"').fetchall():
            if column in wanted and not str(kind).startswith((*wanted[column], '"NULL"')):
                field = table.field(column)
                raise SourceError(
                    f"数据表 {table.id} {table.name_zh} 的字段 {column}（{field.label_zh}）"
                    f"类型为 {kind}，应为 {wanted[column][0]}。请用 ingest 接收报送，不要自行转换。"
                )


_WHOLE = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT")
_READABLE: dict[str, tuple[str, ...]] = {
    "int": _WHOLE,
    "money": _WHOLE,
    "share": ("DOUBLE", "FLOAT", "DECIMAL", *_WHOLE),
    "bool": ("BOOLEAN",),
    "date": ("DATE",),
    "month": ("DATE",),
    "datetime": ("TIMESTAMP",),
}
"""Types of DuckDB that the rules read, by type of the catalogue; the first is what `ingest` writes."""


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
    known = {table.sql_name for table in load_catalogue().tables}
    rows = backend.raw_sql(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'delivered'"
    ).fetchall()
    found = [name for (name,) in rows if name in known]
    if not found:
        raise SourceError(f"{path.name} 中没有目录所列的数据表（例如 d13_payment）。")
    for name in found:
        backend.raw_sql(f'CREATE VIEW "{name}" AS SELECT * FROM delivered."{name}"').fetchall()
    _check_types(backend, found)


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


def data_of_rows(tables: Mapping[str, Iterable[Mapping[str, Scalar]]]) -> Data:
    """Exactly these rows as the data of a rule, in a database of their own.

    Real tables, because ibis may drop an in-memory table between two queries of one rule.
    """
    catalogue = load_catalogue()
    backend = ibis.duckdb.connect()
    for table_id, rows in tables.items():
        schema = catalogue.table(table_id)
        backend.con.register("given", _arrow(schema, list(rows)))
        backend.con.execute(f'CREATE TABLE "{schema.sql_name}" AS SELECT * FROM given').fetchall()
        backend.con.unregister("given")
    return data_of(backend)


def _arrow(schema: Table, rows: list[Mapping[str, Scalar]]) -> pa.Table:
    columns = {}
    for spec in schema.fields:
        values = [row.get(spec.name) for row in rows]
        target = _ARROW.get(spec.type, pa.string())
        if spec.type in ("date", "month", "datetime"):
            columns[spec.name] = pa.array(values, pa.string()).cast(target)
        else:
            columns[spec.name] = pa.array(values, target)
    return pa.table(columns)


_ARROW = {
    "int": pa.int64(),
    "money": pa.int64(),
    "share": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "month": pa.date32(),
    "datetime": pa.timestamp("us"),
}
