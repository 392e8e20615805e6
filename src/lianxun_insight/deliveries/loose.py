"""Check one file that came without a package: an answer to a request for some fields of one class.

What was asked decides what must be there; every row is counted, every fault kept with its place (as far
as ``MOST_ISSUES``) so that it can be written back into the sender's own file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, BinaryIO, Final, Literal

from lianxun_insight.deliveries.checks import TableChecker
from lianxun_insight.deliveries.issues import DeliveryError, Issue
from lianxun_insight.deliveries.manifest import FileEntry
from lianxun_insight.deliveries.quality import TableReport
from lianxun_insight.deliveries.readers import (
    MAX_JSON,
    Batch,
    read_csv,
    read_json,
    read_jsonl,
)
from lianxun_insight.deliveries.source import check_batches, compare_with_manifest
from lianxun_insight.deliveries.spreadsheets import read_spreadsheet
from lianxun_insight.deliveries.validate import add_earlier, count_repeats
from lianxun_insight.read.encoding import detect
from lianxun_insight.schemas import Catalogue, DataClass, Table

#: Findings kept one by one; the counts in the report are always complete.
MOST_ISSUES: Final = 5_000
Kind = Literal["sheet", "csv", "json"]


@dataclass
class _Keeping(TableReport):
    """A report that keeps the findings themselves, too."""

    kept: list[Issue] = field(default_factory=list)

    def add(self, issue: Issue) -> None:
        """Count and keep."""
        super().add(issue)
        if len(self.kept) < MOST_ISSUES:
            self.kept.append(issue)


@dataclass(frozen=True)
class Checked:
    """``missing``: asked for, not there; ``unasked``: there, not asked for; ``unknown``: no such field."""

    report: dict[str, Any]
    issues: tuple[Issue, ...]
    missing: tuple[str, ...]
    unasked: tuple[str, ...]
    unknown: tuple[str, ...]
    headings: tuple[str, ...]


def check_loose(
    file: BinaryIO,
    *,
    name: str,
    kind: Kind,
    data_class: DataClass,
    asked: Collection[str],
    catalogue: Catalogue,
    declared_rows: int | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> Checked:
    """Check a file against the class. Raises ``DeliveryError`` when it cannot be taken at all.

    A field must be filled when it identifies the row, or when it was asked for and the class requires it.
    ``declared_rows`` is what the sender says he sends: fewer is half a delivery.
    """
    source, table = _rows(file, name, kind, data_class)
    first = next(source, None)
    if first is None:
        raise DeliveryError(f"文件 {name} 是空的：没有表头也没有数据")
    table = table or _fitting(first.headings, data_class, name)
    if table.stays:
        raise DeliveryError(f"{table.id} {table.name_zh}留在报送部门，不予接收")
    narrowed = _as_asked(table, asked)
    entry = FileEntry(name, narrowed, declared_rows, "", "")
    report = _Keeping(table.id, table.name_zh, name, declared_rows=declared_rows)
    checker = TableChecker(narrowed, name)
    prints, numbers = [], []
    for result in check_batches(chain([first], source), checker, catalogue, report):
        if result.row_numbers:
            prints.append(result.prints)
            numbers.extend(result.row_numbers)
        if on_rows is not None:
            on_rows(len(result.row_numbers) + len(result.rejected))
    if prints:
        import numpy as np

        count_repeats(report, entry, add_earlier(None, name, np.concatenate(prints), numbers))
    half = compare_with_manifest(entry, report)
    if half:
        raise DeliveryError(half)
    return _result(report, narrowed, first.headings, asked)


def _result(
    report: _Keeping, table: Table, headings: tuple[str, ...], asked: Collection[str]
) -> Checked:
    index = table.heading_index()
    found = {h: index.get(h.replace(" ", "").replace("*", "").lower()) for h in headings}
    present = {f.name for f in found.values() if f is not None}
    return Checked(
        report=report.as_dict(table),
        issues=tuple(report.kept),
        missing=tuple(
            f.label_zh for f in table.fields if f.name in asked and f.name not in present
        ),
        unasked=tuple(
            h for h, f in found.items() if f is not None and not f.key and f.name not in asked
        ),
        unknown=tuple(h for h, f in found.items() if f is None and h),
        headings=headings,
    )


def _as_asked(table: Table, asked: Collection[str]) -> Table:
    fields = tuple(
        replace(f, required=f.key or (f.required and f.name in asked)) for f in table.fields
    )
    return replace(table, fields=fields)


def _fitting(headings: tuple[str, ...], data_class: DataClass, name: str) -> Table:
    """The table of the class that the headings are of."""
    folded = {h.replace(" ", "").replace("*", "").lower() for h in headings}
    hits = {t.id: len(folded & set(t.heading_index())) for t in data_class.tables}
    best = max(data_class.tables, key=lambda t: hits[t.id])
    if not hits[best.id]:
        wanted = "、".join(f.label_zh for f in best.fields[:6])
        raise DeliveryError(
            f"文件 {name} 的第一行没有 {data_class.id} {data_class.name_zh} 的列名(如：{wanted}),"
            "请用模板填写，第一行为列名"
        )
    return best


def _rows(
    file: BinaryIO, name: str, kind: Kind, data_class: DataClass
) -> tuple[Iterator[Batch], Table | None]:
    if kind == "sheet":
        return iter(read_spreadsheet(file, name)), None
    if kind == "csv":
        return iter(read_csv(file)), None
    return _json(file, name, data_class)


def _json(file: BinaryIO, name: str, data_class: DataClass) -> tuple[Iterator[Batch], Table | None]:
    """JSON lines, a document of rows, or OCDS releases (for the tables OCDS can fill)."""
    data = file.read(MAX_JSON + 1)
    file.seek(0)
    if len(data) > MAX_JSON:
        raise DeliveryError(f"文件 {name} 超过 {MAX_JSON >> 20} MB,请改用 CSV")
    try:
        document = json.loads(data.decode(detect(data)[0]))
    except (ValueError, UnicodeDecodeError):
        lines = [line for line in data.splitlines() if line.strip()]
        if len(lines) > 1 and lines[0].lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
            return iter(read_jsonl(file)), None
        raise DeliveryError(f"文件 {name} 不是完整的 JSON,请重新导出") from None
    if _is_ocds(document):
        from lianxun_insight.deliveries.ocds import read_ocds

        table = data_class.tables[0]
        return iter(read_ocds(file, name, table)), table
    return iter(read_json(file, name)), None


def _is_ocds(document: Any) -> bool:
    if isinstance(document, dict):
        if "ocid" in document:
            return True
        document = document.get("releases") or document.get("records")
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and "ocid" in document[0]
    )
