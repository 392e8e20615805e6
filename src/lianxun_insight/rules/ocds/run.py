"""Run the indicators over a file, in one pass, on all allowed processors.

A file is cut into stretches at line ends. Each stretch gives a `Tally`; tallies merge in file order,
so the answer does not depend on the number of processors. The main currency is the first one met in
file order: a stretch counted under another assumption is counted again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianxun_insight.rules.ocds.finish import Findings, finish
from lianxun_insight.rules.ocds.settings import Settings
from lianxun_insight.rules.ocds.stretch import Stretch, count, cut
from lianxun_insight.rules.ocds.tally import WARNINGS, Counter, Tally
from lianxun_insight.rules.ocds.workers import Crew

STRETCH_BYTES = 64 * 1024 * 1024
"""Largest stretch: small enough to bound memory, large enough that merging costs little."""

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all)."""


@dataclass
class Outcome:
    """The answer of one run. `lines` counts what was read and became of it: used, out (left
    out), ignored (no release), broken (no JSON or not UTF-8), blank."""

    findings: Findings
    currency: str | None
    lines: dict[str, int]
    warnings: dict[str, list[int]] = field(default_factory=dict)

    def as_json(self, *, meta: bool = True) -> dict[str, Any]:
        """The peer's JSON form: groups, `Meta` unless switched off, `Maps` if asked for."""
        document: dict[str, Any] = {}
        if meta:
            document["Meta"] = self.findings.meta
        if self.findings.maps:
            document["Maps"] = self.findings.maps
        return document | self.findings.groups


class Merger:
    """Adds tallies in file order."""

    def __init__(self, settings: Settings) -> None:
        self.total = Tally(currency=settings.currency)

    def agrees(self, part: Tally) -> bool:
        """Whether `part` was counted in the main currency as known now."""
        return None in (self.total.currency, part.currency) or (
            part.currency == self.total.currency
        )

    def add(self, part: Tally) -> None:
        """Add the next stretch."""
        total = self.total
        if total.currency is None:
            total.currency = part.currency
        for kind in WARNINGS:
            total.warnings[kind].extend(total.lines + line for line in part.warnings[kind])
        total.lines += part.lines
        total.blank += part.blank
        total.ignored += part.ignored
        total.out += part.out
        for code, flags in part.ocid_flags.items():
            total.ocid_flags.setdefault(code, {}).update(flags)
        for code, flags in part.tenderer_flags.items():
            total.tenderer_flags.setdefault(code, {}).update(flags)
        total.prices.extend(part.prices)
        _add_counts(total.bid_counts, part.bid_counts)
        for group, counts in part.groups.items():
            _add_counts(total.groups[group], counts)
        for supplier, (number, codes) in part.codes.items():
            entry = total.codes.setdefault(supplier, [0, set()])
            entry[0] += number
            entry[1] |= codes
        for name, entries in part.maps.items():
            for ocid, organisations in entries.items():
                total.map(name, ocid, organisations)


def _add_counts(total: dict[str, list[int]], part: dict[str, list[int]]) -> None:
    for identifier, (first, second) in part.items():
        entry = total.get(identifier)
        if entry is None:
            total[identifier] = [first, second]
        else:
            entry[0] += first
            entry[1] += second


def _outcome(total: Tally, settings: Settings) -> Outcome:
    warnings = {kind: sorted(set(lines)) for kind, lines in total.warnings.items() if lines}
    broken = len(total.warnings["json"]) + len(total.warnings["utf8"])
    lines = {
        "read": total.lines,
        "blank": total.blank,
        "ignored": total.ignored,
        "out": total.out,
        "broken": broken,
        "used": total.lines - total.blank - total.ignored - total.out - broken,
    }
    return Outcome(finish(total, settings), total.currency, lines, warnings)


def run_values(values: Iterable[object], settings: Settings) -> Outcome:
    """Run over decoded compiled releases, in order (each counts as one line)."""
    counter = Counter(settings)
    for value in values:
        counter.tally.lines += 1
        counter.value(value)
    return _outcome(counter.tally, settings)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_file(
    path: str | Path,
    settings: Settings,
    *,
    processes: int | None = None,
    stretch_bytes: int = STRETCH_BYTES,
    progress: Progress | None = None,
) -> Outcome:
    """Run over a file of JSON lines. Memory is bounded by flags and organisations, not by lines.

    `processes` (default: all allowed processors; 1 for a file of one stretch) changes the time only.
    """
    path = Path(path)
    size = path.stat().st_size
    stretches = cut(path, size, stretch_bytes)
    wanted = min(processes or _processors(), max(1, -(-size // stretch_bytes)))
    merger = Merger(settings)
    if wanted == 1:
        for stretch in stretches:
            merger.add(count(stretch, settings, merger.total.currency))
            if progress:
                progress(stretch.end, size)
    else:
        with Crew(wanted) as crew:
            for stretch in _in_parallel(crew, stretches, merger, settings):
                if progress:
                    progress(stretch.end, size)
    return _outcome(merger.total, settings)


def _in_parallel(
    crew: Crew, stretches: Iterator[Stretch], merger: Merger, settings: Settings
) -> Iterator[Stretch]:
    """Keep every worker busy with one stretch waiting; merge in file order, yield what is merged."""
    with ThreadPoolExecutor(crew.size) as pool:
        waiting: list[tuple[Stretch, Future[Tally]]] = []

        def submit(stretch: Stretch) -> Future[Tally]:
            return pool.submit(crew.count, stretch, settings, merger.total.currency)

        def fill() -> None:
            while len(waiting) < crew.size + 1:
                stretch = next(stretches, None)
                if stretch is None:
                    return
                waiting.append((stretch, submit(stretch)))

        fill()
        while waiting:
            stretch, future = waiting.pop(0)
            part = future.result()
            if not merger.agrees(part):
                part = submit(stretch).result()
            merger.add(part)
            fill()
            yield stretch
