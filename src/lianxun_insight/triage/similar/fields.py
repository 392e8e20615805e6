"""What of a lead is compared: n-grams of the title and of the whole, as weighted rows."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy import sparse

# Share of each field in the squared length of a row. The title also counts as part of the body, so
# that a subject named only in one lead's title meets the same subject in another's body.
SHARES = {"title-chars": 0.12, "title-words": 0.10, "body-chars": 0.40, "body-words": 0.38}
FIELDS = tuple(SHARES)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _grams(text: str, sizes: tuple[int, ...]) -> Iterator[str]:
    for run in "".join(c if c.isalnum() else " " for c in text).split():
        for size in sizes:
            for i in range(len(run) - size + 1):
                yield run[i : i + size]


def _words(text: str) -> Iterator[str]:
    return (w for w in rjieba.cut(text) if any(c.isalnum() for c in w))


def terms(title: str, text: str) -> Counter[str]:
    """Occurrences of every term; the field stands before the colon."""
    head, whole = _plain(title), _plain(f"{title}\n{text}")
    counts: Counter[str] = Counter()
    for field, grams in (
        ("title-chars", _grams(head, (1, 2))),
        ("title-words", _words(head)),
        ("body-chars", _grams(whole, (2, 3))),
        ("body-words", _words(whole)),
    ):
        counts.update(f"{field}:{gram}" for gram in grams)
    return counts


class Vocabulary:
    """Columns of terms with the number of leads that have them; grows as leads come."""

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}
        self.fields: list[int] = []
        self.frequency: list[int] = []

    def encode(
        self, counts: Mapping[str, int], *, grow: bool
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Sorted columns and 1 + ln(count); unknown terms get a column only when ``grow``."""
        pairs = []
        for term, times in counts.items():
            column = self.encode_term(term) if grow else self.columns.get(term)
            if column is None:
                continue
            pairs.append((column, 1.0 + np.log(times)))
        pairs.sort()
        columns = np.array([c for c, _ in pairs], dtype=np.int32)
        return columns, np.array([v for _, v in pairs], dtype=np.float32)

    def encode_term(self, term: str) -> int:
        """The column of a term, a new one when it has none."""
        column = self.columns.get(term)
        if column is None:
            column = self.columns[term] = len(self.columns)
            self.fields.append(FIELDS.index(term.split(":", 1)[0]))
            self.frequency.append(0)
        return column

    def count(self, columns: NDArray[np.int32], step: int) -> None:
        """Note that a lead with these columns came (+1) or went (-1)."""
        for column in columns.tolist():
            self.frequency[column] += step


class Weights:
    """idf and fields of a vocabulary as it was at one moment, with ``leads`` leads."""

    def __init__(self, vocabulary: Vocabulary, leads: int) -> None:
        frequency = np.array(vocabulary.frequency, dtype=np.float32)
        self.idf = (np.log((1 + leads) / (1 + np.maximum(frequency, 0))) + 1.0).astype(np.float32)
        self.fields = np.array(vocabulary.fields, dtype=np.int8)

    def rows(
        self, encoded: list[tuple[NDArray[np.int32], NDArray[np.float32]]]
    ) -> sparse.csr_matrix:
        """Rows of length 1 (empty texts: 0), each field with its share; later columns are left out."""
        size = len(self.idf)
        if not encoded:
            return sparse.csr_matrix((0, size), dtype=np.float32)
        kept = [(c[c < size], v[c < size]) for c, v in encoded]
        pointer = np.cumsum([0, *(len(c) for c, _ in kept)], dtype=np.int64)
        columns = np.concatenate([c for c, _ in kept])
        values = np.concatenate([v for _, v in kept])
        values = values * self.idf[columns]
        owner = np.repeat(np.arange(len(kept)), np.diff(pointer))
        group = owner * len(FIELDS) + self.fields[columns]
        squares = np.bincount(
            group, (values * values).astype(np.float64), minlength=len(kept) * len(FIELDS)
        )
        share = np.tile(np.array([SHARES[f] for f in FIELDS]), len(kept))
        factor = np.sqrt(np.divide(share, squares, out=np.zeros_like(squares), where=squares > 0))
        # A lead without a title keeps length 1: the other fields take its share.
        present = np.where(squares > 0, share, 0.0).reshape(-1, len(FIELDS)).sum(axis=1)
        lift = np.sqrt(np.divide(1.0, present, out=np.zeros_like(present), where=present > 0))
        data = (values * factor[group] * lift[owner]).astype(np.float32)
        return sparse.csr_matrix((data, columns, pointer), shape=(len(kept), size))
