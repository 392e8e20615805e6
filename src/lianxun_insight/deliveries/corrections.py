"""Later deliveries against earlier ones: the row of the later period stands, at equal period the later taken in.

A department sends a corrected file, or next month's state of a register: rows with keys that are known
already. Both must not count - a payment delivered twice is no double payment. Nothing is rewritten: the
later delivery carries a list of the rows that no longer stand (`supersedes/<table>.parquet`: delivery,
place of its file, row), and whoever reads the store leaves them out. The rows themselves remain, so that
what was known at an earlier day can still be seen. Only deliveries of one department replace each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PRINTS: Final = "fingerprints"
SUPERSEDES: Final = "supersedes"
_PART: Final = re.compile(r"deliveries/([^/]+)/tables/[^/]+/part-(\d+)-")
_SCHEMA: Final = pa.schema([("delivery", pa.string()), ("file", pa.string()), ("row", pa.int64())])
Prints = npt.NDArray[np.uint64]
"""Rows of (hash of the key, hash of the row, row number)."""


@dataclass(frozen=True, slots=True)
class Known:
    """A delivery that was taken in: what decides which of two rows stands."""

    delivery_id: str
    folder: Path
    department: str
    period: str
    order: int

    @property
    def rank(self) -> tuple[str, int]:
        """The later rank stands."""
        return last_month(self.period), self.order


def last_month(period: str) -> str:
    """The end of a period as `YYYY-MM`, comparable as text; a year ends in December."""
    end = period.rsplit("至", maxsplit=1)[-1].strip()
    digits = re.findall(r"\d+", end)
    if not digits:
        return ""
    if len(digits) == 1 and len(digits[0]) >= 6:
        digits = [digits[0][:4], digits[0][4:6]]
    month = int(digits[1]) if len(digits) > 1 else 12
    return f"{int(digits[0]):04d}-{month:02d}"


def taken_in(store: Path) -> list[Known]:
    """All deliveries of a store, in the order in which they were taken in."""
    found = []
    for path in sorted((store / "deliveries").glob("*/report.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        found.append(
            Known(
                report["delivery"],
                path.parent,
                report["department"],
                report["period"],
                int(report.get("order", 0)),
            )
        )
    return sorted(found, key=lambda known: known.order)


def fingerprints(folder: Path, sql_name: str) -> Iterator[tuple[str, Prints]]:
    """(place of the file, fingerprints) of one table of a delivery."""
    for path in sorted((folder / PRINTS).glob(f"{sql_name}-*.prints")):
        place = path.stem.rsplit("-", 1)[1]
        if path.stat().st_size:
            yield place, np.memmap(path, dtype=np.uint64, mode="r").reshape(-1, 3)


def supersede(new: Known, earlier: Iterable[Known], tables: Iterable[str]) -> list[dict[str, Any]]:
    """Write into the folder of `new` which rows no longer stand; returns one count per delivery.

    Each count has `table`, `by` and `of` (delivery ids), `rows`, and `changed`: how many of the rows
    are not word for word the same in the later delivery.
    """
    others = [known for known in earlier if known.department == new.department]
    counts: list[dict[str, Any]] = []
    for name in sorted(set(tables)):
        mine = list(fingerprints(new.folder, name))
        rows: list[pa.Table] = []
        for other in others:
            theirs = list(fingerprints(other.folder, name))
            if not mine or not theirs:
                continue
            later, older = (mine, theirs) if new.rank >= other.rank else (theirs, mine)
            loser, winner = (other, new) if later is mine else (new, other)
            gone, changed = _replaced(older, later)
            rows += [_listed(loser.delivery_id, place, numbers) for place, numbers in gone]
            number = sum(len(numbers) for _place, numbers in gone)
            if number:
                counts.append(
                    {
                        "table": name,
                        "by": winner.delivery_id,
                        "of": loser.delivery_id,
                        "rows": number,
                        "changed": changed,
                    }
                )
        if rows:
            folder = new.folder / SUPERSEDES
            folder.mkdir(exist_ok=True)
            pq.write_table(pa.concat_tables(rows), folder / f"{name}.parquet", compression="zstd")
    return counts


def _replaced(
    older: list[tuple[str, Prints]], later: list[tuple[str, Prints]]
) -> tuple[list[tuple[str, Prints]], int]:
    """Row numbers of `older` whose key `later` has, by file; how many of them changed."""
    keys = np.unique(np.concatenate([prints[:, 0] for _, prints in later]))
    whole = np.unique(np.concatenate([prints[:, 1] for _, prints in later]))
    gone, changed = [], 0
    for place, prints in older:
        hit = np.isin(prints[:, 0], keys)
        if hit.any():
            gone.append((place, np.asarray(prints[hit, 2])))
            changed += int((~np.isin(prints[hit, 1], whole)).sum())
    return gone, changed


def _listed(delivery_id: str, place: str, numbers: Prints) -> pa.Table:
    count = len(numbers)
    columns = [
        pa.array([delivery_id] * count, pa.string()),
        pa.array([place] * count, pa.string()),
        pa.array(numbers.astype(np.int64), pa.int64()),
    ]
    return pa.table(columns, schema=_SCHEMA)


def superseded_files(store: Path, sql_name: str) -> list[Path]:
    """The lists of rows of a table that no longer stand."""
    return sorted((store / "deliveries").glob(f"*/{SUPERSEDES}/{sql_name}.parquet"))


def standing_query(parts: Iterable[Path], lists: Iterable[Path]) -> str:
    """SQL of DuckDB for the rows of a table that stand. Names with quotes are escaped."""
    source = f"read_parquet([{_quoted(parts)}], union_by_name=true"
    lists = list(lists)
    if not lists:
        return f"SELECT * FROM {source})"
    return (
        f"SELECT t.* EXCLUDE (filename) FROM {source}, filename=true) t "
        f"WHERE NOT EXISTS (SELECT 1 FROM read_parquet([{_quoted(lists)}]) s "
        f"WHERE s.row = t.source_row "
        f"AND s.delivery = regexp_extract(t.filename, '{_PART.pattern}', 1) "
        f"AND s.file = regexp_extract(t.filename, '{_PART.pattern}', 2))"
    )


def _quoted(paths: Iterable[Path]) -> str:
    return ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)


def read_standing(part: Path, lists: Iterable[Path]) -> pa.Table:
    """One part of a stored table without the rows that no longer stand."""
    table = pq.read_table(part)
    match = _PART.search(part.as_posix())
    lists = list(lists)
    if not lists or match is None:
        return table
    gone = pa.concat_tables([pq.read_table(path, schema=_SCHEMA) for path in lists])
    here = pc.and_(
        pc.equal(gone["delivery"], match.group(1)), pc.equal(gone["file"], match.group(2))
    )
    rows = gone.filter(here)["row"]
    return table.filter(pc.invert(pc.is_in(table["source_row"], rows.combine_chunks())))
