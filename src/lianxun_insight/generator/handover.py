"""Deliveries as departments hand them over: one folder per class, manifest, CSV, and their faults.

The tables are those of the engine form with clear identifiers of people who do not exist, sums in
yuan and the column headings of each office. A small, documented share of rows is faulty the way
real deliveries are (`FAULTS`); `faults.json` says how many of which kind went where, so that the
acceptance can be checked to account for every row.

Question-only classes answer approved questions, at most 200 a time, so only the answers the stories
need are handed over; the bulk of innocent kin exists in the engine form alone (settled.md 27).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np

from lianxun_insight.generator.deliver import Writer
from lianxun_insight.generator.gaps import Gaps
from lianxun_insight.generator.province import Province
from lianxun_insight.schemas import DataClass, Field, Table, load_catalogue

#: Kind of fault -> share of rows. `twice`: the row is sent again; `full_width`: digits typed full
#: width (harmless, must be read); `bad_date`: a day that does not exist; `no_key`: a key field empty.
FAULTS: dict[str, float] = {
    "twice": 0.002,
    "full_width": 0.002,
    "bad_date": 0.0005,
    "no_key": 0.0005,
}
#: Offices that export in GB18030 with the headings of the catalogue, the others in UTF-8.
ANSWERS_AT_A_TIME = 200
OLD_ENCODING = ("民政", "审计")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was written for one table: rows sent, and how many of them with which fault."""

    table: str
    rows: int
    faults: dict[str, int]


def write_deliveries(
    province: Province,
    folder: Path,
    *,
    gaps: Gaps | None = None,
    faulty: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> list[HandedOver]:
    """Write one delivery folder per class (`folder/D13/manifest.json`, CSV files)."""
    gaps = gaps or Gaps()
    writer = Writer(province.world, lambda _kind, clear: clear, gaps, clear=True)
    rng = np.random.default_rng([province.seed, 99])
    result: list[HandedOver] = []
    present = set(province.book.tables())
    for data_class in load_catalogue():
        tables = [table for table in data_class.tables if table.id in present]
        if not tables or data_class.provider in gaps.absent:
            continue
        dirty = rng if faulty and not data_class.query_only else None
        sources = [_rows(writer, province, t, single=data_class.query_only) for t in tables]
        for part in count(1):
            name = data_class.id if part == 1 else f"{data_class.id}-{part:02d}"
            target = folder / name
            target.mkdir(parents=True, exist_ok=True)
            most = ANSWERS_AT_A_TIME if data_class.query_only else None
            sent = [
                _write(t, islice(source, most), target, dirty)
                for t, source in zip(tables, sources, strict=True)
            ]
            _write_manifest(data_class, tables, sent, target)
            result += sent
            if most is None or sum(s.rows for s in sent) < most:
                break
        progress(data_class.id)
    listed = [{"table": s.table, "rows": s.rows, "faults": s.faults} for s in result]
    (folder / "faults.json").write_text(
        json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return result


def _write(
    table: Table, rows: Iterable[list[str]], folder: Path, rng: np.random.Generator | None
) -> HandedOver:
    old = load_catalogue().data_class(table.class_id).provider in OLD_ENCODING
    path = folder / f"{table.sql_name}.csv"
    total, faults = 0, Counter[str]()
    with path.open("w", encoding="gb18030" if old else "utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow([field.label_zh for field in table.fields])
        for row in rows:
            for cells, fault in _with_faults(table, row, rng):
                sheet.writerow(cells)
                total += 1
                faults[fault] += 1
    faults.pop("", None)
    return HandedOver(table.id, total, dict(faults))


def _rows(writer: Writer, province: Province, table: Table, *, single: bool) -> Iterator[list[str]]:
    for chunk in writer.tables(province.book, table.id, single=single):
        columns = [
            [_cell(field, value) for value in chunk[field.name].to_pylist()]
            for field in table.fields
        ]
        yield from (list(row) for row in zip(*columns, strict=True))


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return ""
    return str(value)[:7] if field.type == "month" else str(value)


def _with_faults(
    table: Table, row: list[str], rng: np.random.Generator | None
) -> Iterator[tuple[list[str], str]]:
    """The row as it is sent: as it should be, with one fault, or twice."""
    if rng is None:
        yield row, ""
        return
    draw, limit = rng.random(), 0.0
    for kind, share in FAULTS.items():
        limit += share
        if draw < limit:
            changed = _changed(table, row, kind)
            if kind == "twice":
                yield row, ""
            yield (row, "") if changed is None else (changed, kind)
            return
    yield row, ""


def _changed(table: Table, row: list[str], kind: str) -> list[str] | None:
    """The row with this fault; None where the table has no field that could bear it."""
    if kind == "twice":
        return row
    for n, field in enumerate(table.fields):
        fits = {
            "full_width": field.type == "money",
            "bad_date": field.type == "date" and field.required and not field.key,
            "no_key": field.key,
        }[kind]
        if fits and row[n]:
            new = {"full_width": row[n].translate(FULL_WIDTH), "bad_date": "2024-02-31"}
            return [*row[:n], new.get(kind, ""), *row[n + 1 :]]
    return None


def _write_manifest(
    data_class: DataClass, tables: list[Table], sent: list[HandedOver], folder: Path
) -> None:
    files = []
    for table, handed in zip(tables, sent, strict=True):
        path = folder / f"{table.sql_name}.csv"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append({"path": path.name, "table": table.id, "rows": handed.rows, "sha256": digest})
    manifest: dict[str, Any] = {
        "class": data_class.id,
        "version": load_catalogue().version,
        "period": {"from": "2023-01", "to": "2025-12"},
        "department": data_class.provider,
        "level": data_class.level,
        "purpose": "虚构数据，用于测试与演示",
        "files": files,
    }
    if data_class.query_only:
        manifest["answers_to"] = f"核验〔2026〕{data_class.id[1:]}号"
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8"
    )
