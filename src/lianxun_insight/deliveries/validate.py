"""Check a delivery without taking it in."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lianxun_insight.deliveries.checks import today_problem
from lianxun_insight.deliveries.duplicates import find_repeats
from lianxun_insight.deliveries.issues import DeliveryError, Issue
from lianxun_insight.deliveries.manifest import FileEntry
from lianxun_insight.deliveries.package import Package, open_package
from lianxun_insight.deliveries.quality import TableReport
from lianxun_insight.deliveries.source import (
    checked,
    compare_with_manifest,
    empty_table,
    refuse_by_class,
)
from lianxun_insight.schemas import Catalogue


@dataclass
class Findings:
    """Result of a check: problems of the whole, and one report per file."""

    problems: list[str] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """True when nothing was found that stops the delivery or quarantines a row."""
        return not self.problems and not any(item["quarantined"] for item in self.reports)


def check_delivery(
    path: Path,
    catalogue: Catalogue,
    today: date,
    on_rows: Callable[[int], None] | None = None,
) -> Findings:
    """Check manifest, hashes, headings and every cell; nothing is written."""
    try:
        package = open_package(path, catalogue)
    except DeliveryError as problem:
        return Findings([str(problem)])
    findings = Findings(standing_problems(package, catalogue, today))
    seen: dict[str, Earlier | None] = {}
    for entry in package.manifest.files:
        if entry.path in package.names and not entry.table.stays:
            before = seen.get(entry.table.id)
            seen[entry.table.id] = _check_file(
                package, entry, (catalogue, findings), before, on_rows
            )
    return findings


def standing_problems(package: Package, catalogue: Catalogue, today: date) -> list[str]:
    """What speaks against the delivery before any row is read."""
    expired = today_problem(package.manifest.expiry, today)
    return [
        *([expired] if expired else []),
        *refuse_by_class(package, catalogue),
        *package.problems(),
    ]


def _check_file(
    package: Package,
    entry: FileEntry,
    into: tuple[Catalogue, Findings],
    before: Earlier | None,
    on_rows: Callable[[int], None] | None,
) -> Earlier | None:
    catalogue, findings = into
    report = TableReport(entry.table.id, entry.table.name_zh, entry.path, declared_rows=entry.rows)
    prints = []
    numbers = array("q")
    try:
        for result in checked(package, entry, catalogue, report):
            count = len(result.row_numbers)
            if count:
                prints.append(result.prints)
                numbers.extend(result.row_numbers)
            if on_rows is not None:
                on_rows(count + len(result.rejected))
    except DeliveryError as problem:
        findings.problems.append(str(problem))
        return before
    if prints:
        before = add_earlier(before, entry.path, np.concatenate(prints), numbers)
        count_repeats(report, entry, before)
    problem_text = compare_with_manifest(entry, report)
    if problem_text:
        findings.problems.append(problem_text)
    empty = empty_table(entry, report)
    if empty:
        report.add(empty)
    findings.reports.append(report.as_dict(entry.table))
    return before


@dataclass(frozen=True)
class Earlier:
    """Fingerprints and row numbers of the files of one table so far; `starts` = first of each file."""

    prints: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.uint64]
    files: tuple[str, ...]
    starts: tuple[int, ...]

    def place(self, position: int) -> str:
        """Where a row stands, named from the last file."""
        file = bisect_right(self.starts, position) - 1
        row = int(self.rows[position])
        last = file == len(self.files) - 1
        return f"第 {row} 行" if last else f"文件 {self.files[file]} 第 {row} 行"


def add_earlier(before: Earlier | None, file: str, prints: Any, rows: Any) -> Earlier:
    """The files so far and one more; the first is not copied."""
    rows = np.asarray(rows, dtype=np.uint64)
    if before is None:
        return Earlier(prints, rows, (file,), (0,))
    return Earlier(
        np.concatenate([before.prints, prints]),
        np.concatenate([before.rows, rows]),
        (*before.files, file),
        (*before.starts, len(before.rows)),
    )


def count_repeats(
    report: TableReport, entry: FileEntry, every: Earlier
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Move repeated rows of the last file from "used" to "duplicate" or "quarantined".

    Returns their row numbers with the place of the row they repeat, which may be in a file before.
    """
    repeats = find_repeats(every.prints)

    def places(rows: Any, firsts: Any) -> list[tuple[int, str]]:
        return [
            (int(every.rows[a]), every.place(int(b)))
            for a, b in zip(rows, firsts, strict=True)
            if a >= every.starts[-1]
        ]

    same = places(repeats.same, repeats.same_first)
    other = places(repeats.other, repeats.other_first)
    report.used -= len(same) + len(other)
    report.duplicate += len(same)
    report.quarantined += len(other)
    keys = "、".join(f.label_zh for f in entry.table.fields if f.key)
    for row, first in other:
        words = f"主键({keys})与{first}相同而内容不同，请核实以哪一行为准"
        report.add(Issue("key-conflict", "error", words, entry.path, row=row))
    for row, first in same:
        words = f"与{first}完全重复，只用一次"
        report.add(Issue("duplicate", "warning", words, entry.path, row=row))
    return same, other
