"""Take a delivery in: checked rows to Parquet, bad rows to quarantine, resumable after any stop.

Work goes part by part. After each part its Parquet file, its fingerprints and the counters are on
disk, then the state file moves; a killed run goes on after the last whole part. Only when all files
are through is the folder renamed into place.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lianxun_insight.deliveries.checks import CheckedBatch
from lianxun_insight.deliveries.corrections import PRINTS, Known, supersede, taken_in
from lianxun_insight.deliveries.issues import DeliveryError, Issue
from lianxun_insight.deliveries.manifest import FileEntry
from lianxun_insight.deliveries.package import Package, open_package
from lianxun_insight.deliveries.quality import TableReport
from lianxun_insight.deliveries.source import checked, compare_with_manifest, empty_table
from lianxun_insight.deliveries.store import Store, write_json
from lianxun_insight.deliveries.validate import (
    Earlier,
    add_earlier,
    count_repeats,
    standing_problems,
)
from lianxun_insight.identifiers.tokens import Tokeniser
from lianxun_insight.names import NORMALISER_VERSION
from lianxun_insight.schemas import Catalogue, Table

_ARROW = {
    "text": pa.string(),
    "int": pa.int64(),
    "money": pa.int64(),
    "date": pa.date32(),
    "month": pa.date32(),
    "datetime": pa.timestamp("s"),
    "bool": pa.bool_(),
    "id_token": pa.string(),
    "org_code": pa.string(),
    "share": pa.float64(),
}


@dataclass(frozen=True, slots=True)
class Ingested:
    """Result: the delivery's id, its reports, whether it had been taken in before, what it replaces."""

    delivery_id: str
    folder: Path
    reports: list[dict[str, Any]]
    repeated: bool = False
    superseded: list[dict[str, Any]] = field(default_factory=list)


def arrow_schema(table: Table) -> pa.Schema:
    """Columns of a stored table: its fields, token companions, and where the row came from."""
    columns = []
    for item in table.fields:
        columns.append(pa.field(item.name, _ARROW[item.type]))
        if item.kind == "resident_id":
            columns.append(pa.field(f"{item.name}_class", pa.string()))
            columns.append(pa.field(f"{item.name}_valid", pa.bool_()))
    columns.append(pa.field("source_row", pa.int64()))
    return pa.schema(columns)


def ingest(
    path: Path,
    store: Store,
    catalogue: Catalogue,
    tokeniser: Tokeniser,
    *,
    today: date,
    on_rows: Callable[[int], None] | None = None,
) -> Ingested:
    """Take in a delivery; raises `DeliveryError` and leaves the store as it was."""
    package = open_package(path, catalogue)
    delivery_id = package.delivery_id()
    done = store.delivery(delivery_id)
    if done.exists():
        saved = json.loads((done / "report.json").read_text(encoding="utf-8"))
        return Ingested(
            delivery_id,
            done,
            saved["tables"],
            repeated=True,
            superseded=saved.get("superseded", []),
        )
    problems = standing_problems(package, catalogue, today)
    if problems:
        raise DeliveryError(";".join(problems))
    staging = store.staging(delivery_id)
    staging.mkdir(parents=True, exist_ok=True)
    reports = []
    try:
        for place, entry in enumerate(package.manifest.files):
            work = _FileWork(
                package, entry, staging, place, catalogue=catalogue, tokeniser=tokeniser
            )
            reports.append(work.run(on_rows))
    except DeliveryError:
        shutil.rmtree(staging)
        raise
    superseded = _close(package, store, staging)
    write_json(
        staging / "report.json",
        {
            "delivery": delivery_id,
            "class": package.manifest.class_id,
            "department": package.manifest.department,
            "period": package.manifest.period,
            "catalogue": catalogue.version,
            "normaliser": NORMALISER_VERSION,
            "taken_in": today.isoformat(),
            "order": _next_order(store),
            "superseded": superseded,
            "tables": reports,
        },
    )
    for leftover in staging.glob("state-*"):
        leftover.unlink()
    done.parent.mkdir(exist_ok=True)
    staging.rename(done)
    return Ingested(delivery_id, done, reports, superseded=superseded)


def _close(package: Package, store: Store, staging: Path) -> list[dict[str, Any]]:
    """Keep manifest and fingerprints, and list which rows of which delivery no longer stand.

    Done anew after any interruption: everything here is written from files that are already whole.
    """
    manifest = package.manifest
    write_json(staging / "manifest.json", manifest.raw)
    kept = staging / PRINTS
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    for place, entry in enumerate(manifest.files):
        prints = staging / f"state-{place:03d}.prints"
        if prints.exists():
            shutil.copyfile(prints, kept / f"{entry.table.sql_name}-{place:03d}.prints")
    new = Known(
        package.delivery_id(), staging, manifest.department, manifest.period, _next_order(store)
    )
    return supersede(new, taken_in(store.path), [entry.table.sql_name for entry in manifest.files])


def _next_order(store: Store) -> int:
    return 1 + max((known.order for known in taken_in(store.path)), default=0)


class _FileWork:
    """One file of a delivery on its way into staging."""

    def __init__(
        self,
        package: Package,
        entry: FileEntry,
        staging: Path,
        place: int,
        *,
        catalogue: Catalogue,
        tokeniser: Tokeniser,
    ) -> None:
        self._package, self._entry, self._catalogue = package, entry, catalogue
        self._tokeniser = tokeniser
        self._tag = f"{place:03d}"
        self._staging = staging
        self._state = staging / f"state-{self._tag}.json"
        self._prints = staging / f"state-{self._tag}.prints"
        self._table = staging / "tables" / entry.table.sql_name
        self._quarantine = staging / "quarantine" / f"{entry.table.sql_name}-{self._tag}.jsonl"
        self._report = TableReport(
            entry.table.id, entry.table.name_zh, entry.path, declared_rows=entry.rows
        )
        self._parts = 0
        self._finished: dict[str, Any] | None = None
        self._schema = arrow_schema(entry.table)

    def run(self, on_rows: Callable[[int], None] | None) -> dict[str, Any]:
        """Take the file in, or go on where it stopped; return its report."""
        self._table.mkdir(parents=True, exist_ok=True)
        self._quarantine.parent.mkdir(exist_ok=True)
        self._resume()
        if self._finished is not None:
            return self._finished
        if on_rows is not None and self._report.rows:
            on_rows(self._report.rows)
        for result in checked(
            self._package,
            self._entry,
            self._catalogue,
            self._report,
            tokeniser=self._tokeniser,
            skip_rows=self._report.rows,
        ):
            self._write(result)
            if on_rows is not None:
                on_rows(len(result.row_numbers) + len(result.rejected))
        problem = compare_with_manifest(self._entry, self._report)
        if problem:
            raise DeliveryError(problem)
        return self._finish()

    def _resume(self) -> None:
        if not self._state.exists():
            self._prints.unlink(missing_ok=True)
            self._quarantine.unlink(missing_ok=True)
            return
        state = json.loads(self._state.read_text(encoding="utf-8"))
        self._finished = state.get("finished")
        self._report.restore(state["report"])
        self._parts = state["parts"]
        # What a killed run wrote after its last state is cut off again.
        for path, size in (
            (self._prints, state["prints"]),
            (self._quarantine, state["quarantine"]),
        ):
            if path.exists():
                with path.open("r+b") as file:
                    file.truncate(size)

    def _write(self, result: CheckedBatch) -> None:
        """Part, fingerprints and quarantine first, the state last."""
        count = len(result.row_numbers)
        if count:
            rows = np.asarray(result.row_numbers, dtype=np.uint64).reshape(count, 1)
            with self._prints.open("ab") as file:
                file.write(np.hstack([result.prints, rows]).tobytes())
            self._parts += 1
            arrays = [
                pa.array(result.columns[item.name], item.type)
                for item in self._schema
                if item.name != "source_row"
            ]
            arrays.append(pa.array(result.row_numbers, pa.int64()))
            part = self._table / f"part-{self._tag}-{self._parts:05d}.parquet"
            pq.write_table(pa.table(arrays, schema=self._schema), part, compression="zstd")
        if result.rejected:
            with self._quarantine.open("a", encoding="utf-8") as file:
                for number, issues, cells in result.rejected:
                    file.write(_quarantine_line(number, issues, cells))
        self._save()

    def _save(self, finished: dict[str, Any] | None = None) -> None:
        def size(path: Path) -> int:
            return path.stat().st_size if path.exists() else 0

        write_json(
            self._state,
            {
                "report": self._report.state(),
                "parts": self._parts,
                "prints": size(self._prints),
                "quarantine": size(self._quarantine),
                "finished": finished,
            },
        )

    def _finish(self) -> dict[str, Any]:
        """Take repeated rows out of the parts and close the report."""
        if self._prints.exists():
            every = self._every()
            same, other = count_repeats(self._report, self._entry, every) if every else ([], [])
            if same or other:
                self._drop_repeats(same, other)
        empty = empty_table(self._entry, self._report)
        if empty:
            self._report.add(empty)
        if not self._report.balanced():
            raise AssertionError(f"rows not accounted for: {self._report}")
        finished = self._report.as_dict(self._entry.table)
        self._save(finished)
        return finished

    def _every(self) -> Earlier | None:
        """Fingerprints of this file and of the files of the same table before it."""
        every = None
        for place, entry in enumerate(self._package.manifest.files):
            path = self._staging / f"state-{place:03d}.prints"
            if entry.table.id == self._entry.table.id and path <= self._prints and path.exists():
                prints = np.memmap(path, dtype=np.uint64, mode="r").reshape(-1, 3)
                every = add_earlier(every, entry.path, prints[:, :2], prints[:, 2])
        return every

    def _drop_repeats(self, same: list[tuple[int, str]], other: list[tuple[int, str]]) -> None:
        folder = self._staging / "duplicates"
        folder.mkdir(exist_ok=True)
        lines = ["行号,首次出现,处理\n"]
        lines += [f"{row},{first},完全重复;只用一次\n" for row, first in same]
        lines += [f"{row},{first},主键相同内容不同;已隔离\n" for row, first in other]
        target = folder / f"{self._entry.table.sql_name}-{self._tag}.csv"
        target.write_text("".join(lines), encoding="utf-8-sig")
        gone = pa.array(sorted(row for row, _ in (*same, *other)), pa.int64())
        parts = sorted(self._table.glob(f"part-{self._tag}-*.parquet"))
        self._write_conflicts(parts, dict(other))
        for part in parts:
            table = pq.read_table(part)
            repeated = pc.is_in(table["source_row"], gone)
            if pc.any(repeated).as_py():
                _replace(table.filter(pc.invert(repeated)), part)

    def _write_conflicts(self, parts: list[Path], other: dict[int, str]) -> None:
        """Contradicting rows to quarantine, whole, before any part loses them.

        A run killed while parts are rewritten finds this file and does not look for the rows again.
        """
        target = self._quarantine.with_name(f"{self._quarantine.stem}-conflicts.jsonl")
        if target.exists() or not other:
            return
        keys = "、".join(f.label_zh for f in self._entry.table.fields if f.key)
        wanted = pa.array(sorted(other), pa.int64())
        temporary = target.with_suffix(".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            for part in parts:
                table = pq.read_table(part)
                for row in table.filter(pc.is_in(table["source_row"], wanted)).to_pylist():
                    number = row.pop("source_row")
                    words = f"主键({keys})与{other[number]}相同而内容不同"
                    issue = Issue("key-conflict", "error", words, self._entry.path)
                    file.write(_quarantine_line(number, (issue,), row))
        temporary.replace(target)


def _replace(table: pa.Table, part: Path) -> None:
    """Rewrite a part so that a crash leaves the old or the new one."""
    temporary = part.with_suffix(".tmp")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(part)


def _quarantine_line(number: int, issues: tuple[Issue, ...], cells: dict[str, Any]) -> str:
    line = {
        "row": number,
        "reasons": [f"{i.heading}:{i.message}" if i.heading else i.message for i in issues],
        "cells": cells,
    }
    return json.dumps(line, ensure_ascii=False, default=str) + "\n"
