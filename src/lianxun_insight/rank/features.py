"""Features of a question and its candidates, and the choice of the candidates."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.index import SearchIndex
from lianxun_insight.rank.learned import Learned

CANDIDATES: Final = 200
#: Weights of the untuned sum that picks candidates: lexical + translated + remembered.
TRANSLATED_WEIGHT: Final = 2.0
REMEMBERED_WEIGHT: Final = 1.0
NAMES: Final = (
    "词面匹配",
    "词面匹配上限",
    "问法换说",
    "问法换说占比",
    "类似提问",
    "法规倾向",
    "同法命中",
    "条文长度",
    "条号",
    "问题长度",
    "综合",
)
#: Names for LightGBM, which allows no Chinese in its text format.
COLUMNS: Final = (
    "lexical",
    "lexical_max",
    "translated",
    "translated_share",
    "remembered",
    "work_affinity",
    "work_evidence",
    "length",
    "number",
    "question_length",
    "fused",
)
_EVIDENCE_DEPTH: Final = 30


@dataclass(frozen=True, slots=True)
class Signals:
    """Scores of all passages for one question, before candidates are chosen."""

    lexical: NDArray[np.float32]
    translated: NDArray[np.float32]
    remembered: NDArray[np.float32]
    question_length: int

    def fused(self) -> NDArray[np.float32]:
        """The untuned sum."""
        top = float(self.lexical.max(initial=0.0)) or 1.0
        out = self.lexical / np.float32(top)
        out = out + np.float32(TRANSLATED_WEIGHT) * self.translated
        return (out + np.float32(REMEMBERED_WEIGHT) * self.remembered).astype(np.float32)


class Memory:
    """Where the articles a ranker remembers stand in an index (the same wording, any edition)."""

    def __init__(self, index: SearchIndex, learned: Learned) -> None:
        self._index, self._wanted = index, {f: i for i, f in enumerate(learned.articles)}
        self._size = 0
        self._known = np.zeros((0, 2), np.int64)

    def positions(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(article numbers, positions), extended when passages were added."""
        if self._size > self._index.size:
            self._size, self._known = 0, self._known[:0]
        if self._size < self._index.size:
            prints = self._index.fingerprints[self._size :]
            new = [
                (number, at)
                for at, mark in enumerate(prints, self._size)
                if (number := self._wanted.get(mark)) is not None
            ]
            self._known = np.concatenate([self._known, np.array(new, np.int64).reshape(-1, 2)])
            self._size = self._index.size
        return self._known[:, 0], self._known[:, 1]


def top_positions(
    scores: NDArray[np.float32], allowed: NDArray[np.bool_], count: int
) -> NDArray[np.int64]:
    """The best allowed positions, ties by position (deterministic)."""
    if len(scores) > count:
        # All that tie with the last one compete, so that the choice does not depend on the sort.
        masked = np.where(allowed, scores, np.float32(-np.inf))
        limit = np.partition(masked, len(masked) - count)[len(masked) - count]
        places = np.flatnonzero(masked >= limit) if np.isfinite(limit) else np.flatnonzero(allowed)
    else:
        places = np.flatnonzero(allowed)
    order = np.lexsort((places, -scores[places]))
    return places[order][:count].astype(np.int64)


def matrix(
    index: SearchIndex, signals: Signals, positions: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Feature rows (candidates × `NAMES`) of the positions."""
    work = index.columns.work
    count = int(work.max(initial=0)) + 1
    lexical_max = float(signals.lexical.max(initial=0.0))
    affinity = np.zeros(count)
    touched = np.flatnonzero(signals.remembered)
    np.add.at(affinity, work[touched], signals.remembered[touched])
    evidence = np.zeros(count)
    best = top_positions(signals.lexical, allowed, _EVIDENCE_DEPTH)
    np.add.at(evidence, work[best], signals.lexical[best] / (lexical_max or 1.0))
    translated = signals.translated[positions]
    share = translated / max(float(signals.translated.max(initial=0.0)), 1e-6)
    columns = [
        signals.lexical[positions] / (lexical_max or 1.0),
        np.full(len(positions), lexical_max),
        translated,
        share,
        signals.remembered[positions],
        affinity[work[positions]],
        evidence[work[positions]],
        np.log1p(index.lengths[positions]),
        index.columns.number[positions],
        np.full(len(positions), signals.question_length),
        signals.fused()[positions],
    ]
    return np.stack(columns, axis=1).astype(np.float64)
