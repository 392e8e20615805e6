"""Check the cells of a table: text in, typed columns and issues out.

A row with an error is quarantined whole, with every reason; a warning keeps the row. Work is by
column over batches, with each distinct text parsed once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lianxun_insight.deliveries.cells import Parsed, parse_cell
from lianxun_insight.deliveries.issues import DeliveryError, Issue
from lianxun_insight.deliveries.readers import Batch, Cell
from lianxun_insight.identifiers.tokens import Tokeniser
from lianxun_insight.schemas import Catalogue, Field, Table

_CACHE: Final = 200_000
#: pairs of columns of which the first may not lie after the second
_ORDERED: Final = (
    ("from_date", "to_date"),
    ("start_date", "end_date"),
    ("founded_on", "cancelled_on"),
    ("trip_from", "trip_to"),
    ("listed_on", "removed_on"),
    ("loan_date", "due_date"),
)


@dataclass
class CheckedBatch:
    """Rows that hold, by column, with their numbers and fingerprints; rows that do not, with reasons.

    `prints` is an array (rows, 2) of 64-bit hashes: of the key, of the whole row.
    """

    columns: dict[str, list[Any]]
    row_numbers: list[int]
    prints: npt.NDArray[np.uint64]
    rejected: list[tuple[int, tuple[Issue, ...], dict[str, Cell]]] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


class _Seen:
    """What the texts of one column came to: each distinct text is parsed and hashed once."""

    __slots__ = ("extras", "flagged", "hashes", "values")

    def __init__(self) -> None:
        self.values: dict[Cell, Any] = {}
        self.hashes: dict[Cell, int] = {}
        self.flagged: dict[Cell, Parsed] = {}
        self.extras: dict[Cell, tuple[Any, ...]] = {}

    def add(self, cell: Cell, parsed: Parsed) -> None:
        """Remember one text."""
        if len(self.values) > _CACHE:
            for store in (self.values, self.hashes, self.flagged, self.extras):
                store.clear()
        self.values[cell] = parsed.value
        digest = hashlib.blake2b(repr(parsed.value).encode(), digest_size=8).digest()
        self.hashes[cell] = int.from_bytes(digest, "little")
        if parsed.error or parsed.warning:
            self.flagged[cell] = parsed
        if parsed.extra:
            self.extras[cell] = parsed.extra


class TableChecker:
    """Checks batches of one file against one table of the catalogue.

    `tokeniser` None (mere validation) checks identifiers and gives no tokens.
    """

    def __init__(self, table: Table, file: str, tokeniser: Tokeniser | None = None) -> None:
        self.table, self.file, self._tokeniser = table, file, tokeniser
        self._mapping: dict[str, int] = {}
        self._headings: tuple[str, ...] = ()
        self._seen = {f.name: _Seen() for f in table.fields}
        self._required = tuple(f for f in table.fields if f.required)

    def match_headings(self, headings: tuple[str, ...], catalogue: Catalogue) -> list[Issue]:
        """Map headings to fields; raises when the file is of another class, warns of extra columns."""
        index = self.table.heading_index()
        found: dict[str, int] = {}
        extra, twice = [], []
        for place, heading in enumerate(headings):
            known = index.get(heading.replace(" ", "").replace("*", "").lower())
            if known is None:
                extra.append(heading or f"第 {place + 1} 列(无名)")
            elif known.name in found:
                twice.append(heading)
            else:
                found[known.name] = place
        companions = {f"{f.name}_{tail}" for f in self.table.fields for tail in ("class", "valid")}
        extra = [heading for heading in extra if heading not in companions]
        missing = [f.label_zh for f in self._required if f.name not in found]
        if missing:
            raise DeliveryError(self._wrong_headings(headings, missing, catalogue))
        if twice:
            raise DeliveryError(f"文件 {self.file} 的表头重复：{'、'.join(twice)}")
        self._mapping, self._headings = found, headings
        if not extra:
            return []
        words = f"多余的列已忽略：{'、'.join(extra[:10])}"
        return [Issue("extra-column", "warning", words, self.file, row=1)]

    def _wrong_headings(
        self, headings: tuple[str, ...], missing: list[str], catalogue: Catalogue
    ) -> str:
        folded = {heading.replace(" ", "").lower() for heading in headings}

        def fit(table: Table) -> float:
            required = [f for f in table.fields if f.required]
            hits = sum(any(h.lower() in folded for h in f.headings) for f in required)
            return hits / len(required) + 0.01 * len(folded & set(table.heading_index()))

        best = max(catalogue.tables, key=fit)
        hint = ""
        if best.id != self.table.id and fit(best) >= 1:
            hint = f";表头更像 {best.id} {best.name_zh}，可能报错了数据类"
        return (
            f"文件 {self.file} 缺少 {self.table.id} {self.table.name_zh} 的必填列："
            f"{'、'.join(missing)}{hint}"
        )

    def check(self, batch: Batch) -> CheckedBatch:
        """Check one batch; headings must have been matched before."""
        if batch.headings != self._headings:
            self._remap(batch.headings)
        count = len(batch.rows)
        bad: dict[int, list[Issue]] = {}
        warnings: list[Issue] = []
        columns: dict[str, list[Any]] = {}
        prints = np.zeros((count, 2), dtype=np.uint64)
        by_column = list(zip(*batch.rows, strict=True)) if count else [()] * len(batch.headings)
        for place, item in enumerate(self.table.fields):
            at = self._mapping.get(item.name)
            if at is None:
                columns.update(_absent(item, count))
                continue
            cells = by_column[at]
            seen = self._seen[item.name]
            self._learn(item, seen, cells)
            columns[item.name] = [seen.values[cell] for cell in cells]
            if item.kind == "resident_id":
                extras = [seen.extras.get(cell, (None, None)) for cell in cells]
                columns[f"{item.name}_class"] = [extra[0] for extra in extras]
                columns[f"{item.name}_valid"] = [extra[1] for extra in extras]
            _add_prints(prints, [seen.hashes[cell] for cell in cells], place, key=item.key)
            if seen.flagged:
                self._collect(item, seen, cells, batch, (bad, warnings))
        self._across(columns, batch, bad)
        return self._split(columns, batch, prints, (bad, warnings))

    def _learn(self, item: Field, seen: _Seen, cells: Sequence[Cell]) -> None:
        new = set(cells).difference(seen.values)
        if len(seen.values) + len(new) > _CACHE:
            seen.__init__()  # type: ignore[misc]
            new = set(cells)
        for cell in new:
            seen.add(cell, parse_cell(item, (cell or "").strip(), self._tokeniser))

    def _collect(
        self,
        item: Field,
        seen: _Seen,
        cells: Sequence[Cell],
        batch: Batch,
        found: tuple[dict[int, list[Issue]], list[Issue]],
    ) -> None:
        """Turn flagged cells into issues."""
        bad, warnings = found
        flagged = seen.flagged
        for n, cell in enumerate(cells):
            if cell in flagged:
                issue = self._issue(item, flagged[cell], batch, n)
                if flagged[cell].error:
                    bad.setdefault(n, []).append(issue)
                else:
                    warnings.append(issue)

    def _remap(self, headings: tuple[str, ...]) -> None:
        """JSON lines may gain keys on the way; the mapping follows."""
        index = self.table.heading_index()
        self._mapping = {}
        for place, heading in enumerate(headings):
            known = index.get(heading.replace(" ", "").replace("*", "").lower())
            if known is not None:
                self._mapping.setdefault(known.name, place)
        self._headings = headings

    def _issue(self, item: Field, result: Parsed, batch: Batch, n: int) -> Issue:
        severity = "error" if result.error else "warning"
        return Issue(
            result.code or "invalid",
            severity,
            result.error or result.warning,
            self.file,
            batch.sheet,
            batch.row_numbers[n],
            item.name,
            item.label_zh,
        )

    def _across(
        self, columns: dict[str, list[Any]], batch: Batch, bad: dict[int, list[Issue]]
    ) -> None:
        """Rules over two columns: order of dates, what a negative sum must name."""
        for first, second in _ORDERED:
            if first in columns and second in columns:
                for n, (a, b) in enumerate(zip(columns[first], columns[second], strict=True)):
                    if a is not None and b is not None and a > b:
                        label = self.table.field(first).label_zh
                        words = f"{label}晚于{self.table.field(second).label_zh}"
                        bad.setdefault(n, []).append(self._row_issue("date-order", words, batch, n))
        for item in self.table.fields:
            if item.signed and item.signed != "yes":
                proofs = columns[item.signed]
                for n, value in enumerate(columns[item.name]):
                    if value is not None and value < 0 and not proofs[n]:
                        words = (
                            f"{item.label_zh}为负数时须填写{self.table.field(item.signed).label_zh}"
                        )
                        bad.setdefault(n, []).append(self._row_issue("negative", words, batch, n))

    def _row_issue(self, code: str, words: str, batch: Batch, n: int) -> Issue:
        return Issue(code, "error", words, self.file, batch.sheet, batch.row_numbers[n])

    def _split(
        self,
        columns: dict[str, list[Any]],
        batch: Batch,
        prints: npt.NDArray[np.uint64],
        found: tuple[dict[int, list[Issue]], list[Issue]],
    ) -> CheckedBatch:
        bad, warnings = found
        rejected = [
            (batch.row_numbers[n], tuple(issues), self._masked(batch, n))
            for n, issues in bad.items()
        ]
        for number, reason, cells in batch.broken:
            issue = Issue("broken-row", "error", reason, self.file, batch.sheet, number)
            shown: dict[str, Cell] = {
                f"第{place + 1}列": "〈已遮盖〉" for place in range(len(cells))
            }
            rejected.append((number, (issue,), shown))
        numbers = list(batch.row_numbers)
        if bad:
            keep = [n for n in range(len(batch.rows)) if n not in bad]
            columns = {name: [values[n] for n in keep] for name, values in columns.items()}
            numbers = [numbers[n] for n in keep]
            prints = prints[keep]
        return CheckedBatch(columns, numbers, prints, rejected, warnings)

    def _masked(self, batch: Batch, n: int) -> dict[str, Cell]:
        """Cells of a rejected row as they came, clear identifiers covered."""
        tokens = {f.name for f in self.table.fields if f.type == "id_token"}
        return {
            name: "〈已遮盖〉" if name in tokens and batch.rows[n][place] else batch.rows[n][place]
            for name, place in self._mapping.items()
        }


def _absent(item: Field, count: int) -> dict[str, list[Any]]:
    """Columns of a field the file does not have."""
    names = [item.name]
    if item.kind == "resident_id":
        names += [f"{item.name}_class", f"{item.name}_valid"]
    return {name: [None] * count for name in names}


def _add_prints(
    prints: npt.NDArray[np.uint64], hashes: list[int], place: int, *, key: bool
) -> None:
    """Add a column to the row hashes: Σ hash(value)·odd constant of the column, modulo 2⁶⁴."""
    part = np.array(hashes, dtype=np.uint64) * np.uint64(
        (0x9E3779B97F4A7C15 * (2 * place + 1)) % 2**64
    )
    prints[:, 1] += part
    if key:
        prints[:, 0] += part


def today_problem(expiry: date | None, today: date) -> str:
    """A sentence when the data may no longer be used."""
    if expiry is not None and expiry < today:
        return f"清单的使用期限 {expiry:%Y-%m-%d} 已过，不得接收"
    return ""
