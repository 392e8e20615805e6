"""Passages and their columns as files: opened in a moment, a passage read when it is shown.

`passages.jsonl` holds one passage a line and stays on disk (mapped); `column.*.npy` and `names.json`
hold what filters and the ranker use, `ids.json` the ids, `fingerprints.txt` one mark a line.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final, overload

import numpy as np

from lianxun_insight.rank.passages import COLUMN_NAMES, Columns, Passage

_PASSAGES: Final = "passages.jsonl"
_OFFSETS: Final = "passages.npy"
_IDS: Final = "ids.json"
_NAMES: Final = "names.json"
_FINGERPRINTS: Final = "fingerprints.txt"


class StoredPassages(Sequence[Passage]):
    """The passages of a saved index, each read from its line when asked for; more may follow."""

    def __init__(self, folder: Path) -> None:
        self._starts = np.load(folder / _OFFSETS, allow_pickle=False)
        self._added: list[Passage] = []
        with (folder / _PASSAGES).open("rb") as file:
            empty = len(self._starts) < 2  # an empty file cannot be mapped
            self._lines = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._lines) != int(self._starts[-1]):
            raise ValueError("索引文件不完整，请重建索引。")

    @property
    def stored(self) -> int:
        """How many of them lie in the file."""
        return len(self._starts) - 1

    def __len__(self) -> int:
        return self.stored + len(self._added)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> list[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | list[Passage]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        number = at + len(self) if at < 0 else at
        if not 0 <= number < len(self):
            raise IndexError(at)
        if number >= self.stored:
            return self._added[number - self.stored]
        low, high = int(self._starts[number]), int(self._starts[number + 1])
        return _passage(json.loads(self._lines[low:high]))

    def __iter__(self) -> Iterator[Passage]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def extend(self, passages: Sequence[Passage]) -> None:
        """Puts passages after the stored ones; the file is not touched."""
        self._added.extend(passages)


def write(folder: Path, passages: Sequence[Passage], columns: Columns, prints: list[str]) -> None:
    """Everything about the passages but their postings."""
    starts = [0]
    with (folder / _PASSAGES).open("wb") as out:
        for passage in passages:
            line = json.dumps(_plain(passage), ensure_ascii=False).encode("utf-8", "surrogatepass")
            starts.append(starts[-1] + out.write(line + b"\n"))
    np.save(folder / _OFFSETS, np.array(starts, np.int64))
    (folder / _IDS).write_text(json.dumps(columns.ids), "utf-8")
    (folder / _FINGERPRINTS).write_text("\n".join(prints), "utf-8")
    for name in COLUMN_NAMES:
        np.save(folder / f"column.{name}.npy", getattr(columns, name))
    names = {"codes": columns.codes, "members": columns.members}
    (folder / _NAMES).write_text(json.dumps(names), "utf-8")


def read(folder: Path) -> tuple[StoredPassages, Columns, list[str]]:
    """What `write` wrote. Raises `ValueError` when parts do not fit each other."""
    passages = StoredPassages(folder)
    ids = json.loads((folder / _IDS).read_text("utf-8"))
    prints = (folder / _FINGERPRINTS).read_text("utf-8").split("\n") if ids else []
    if {len(ids), len(prints)} != {len(passages)}:
        raise ValueError("索引文件不完整，请重建索引。")
    names = json.loads((folder / _NAMES).read_text("utf-8"))
    columns = Columns(ids=ids, codes=names["codes"], members=names["members"])
    for name in COLUMN_NAMES:
        column = np.load(folder / f"column.{name}.npy", allow_pickle=False)
        if len(column) != len(passages):
            raise ValueError("索引文件不完整，请重建索引。")
        setattr(columns, name, column)
    return passages, columns, prints


def _plain(passage: Passage) -> dict[str, Any]:
    row = asdict(passage)
    row["collections"] = sorted(passage.collections)
    for name in ("valid_from", "valid_to"):
        row[name] = row[name].isoformat() if row[name] else None
    return row


def _passage(row: dict[str, Any]) -> Passage:
    for name in ("valid_from", "valid_to"):
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    row["headings"] = tuple(row["headings"])
    row["collections"] = frozenset(row["collections"])
    return Passage(**row)
