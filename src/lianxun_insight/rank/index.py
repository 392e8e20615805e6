"""The search index: one large segment, small ones for what was added since, and tombstones.

Searching never waits for a rebuild: `add` makes one more small segment (milliseconds), `remove`
marks, `compact` makes one segment of all when it suits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank import stored
from lianxun_insight.rank.grams import fingerprint
from lianxun_insight.rank.passages import Columns, Filters, Passage
from lianxun_insight.rank.postings import Postings, build, joined

FORMAT: Final = 2
_MANIFEST: Final = "index.json"
_NORMS: Final = "norms.npy"
Scores = NDArray[np.float32]


class SearchIndex:
    """Passages and their grams. Positions 0…size-1 number the passages in order of arrival."""

    def __init__(self, passages: Sequence[Passage] = ()) -> None:
        self._start(passages)

    def _start(self, passages: Sequence[Passage], prints: list[str] | None = None) -> None:
        columns = Columns()
        columns.extend(passages)
        main = build([p.searched_text for p in passages])
        self._set(list(passages), columns, prints or [fingerprint(p.text) for p in passages], main)

    def _set(
        self,
        passages: "list[Passage] | stored.StoredPassages",
        columns: Columns,
        prints: list[str],
        main: Postings,
    ) -> None:
        self.passages = passages
        self.columns = columns
        #: Hash of each wording; finds the articles a ranker remembers whatever their edition.
        self.fingerprints = prints
        self.main = main
        #: What was added since, in order: each at least twice as large as the next.
        self.recent: list[Postings] = []
        #: Grams of each passage.
        self.lengths = np.asarray(main.lengths)
        self.position = {name: at for at, name in enumerate(columns.ids)}
        if len(self.position) != len(passages):
            raise ValueError("索引中的条文编号重复，请先去重。")
        self.alive = np.ones(len(passages), np.bool_)
        self._norms: Scores | None = None

    # -- size --------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Number of positions, removed ones included."""
        return len(self.columns.ids)

    @property
    def recent_size(self) -> int:
        """How many positions were added since the large segment was made."""
        return self.size - self.main.size

    @property
    def nbytes(self) -> int:
        """Bytes of the postings."""
        return sum(s.nbytes for s in self._segments())

    def _segments(self) -> list[Postings]:
        return [self.main, *self.recent]

    # -- changing ----------------------------------------------------------------------------

    def add(self, passages: Sequence[Passage]) -> None:
        """Adds passages; one whose id is already there replaces it."""
        if not passages:
            return
        if not self.main.size:
            self._start(list({p.id: p for p in [*self._living(), *passages]}.values()))
            return
        self.remove([p.id for p in passages])
        first = self.size
        self.passages.extend(passages)
        self.fingerprints.extend(fingerprint(p.text) for p in passages)
        self.columns.extend(passages)
        for offset, passage in enumerate(passages):
            self.position[passage.id] = first + offset
        self.alive = np.append(self.alive, np.ones(len(passages), np.bool_))
        for earlier, passage in enumerate(passages, first):
            self.alive[earlier] = self.position[passage.id] == earlier
        part = build([p.searched_text for p in passages], average=float(self.main.lengths.mean()))
        self.lengths = np.append(self.lengths, part.lengths)
        self._append(part)

    def _append(self, part: Postings) -> None:
        """One more segment; neighbours are joined so that there are never more than a dozen."""
        self.recent.append(part)
        if self._norms is not None:
            self._norms = np.append(self._norms, _norms(part, self.idf_of(part.keys)))
        while len(self.recent) > 1 and self.recent[-2].size < 2 * self.recent[-1].size:
            self.recent[-2:] = [joined(self.recent[-2:])]

    def remove(self, ids: Iterable[str]) -> int:
        """Takes passages out of every search at once; returns how many there were."""
        count = 0
        for passage_id in ids:
            at = self.position.pop(passage_id, None)
            if at is not None:
                self.alive[at] = False
                count += 1
        return count

    def remove_work(self, work: str) -> int:
        """Takes all passages of a work out; returns how many there were."""
        code = self.columns.codes["work"].get(work)
        if code is None:
            return 0
        places = np.flatnonzero((self.columns.work == code) & self.alive)
        return self.remove([self.columns.ids[at] for at in places.tolist()])

    def works_in(self, collection: str) -> set[str]:
        """The works that have a passage in a collection."""
        members = np.array(self.columns.members.get(collection, ()), np.int64)
        codes = set(self.columns.work[members[self.alive[members]]].tolist())
        return {name for name, code in self.columns.codes["work"].items() if code in codes}

    def compact(self) -> None:
        """Makes one segment of all and forgets removed passages."""
        places = np.flatnonzero(self.alive).tolist()
        self._start(self._living(), [self.fingerprints[at] for at in places])

    def _living(self) -> list[Passage]:
        return [self.passages[at] for at in np.flatnonzero(self.alive).tolist()]

    # -- scoring -----------------------------------------------------------------------------

    def idf_of(self, keys: NDArray[np.int64]) -> NDArray[np.float64]:
        """log(1 + (N − df + ½)/(df + ½)) over all segments; 0 for keys that occur nowhere."""
        df = np.sum([s.frequencies(keys) for s in self._segments()], axis=0)
        idf = np.log1p((self.size - df + 0.5) / (df + 0.5))
        return np.asarray(np.where(df > 0, idf, 0.0))

    def idf(self, keys: Iterable[int]) -> dict[int, float]:
        """The same as a table; keys that occur nowhere are left out."""
        wanted = list(keys)
        found = self.idf_of(np.array(wanted, np.int64)).tolist()
        return {key: idf for key, idf in zip(wanted, found, strict=True) if idf > 0}

    def score(self, weights: Mapping[int, float]) -> Scores:
        """BM25 of every passage: Σ weight × idf × term part."""
        weighted = {k: weights[k] * idf for k, idf in self.idf(weights).items()}
        return self.score_weighted(weighted)

    def score_weighted(self, weighted: Mapping[int, float]) -> Scores:
        """Σ weight × term part, the idf being in the weights already."""
        out = np.zeros(self.size, np.float32)
        first = 0
        for segment in self._segments():
            segment.add_scores(out[first : first + segment.size], weighted)
            first += segment.size
        return out

    def norms(self) -> Scores:
        """Euclidean length of each passage as a vector of idf × term part (never 0).

        What was there keeps its norm when passages are added: the idf of the time it was indexed.
        """
        if self._norms is None:
            parts = [_norms(s, self.idf_of(s.keys)) for s in self._segments()]
            self._norms = np.concatenate(parts)
        return self._norms

    def mask(self, filters: Filters | None) -> NDArray[np.bool_]:
        """Which positions a search may return."""
        allowed = self.columns.mask(filters, self.position) if filters is not None else None
        return self.alive if allowed is None else self.alive & allowed

    # -- storing -----------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Writes the compacted index as plain files (JSON and .npy; no pickles)."""
        if self.recent or not self.alive.all():
            self.compact()
        folder.mkdir(parents=True, exist_ok=True)
        self.main.save(folder, "main")
        np.save(folder / _NORMS, self.norms())
        stored.write(folder, self.passages, self.columns, self.fingerprints)
        manifest = {"format": FORMAT, "passages": self.size}
        (folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "SearchIndex":
        """Opens a saved index; its arrays stay on disk and are shared between processes."""
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest.get("format") != FORMAT:
            raise ValueError(f"索引格式 {manifest.get('format')} 与程序不符，请重建索引。")
        passages, columns, prints = stored.read(folder)
        main = Postings.load(folder, "main")
        norms = np.load(folder / _NORMS, allow_pickle=False)
        if {main.size, manifest["passages"], len(norms)} != {len(passages)}:
            raise ValueError("索引文件不完整，请重建索引。")
        index = cls.__new__(cls)
        index._set(passages, columns, prints, main)
        index._norms = norms
        return index


def _norms(segment: Postings, idf: NDArray[np.float64]) -> Scores:
    if not segment.size:
        return np.zeros(0, np.float32)
    repeated = np.repeat(idf.astype(np.float32), np.diff(segment.starts))
    parts = (segment.weights * repeated) ** 2
    sums = np.bincount(segment.documents, weights=parts, minlength=segment.size)
    return np.asarray(np.sqrt(np.maximum(sums, 1e-6)).astype(np.float32))
