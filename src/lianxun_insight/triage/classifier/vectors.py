"""Character 1–2-grams of a text with their places, over a fixed vocabulary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianxun_insight.detect.spans import fold

OPEN, CLOSE = "〔", "〕"


@dataclass(frozen=True)
class Grams:
    """``places[gram]`` lists (start, end) in the text; placeholders give none."""

    places: dict[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, text: str) -> Grams:
        characters, origins = _bare(text)
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for i, character in enumerate(characters):
            if character is None:
                continue
            end = origins[i] + 1
            places[character].append((origins[i], end))
            if i and (left := characters[i - 1]) is not None:
                places[left + character].append((origins[i - 1], end))
        return cls(dict(places))

    def counts(self) -> Counter[str]:
        return Counter({gram: len(where) for gram, where in self.places.items()})


def _bare(text: str) -> tuple[list[str | None], list[int]]:
    """Folded characters without space, digits as one 0, a placeholder as one None."""
    folded = fold(text.lower())
    characters: list[str | None] = []
    origins: list[int] = []
    inside = False
    for character, origin in zip(folded.text, folded.origins, strict=False):
        if character == OPEN:
            inside = True
            characters.append(None)
            origins.append(origin)
        elif character == CLOSE:
            inside = False
        elif not inside and not character.isspace():
            written = "0" if character.isdigit() else character
            if written == "0" and characters and characters[-1] == "0":
                continue
            characters.append(written)
            origins.append(origin)
    return characters, origins


@dataclass(frozen=True)
class Row:
    columns: NDArray[np.intp]
    values: NDArray[np.float32]  # of length 1, unless the text has no known gram


class Vectoriser:
    """1 + ln(count) times idf, rows of length 1."""

    def __init__(self, vocabulary: Sequence[str], idf: NDArray[np.float32]) -> None:
        self.vocabulary = list(vocabulary)
        self.columns = {gram: i for i, gram in enumerate(vocabulary)}
        self.idf = idf

    @classmethod
    def fit(cls, texts: Iterable[str], keep: Iterable[str], minimum: int = 3) -> Vectoriser:
        """Grams of at least ``minimum`` texts, or of a text in ``keep`` and one other."""
        frequency: Counter[str] = Counter()
        total = 0
        for text in texts:
            frequency.update(Grams.of(text).places.keys())
            total += 1
        kept = {g for text in keep for g in Grams.of(text).places}
        vocabulary = sorted(g for g, n in frequency.items() if n >= minimum or g in kept)
        idf = [np.log((1 + total) / (1 + frequency[g])) + 1.0 for g in vocabulary]
        return cls(vocabulary, np.array(idf, dtype=np.float32))

    def row(self, counts: Counter[str]) -> Row:
        pairs = sorted((self.columns[g], n) for g, n in counts.items() if g in self.columns)
        columns = np.array([c for c, _ in pairs], dtype=np.intp)
        times = np.array([n for _, n in pairs], dtype=np.float32)
        values = (1.0 + np.log(times)) * self.idf[columns] if pairs else times
        length = float(np.sqrt((values * values).sum()))
        return Row(columns, (values / length if length else values).astype(np.float32))

    def matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Rows of the texts, shape (texts, vocabulary)."""
        rows = [self.row(Grams.of(text).counts()) for text in texts]
        pointer = np.cumsum([0, *(len(r.columns) for r in rows)])
        return sparse.csr_matrix(
            (
                np.concatenate([r.values for r in rows]),
                np.concatenate([r.columns for r in rows]),
                pointer,
            ),
            shape=(len(texts), len(self.vocabulary)),
        )
