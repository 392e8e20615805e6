"""Where the words of a question stand in a hit, in characters of the original text."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lianxun_insight.rank.grams import unigrams_and_bigrams

_MAX_SPANS = 24


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the text; `weight` is the idf-weighted importance."""

    start: int
    end: int
    weight: float


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the offset of the source character.

    NFKC may lengthen (㈠ → (一)) or compose; folding character by character keeps the offsets.
    """
    out: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text):
        piece = unicodedata.normalize("NFKC", char).lower()
        out.append(piece)
        offsets.extend([at] * len(piece))
    return "".join(out), offsets


def matched_spans(
    text: str, weights: Mapping[int, float], idf: Mapping[int, float]
) -> tuple[Span, ...]:
    """Stretches of the text made of bigrams of the question; single characters only if none match."""
    folded, offsets = fold_with_offsets(text)
    points = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
    keys, places = unigrams_and_bigrams(points)
    strength = np.zeros(len(folded))
    wanted = set(weights)
    for width in (2, 1):
        for key, place in zip(keys.tolist(), places.tolist(), strict=True):
            is_pair = key >> 21 > 0
            if key in wanted and is_pair == (width == 2):
                stop = place + width
                strength[place:stop] = np.maximum(strength[place:stop], idf.get(key, 0.0))
        if strength.any():
            break
    return _runs(strength, offsets)


def _runs(strength: "np.typing.NDArray[np.float64]", offsets: list[int]) -> tuple[Span, ...]:
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
