"""Check a delivery without taking it in."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

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
    for entry in package.manifest.files:
        if entry.path in package.names and not entry.table.stays:
            _check_file(package, entry, catalogue, findings, on_rows)
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
    catalogue: Catalogue,
    findings: Findings,
    on_rows: Callable[[int], None] | None,
) -> None:
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
        return
    if prints:
        count_repeats(report, entry, np.concatenate(prints), numbers)
    problem_text = compare_with_manifest(entry, report)
    if problem_text:
        findings.problems.append(problem_text)
    empty = empty_table(entry, report)
    if empty:
        report.add(empty)
    findings.reports.append(report.as_dict(entry.table))


def count_repeats(
    report: TableReport, entry: FileEntry, prints: Any, numbers: Any
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Move repeated rows from "used" to "duplicate" or "quarantined"; return them with their first."""
    repeats = find_repeats(prints)
    same = [
        (int(numbers[a]), int(numbers[b]))
        for a, b in zip(repeats.same, repeats.same_first, strict=True)
    ]
    other = [
        (int(numbers[a]), int(numbers[b]))
        for a, b in zip(repeats.other, repeats.other_first, strict=True)
    ]
    report.used -= len(same) + len(other)
    report.duplicate += len(same)
    report.quarantined += len(other)
    keys = "、".join(f.label_zh for f in entry.table.fields if f.key)
    for row, first in other:
        words = f"主键({keys})与第 {first} 行相同而内容不同,请核实以哪一行为准"
        report.add(Issue("key-conflict", "error", words, entry.path, row=row))
    for row, first in same:
        report.add(
            Issue("duplicate", "warning", f"与第 {first} 行完全重复,只用一次", entry.path, row=row)
        )
    return same, other
