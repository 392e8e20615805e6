"""From a file of a package to checked batches of one table: the part that validate and ingest share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lianxun_insight.deliveries.checks import CheckedBatch, TableChecker
from lianxun_insight.deliveries.issues import DeliveryError, Issue
from lianxun_insight.deliveries.manifest import FileEntry
from lianxun_insight.deliveries.package import Package
from lianxun_insight.deliveries.quality import TableReport
from lianxun_insight.deliveries.readers import (
    Batch,
    format_of,
    read_csv,
    read_json,
    read_jsonl,
    read_parquet,
)
from lianxun_insight.deliveries.spreadsheets import read_spreadsheet
from lianxun_insight.identifiers.tokens import Tokeniser
from lianxun_insight.schemas import Catalogue

#: Answers to single questions are few by nature; more is a bulk copy in disguise.
MAX_ANSWERS = 200


@contextmanager
def batches(package: Package, entry: FileEntry) -> Iterator[Iterator[Batch]]:
    """Open one file of a delivery as batches of text cells."""
    kind = format_of(entry.path, entry.format)
    if kind == "sheet":
        with package.seekable(entry.path) as file:
            yield read_spreadsheet(file, entry.path, entry.sheet)
        return
    if kind == "parquet":
        with package.seekable(entry.path) as file:
            yield read_parquet(file)
        return
    with package.open(entry.path) as file:
        if kind == "csv":
            yield read_csv(file)
        elif kind == "json":
            yield read_json(file, entry.path)
        elif kind == "ocds":
            from lianxun_insight.deliveries.ocds import read_ocds

            yield read_ocds(file, entry.path, entry.table)
        elif kind == "jsonl":
            yield read_jsonl(file)
        else:
            from lianxun_insight.deliveries.accounting_xml import read_accounting_xml

            yield read_accounting_xml(file, entry.path, entry.table, kind)


def refuse_by_class(package: Package, catalogue: Catalogue) -> list[str]:
    """Reasons of the catalogue against taking this delivery at all."""
    found = []
    for entry in package.manifest.files:
        if entry.table.stays:
            found.append(
                f"文件 {entry.path}：{entry.table.id} {entry.table.name_zh}留在报送部门，不予接收；"
                f"{entry.table.description}"
            )
    data_class = catalogue.data_class(package.manifest.class_id)
    rows = sum(entry.rows or 0 for entry in package.manifest.files)
    if data_class.query_only and rows > MAX_ANSWERS:
        found.append(
            f"{data_class.id} 只问不给：一次核验答复不超过 {MAX_ANSWERS} 条，清单为 {rows} 条"
        )
    return found


def checked(
    package: Package,
    entry: FileEntry,
    catalogue: Catalogue,
    report: TableReport,
    *,
    tokeniser: Tokeniser | None = None,
    skip_rows: int = 0,
) -> Iterator[CheckedBatch]:
    """Check a file batch by batch and count every row in `report`.

    `skip_rows` rows were taken in before an interruption and are passed over.
    """
    with batches(package, entry) as source:
        checker = TableChecker(entry.table, entry.path, tokeniser)
        yield from check_batches(source, checker, catalogue, report, skip_rows=skip_rows)


def check_batches(
    source: Iterable[Batch],
    checker: TableChecker,
    catalogue: Catalogue,
    report: TableReport,
    *,
    skip_rows: int = 0,
) -> Iterator[CheckedBatch]:
    """Check batches one after the other; `report` counts every row."""
    seen = 0
    started = False
    for batch in source:
        if not started:
            started = True
            for issue in checker.match_headings(batch.headings, catalogue):
                if not skip_rows:
                    report.add(issue)
        size = len(batch.rows) + len(batch.broken)
        seen += size
        if seen <= skip_rows:
            continue
        result = checker.check(batch)
        _count(report, result, size)
        yield result
    if not started:
        raise DeliveryError(f"文件 {checker.file} 是空的：没有表头也没有数据")


def _count(report: TableReport, result: CheckedBatch, size: int) -> None:
    report.rows += size
    report.used += len(result.row_numbers)
    report.quarantined += len(result.rejected)
    for name, values in result.columns.items():
        report.filled[name] += len(values) - values.count(None)
    for _, issues, _ in result.rejected:
        for issue in issues:
            report.add(issue)
    for issue in result.warnings:
        report.add(issue)


def compare_with_manifest(entry: FileEntry, report: TableReport) -> str:
    """A sentence when the file holds fewer or more rows than the manifest says."""
    if entry.rows is None or entry.rows == report.rows:
        return ""
    less = "可能只收到一半" if report.rows < entry.rows else "多出的行未列入清单"
    return f"文件 {entry.path} 实有 {report.rows:,} 行，清单为 {entry.rows:,} 行({less})，请核对后重新报送"


def empty_table(entry: FileEntry, report: TableReport) -> Issue | None:
    """An empty table is legal but must be noticed."""
    if report.rows:
        return None
    return Issue("empty", "warning", "只有表头，没有数据；请确认本期确无数据", entry.path)
