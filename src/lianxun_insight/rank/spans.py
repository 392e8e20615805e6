"""Where the words of a question stand in a hit, in characters of the original text."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.grams import SHIFT, unigrams_and_bigrams

_MAX_SPANS = 24


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the text; `weight` is the idf-weighted importance."""

    start: int
    end: int
    weight: float


class _Folded(dict[str, str]):
    """Each character folded, remembered: texts repeat the same few thousand."""

    def __missing__(self, char: str) -> str:
        made = unicodedata.normalize("NFKC", char).lower()
        if char <= "\uffff":
            self[char] = made
        return made


_FOLDED = _Folded()


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the offset of the source character.

    NFKC may lengthen (㈠ → (一)) or compose; folding character by character keeps the offsets.
    """
    pieces = [_FOLDED[char] for char in text]
    folded = "".join(pieces)
    if len(folded) == len(text) and all(pieces):
        return folded, list(range(len(text)))
    return folded, [at for at, piece in enumerate(pieces) for _ in piece]


def matched_spans(
    text: str, weights: Mapping[int, float], idf: Mapping[int, float]
) -> tuple[Span, ...]:
    """Stretches of the text made of bigrams of the question; single characters only if none match."""
    folded, offsets = fold_with_offsets(text)
    points = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
    keys, places = unigrams_and_bigrams(points)
    wanted = np.sort(np.fromiter(weights, np.int64, len(weights)))
    strength = np.zeros(len(folded))
    for width in (2, 1):
        pairs = keys >> SHIFT > 0
        found = np.flatnonzero((pairs == (width == 2)) & _among(keys, wanted))
        importance = np.array([idf.get(k, 0.0) for k in keys[found].tolist()])
        for offset in range(width):
            np.maximum.at(strength, places[found] + offset, importance)
        if strength.any():
            break
    return _runs(strength, offsets)


def _among(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not len(wanted):
        return np.zeros(len(keys), np.bool_)
    at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    return np.asarray(wanted[at] == keys)


def _runs(strength: NDArray[np.float64], offsets: list[int]) -> tuple[Span, ...]:
    marked = np.flatnonzero(strength > 0)
    if not len(marked):
        return ()
    breaks = np.flatnonzero(np.diff(marked) > 1)
    firsts = marked[np.concatenate([[0], breaks + 1])]
    lasts = marked[np.concatenate([breaks, [len(marked) - 1]])]
    spans = [
        Span(offsets[a], offsets[b] + 1, round(float(strength[a : b + 1].sum()), 3))
        for a, b in zip(firsts.tolist(), lasts.tolist(), strict=True)
    ]
    best = sorted(spans, key=lambda s: -s.weight)[:_MAX_SPANS]
    return tuple(sorted(best, key=lambda s: s.start))
