"""Read records to link from files or from a store of deliveries."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lianxun_insight.deliveries.corrections import read_standing, superseded_files
from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.deliveries.readers import (
    Batch,
    format_of,
    read_csv,
    read_json,
    read_jsonl,
)
from lianxun_insight.deliveries.spreadsheets import read_spreadsheet
from lianxun_insight.er.link import LinkError


def read_table(path: Path) -> pa.Table:
    """A file of records as text columns; bad rows are an error with their number."""
    if not path.exists():
        raise FileNotFoundError(2, "missing", str(path))
    kind = format_of(path.name)
    if kind == "parquet":
        try:
            return pq.read_table(path)
        except (pa.ArrowInvalid, OSError):
            raise LinkError(f"文件 {path.name} 不是完整的 Parquet 文件，请重新导出") from None
    with path.open("rb") as file:
        if kind == "sheet":
            return _table(list(read_spreadsheet(file, path.name)), path)
        if kind == "csv":
            return _table(list(read_csv(file)), path)
        if kind == "json":
            return _table(list(read_json(file, path.name)), path)
        if kind == "jsonl":
            return _table(list(read_jsonl(file)), path)
    raise DeliveryError(f"文件 {path.name} 的格式不能用于比对，请用 CSV、XLSX、JSON 或 Parquet")


def _table(batches: list[Batch], path: Path) -> pa.Table:
    broken = [item for batch in batches for item in batch.broken]
    if broken:
        raise LinkError(f"文件 {path.name} 第 {broken[0][0]} 行：{broken[0][1]}")
    if not batches:
        raise LinkError(f"文件 {path.name} 是空的")
    names = max((batch.headings for batch in batches), key=len)
    columns: dict[str, list[str | None]] = {name: [] for name in names}
    for batch in batches:
        places = {name: place for place, name in enumerate(batch.headings)}
        for row in batch.rows:
            for name, values in columns.items():
                values.append(row[places[name]] if name in places else None)
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def store_tables(store: Path, names: list[str]) -> dict[str, pa.Table]:
    """Tables of a store by sql name (`d15`), one dataset each.

    Records are named `delivery/line`, so that a link leads back to the line of the delivered file.
    """
    out = {}
    for name in names:
        parts = sorted((store / "deliveries").glob(f"*/tables/{name}/*.parquet"))
        if not parts:
            raise LinkError(f"存放目录中没有数据表 {name}")
        tables = []
        lists = superseded_files(store, name)
        for part in parts:
            table = read_standing(part, lists)
            delivery, file = part.parts[-4], part.name.split("-")[1]
            rows = table["source_row"].to_pylist()
            ids = pa.array([f"{delivery}/{file}/{row}" for row in rows], pa.string())
            tables.append(table.append_column("record_id", ids))
        out[name] = pa.concat_tables(tables)
    return out
