"""An inverted index as flat numpy arrays: for each key the documents and their BM25 weights.

BM25 after Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009);
k1 and b were tuned by cross-validation (docs/text/search.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.grams import Keys, keys_by_document

K1: Final = 1.6
B: Final = 0.95
_DOCUMENT_BITS: Final = 21
MAX_DOCUMENTS: Final = 1 << _DOCUMENT_BITS
_CHUNK: Final = 8_000


@dataclass(frozen=True, slots=True)
class Postings:
    """`keys` sorted; documents of `keys[i]` are `documents[starts[i]:starts[i+1]]` with `weights`.

    A weight is the BM25 term-frequency part (no idf), so that segments can be added up under one
    idf. `lengths` is the number of grams of each document.
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    weights: NDArray[np.float32]
    lengths: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Number of documents."""
        return len(self.lengths)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        parts = (self.keys, self.starts, self.documents, self.weights, self.lengths)
        return sum(a.nbytes for a in parts)

    def spans(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the postings of each key begin and end; equal where the key does not occur."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        there = self.keys[at] == keys
        return self.starts[at], np.where(there, self.starts[at + 1], self.starts[at])

    def frequencies(self, keys: Keys) -> NDArray[np.int64]:
        """In how many documents each key occurs."""
        low, high = self.spans(keys)
        return np.asarray(high - low)

    def add_scores(self, out: NDArray[np.float32], weighted: Mapping[int, float]) -> None:
        """Adds weight × BM25 part of each key to `out` (one cell per document)."""
        keys = np.fromiter(weighted, np.int64, len(weighted))
        lows, highs = self.spans(keys)
        for low, high, weight in zip(lows.tolist(), highs.tolist(), weighted.values(), strict=True):
            if high > low:
                out[self.documents[low:high]] += np.float32(weight) * self.weights[low:high]

    def save(self, folder: Path, prefix: str) -> None:
        """Writes plain .npy files, which `load` maps into memory (shared between processes)."""
        for name in ("keys", "starts", "documents", "weights", "lengths"):
            np.save(folder / f"{prefix}.{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path, prefix: str) -> "Postings":
        """Opens what `save` wrote; pickled arrays are refused."""
        names = ("keys", "starts", "documents", "weights", "lengths")
        arrays = [
            np.load(folder / f"{prefix}.{n}.npy", mmap_mode="r", allow_pickle=False) for n in names
        ]
        return cls(*arrays)


def _packed_counts(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Sorted (key, document) pairs packed in one integer, and how often each occurs."""
    parts, counts = [], []
    for begin in range(0, len(texts), _CHUNK):
        keys, owners = keys_by_document(texts[begin : begin + _CHUNK])
        # 42 bits of key and 21 of document number: one plain sort instead of an argsort.
        packed = np.sort((keys << _DOCUMENT_BITS) | (owners + begin))
        edges = (
            np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]]))
            if len(packed)
            else packed
        )
        counts.append(np.diff(np.append(edges, len(packed))).astype(np.int32))
        parts.append(packed[edges])
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int32)
    joined, frequency = np.concatenate(parts), np.concatenate(counts)
    order = np.argsort(joined, kind="stable")
    return joined[order], frequency[order]


def build(texts: Sequence[str], *, average: float | None = None) -> Postings:
    """Index the texts. `average` fixes the mean length (an increment uses that of the main part)."""
    if len(texts) > MAX_DOCUMENTS:
        raise ValueError(f"索引最多容纳 {MAX_DOCUMENTS} 条，现有 {len(texts)} 条。")
    packed, counts = _packed_counts(texts)
    documents = (packed & (MAX_DOCUMENTS - 1)).astype(np.int32)
    owners = packed >> _DOCUMENT_BITS
    starts = (
        np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]]))
        if len(owners)
        else owners
    )
    lengths = np.bincount(documents, weights=counts, minlength=len(texts)).astype(np.float32)
    mean = average or (float(lengths.mean()) if len(texts) else 1.0) or 1.0
    frequency = counts.astype(np.float32)
    norm = K1 * (1 - B + B * lengths / np.float32(mean))
    weights = frequency * np.float32(K1 + 1) / (frequency + norm[documents])
    return Postings(
        keys=owners[starts],
        starts=np.append(starts, len(documents)).astype(np.int64),
        documents=documents,
        weights=weights.astype(np.float32),
        lengths=lengths,
    )


def joined(parts: Sequence[Postings]) -> Postings:
    """One segment of several neighbours, documents numbered on; their weights stay as they are."""
    sizes = np.cumsum([0, *(p.size for p in parts)])
    keys = np.concatenate([np.repeat(p.keys, np.diff(p.starts)) for p in parts])
    documents = np.concatenate(
        [p.documents + np.int32(first) for p, first in zip(parts, sizes, strict=False)]
    )
    order = np.argsort(keys, kind="stable")  # runs in order already: merged, not sorted anew
    keys = keys[order]
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else keys
    return Postings(
        keys=keys[edges],
        starts=np.append(edges, len(keys)).astype(np.int64),
        documents=documents[order],
        weights=np.concatenate([p.weights for p in parts])[order],
        lengths=np.concatenate([p.lengths for p in parts]),
    )
