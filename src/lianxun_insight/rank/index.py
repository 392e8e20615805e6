"""The search index: one large segment, one small one for what was added since, and tombstones.

Searching never waits for a rebuild: `add` indexes the small segment anew (milliseconds), `remove`
marks, `compact` merges both when it suits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.grams import fingerprint
from lianxun_insight.rank.passages import Columns, Filters, Passage
from lianxun_insight.rank.postings import Postings, build

FORMAT: Final = 1
_PASSAGES: Final = "passages.jsonl"
_FINGERPRINTS: Final = "fingerprints.txt"
_MANIFEST: Final = "index.json"
Scores = NDArray[np.float32]


class SearchIndex:
    """Passages and their grams. Positions 0…size-1 number the passages in order of arrival."""

    def __init__(self, passages: Sequence[Passage] = ()) -> None:
        self._start(list(passages), build([p.searched_text for p in passages]))

    def _start(
        self, passages: list[Passage], main: Postings, fingerprints: list[str] | None = None
    ) -> None:
        #: Hash of each wording; finds the articles a ranker remembers whatever their edition.
        self.fingerprints = fingerprints or [fingerprint(p.text) for p in passages]
        self.passages = passages
        self.main = main
        self.delta: Postings = build([])
        self.columns = Columns()
        self.columns.extend(passages)
        self.position = {p.id: i for i, p in enumerate(passages)}
        if len(self.position) != len(passages):
            raise ValueError("索引中的条文编号重复，请先去重。")
        self.alive = np.ones(len(passages), np.bool_)
        self._norms: Scores | None = None

    # -- size --------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Number of positions, removed ones included."""
        return len(self.passages)

    @property
    def nbytes(self) -> int:
        """Bytes of the postings."""
        return self.main.nbytes + self.delta.nbytes

    # -- changing ----------------------------------------------------------------------------

    def add(self, passages: Sequence[Passage]) -> None:
        """Adds passages; one whose id is already there replaces it."""
        if not passages:
            return
        for passage in passages:
            old = self.position.get(passage.id)
            if old is not None:
                self.alive[old] = False
        first = len(self.passages)
        self.passages.extend(passages)
        self.fingerprints.extend(fingerprint(p.text) for p in passages)
        self.columns.extend(passages)
        for offset, passage in enumerate(passages):
            self.position[passage.id] = first + offset
        self.alive = np.append(self.alive, np.ones(len(passages), np.bool_))
        average = float(self.main.lengths.mean()) if self.main.size else None
        recent = self.passages[self.main.size :]
        self.delta = build([p.searched_text for p in recent], average=average)
        self._norms = None if not self.main.size else self._norms

    def remove(self, ids: Iterable[str]) -> int:
        """Takes passages out of every search at once; returns how many there were."""
        count = 0
        for passage_id in ids:
            at = self.position.pop(passage_id, None)
            if at is not None:
                self.alive[at] = False
                count += 1
        return count

    def compact(self) -> None:
        """Merges the small segment and forgets removed passages."""
        kept = [p for p, alive in zip(self.passages, self.alive, strict=True) if alive]
        marks = [m for m, alive in zip(self.fingerprints, self.alive, strict=True) if alive]
        self._start(kept, build([p.searched_text for p in kept]), marks)

    # -- scoring -----------------------------------------------------------------------------

    def idf(self, keys: Iterable[int]) -> dict[int, float]:
        """log(1 + (N − df + ½)/(df + ½)) over both segments; keys that occur nowhere are left out."""
        total = self.main.size + self.delta.size
        out = {}
        for key in keys:
            df = self.main.frequency(key) + self.delta.frequency(key)
            if df:
                out[key] = float(np.log1p((total - df + 0.5) / (df + 0.5)))
        return out

    def score(self, weights: Mapping[int, float]) -> Scores:
        """BM25 of every passage: Σ weight × idf × term part."""
        weighted = {k: weights[k] * idf for k, idf in self.idf(weights).items()}
        return self.score_weighted(weighted)

    def score_weighted(self, weighted: Mapping[int, float]) -> Scores:
        """Σ weight × term part, the idf being in the weights already."""
        out = np.zeros(self.size, np.float32)
        self.main.add_scores(out[: self.main.size], weighted)
        self.delta.add_scores(out[self.main.size :], weighted)
        return out

    def norms(self) -> Scores:
        """Euclidean length of each passage as a vector of idf × term part (never 0)."""
        if self._norms is None or len(self._norms) != self.size:
            total = self.main.size + self.delta.size
            self._norms = np.concatenate([_norms(s, total) for s in (self.main, self.delta)])
        return self._norms

    def mask(self, filters: Filters | None) -> NDArray[np.bool_]:
        """Which positions a search may return."""
        allowed = self.columns.mask(filters, self.position) if filters is not None else None
        return self.alive if allowed is None else self.alive & allowed

    # -- storing -----------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Writes the compacted index as plain files (JSON and .npy; no pickles)."""
        if self.delta.size or not self.alive.all():
            self.compact()
        folder.mkdir(parents=True, exist_ok=True)
        self.main.save(folder, "main")
        with (folder / _PASSAGES).open("w", encoding="utf-8") as out:
            for passage in self.passages:
                out.write(json.dumps(_plain(passage), ensure_ascii=False) + "\n")
        (folder / _FINGERPRINTS).write_text("\n".join(self.fingerprints), "utf-8")
        manifest = {"format": FORMAT, "passages": self.size}
        (folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "SearchIndex":
        """Opens a saved index; its arrays stay on disk and are shared between processes."""
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest.get("format") != FORMAT:
            raise ValueError(f"索引格式 {manifest.get('format')} 与程序不符，请重建索引。")
        with (folder / _PASSAGES).open(encoding="utf-8") as lines:
            passages = [_passage(json.loads(line)) for line in lines]
        main = Postings.load(folder, "main")
        if main.size != len(passages) or manifest["passages"] != len(passages):
            raise ValueError("索引文件不完整，请重建索引。")
        index = cls.__new__(cls)
        fingerprints = (folder / _FINGERPRINTS).read_text("utf-8").split("\n") if passages else []
        index._start(passages, main, fingerprints)
        return index


def _norms(segment: Postings, total: int) -> Scores:
    if not segment.size:
        return np.zeros(0, np.float32)
    df = np.diff(segment.starts).astype(np.float32)
    idf = np.log1p((total - df + 0.5) / (df + 0.5)).astype(np.float32)
    parts = (segment.weights * np.repeat(idf, np.diff(segment.starts))) ** 2
    sums = np.bincount(segment.documents, weights=parts, minlength=segment.size)
    return np.sqrt(np.maximum(sums, 1e-6)).astype(np.float32)


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
