"""Plain-language search: lexical candidates, learnt re-ranking, hits with their reasons."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.dense import EndpointError
from lianxun_insight.rank.features import (
    CANDIDATES,
    COLUMNS,
    NAMES,
    Memory,
    Signals,
    matrix,
    top_positions,
)
from lianxun_insight.rank.grams import fold, gram_of
from lianxun_insight.rank.index import SearchIndex
from lianxun_insight.rank.learned import Learned
from lianxun_insight.rank.passages import Filters, Passage
from lianxun_insight.rank.query import query_weights, stripped
from lianxun_insight.rank.spans import Span, matched_spans

_LOG: Final = logging.getLogger(__name__)
_LABELS: Final = dict(zip(COLUMNS, NAMES, strict=True))
_MAIN_REASONS: Final = 4
_BY_VECTOR: Final = "与问题的语义相似度（向量服务）"


class Reranker(Protocol):
    """Anything that scores passages for a question (an embedding model on the intranet)."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score per text, higher is better."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found. `contributions` are feature (Chinese) → what it added to the score."""

    passage: Passage
    score: float
    rank: int
    spans: tuple[Span, ...]
    contributions: dict[str, float] = field(default_factory=dict)
    expansions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Result positions with scores, their feature rows (None untrained), and the expansion grams."""

    places: list[int]
    scores: list[float]
    rows: NDArray[np.float64] | None
    grams: dict[int, float]


class Searcher:
    """Searches one index. Without `learned` it ranks by BM25 alone."""

    def __init__(
        self, index: SearchIndex, learned: Learned | None = None, reranker: Reranker | None = None
    ) -> None:
        self.index = index
        self.learned = learned
        self.reranker = reranker
        self._memory = Memory(index, learned) if learned else None

    def signals(self, question: str) -> tuple[Signals, dict[int, float]]:
        """Scores of all passages and the statute grams the question was expanded to."""
        lexical = self.index.score(query_weights(question))
        zero = np.zeros_like(lexical)
        length = len(stripped(question))
        if self.learned is None or self._memory is None:
            return Signals(lexical, zero, zero, length), {}
        vector = self.learned.question_vector(question)
        grams = self.learned.expand(vector)
        idf = self.index.idf(grams)
        translated = self.index.score_weighted({k: grams[k] * idf[k] for k in idf})
        translated /= self.index.norms()
        remembered = zero
        numbers, positions = self._memory.positions()
        remembered[positions] = self.learned.remembered(vector)[numbers]
        return Signals(lexical, translated, remembered, length), grams

    def order(self, question: str, *, k: int = 100, filters: Filters | None = None) -> "Ranking":
        """Positions and scores of the best `k` passages (no texts, no reasons)."""
        allowed = self.index.mask(filters)
        signals, grams = self.signals(question)
        if self.learned is None:
            places = top_positions(signals.lexical, allowed & (signals.lexical > 0), k)
            return Ranking(places.tolist(), signals.lexical[places].tolist(), None, grams)
        fused = signals.fused()
        places = top_positions(fused, allowed & (fused > 0), max(k, CANDIDATES))
        if not len(places):
            return Ranking([], [], None, grams)
        rows = matrix(self.index, signals, places, allowed)
        scores = self.learned.trees.predict(rows)
        order = np.lexsort((places, -fused[places], -scores))[:k]
        return Ranking(places[order].tolist(), scores[order].tolist(), rows[order], grams)

    def search(self, question: str, *, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """The best `k` passages with matched words and reasons. Empty when nothing matches."""
        depth = max(k, 60) if self.reranker else k
        ranking = self.order(question, k=depth, filters=filters)
        row_of = {place: row for row, place in enumerate(ranking.places)}
        places, scores = ranking.places, ranking.scores
        likeness: dict[int, float] = {}
        if self.reranker and places:
            places, scores, likeness = self._rerank(question, places, scores)
        weights = query_weights(question)
        idf = self.index.idf(weights)
        words = _expansion_words(ranking.grams)
        hits = []
        for rank, (place, score) in enumerate(zip(places[:k], scores[:k], strict=True), 1):
            passage = self.index.passages[place]
            folded = fold(passage.text)
            hits.append(
                Hit(
                    passage,
                    float(score),
                    rank,
                    matched_spans(passage.text, weights, idf),
                    self._reasons(ranking, row_of[place]) | _alike(likeness, place),
                    tuple(w for w in words if w in folded)[:5],
                )
            )
        return hits

    def _rerank(
        self, question: str, places: list[int], scores: list[float]
    ) -> tuple[list[int], list[float], dict[int, float]]:
        """The order of the endpoint mixed in, and its likeness by place; the old order when it fails."""
        texts = [self.index.passages[p].text for p in places]
        try:
            given = self.reranker.scores(question, texts) if self.reranker else []
        except EndpointError as error:
            _LOG.warning("%s", error)
            return places, scores, {}
        return *_reranked(places, given), dict(zip(places, given, strict=True))

    def _reasons(self, ranking: "Ranking", row: int) -> dict[str, float]:
        if self.learned is None or ranking.rows is None:
            return {NAMES[0]: round(ranking.scores[row], 4)}
        parts = self.learned.trees.contributions(ranking.rows[row])
        best = sorted(parts.items(), key=lambda item: -abs(item[1]))[:_MAIN_REASONS]
        return {_LABELS[name]: round(value, 4) for name, value in best}


def _alike(likeness: dict[int, float], place: int) -> dict[str, float]:
    return {_BY_VECTOR: round(likeness[place], 4)} if place in likeness else {}


def _reranked(places: Sequence[int], scores: Sequence[float]) -> tuple[list[int], list[float]]:
    """Half by the old rank, half by the new score's rank (reciprocal rank fusion, k = 60)."""
    order = sorted(range(len(places)), key=lambda i: -scores[i])
    new_rank = {place: rank for rank, place in enumerate(order)}
    fused = [1 / (60 + old) + 1 / (60 + new_rank[old]) for old in range(len(places))]
    best = sorted(range(len(places)), key=lambda i: (-fused[i], i))
    return [places[i] for i in best], [fused[i] for i in best]


def _expansion_words(grams: dict[int, float]) -> list[str]:
    strong = sorted(((w, k) for k, w in grams.items() if w > 0), reverse=True)
    return [g for g in (gram_of(k) for _, k in strong) if len(g) == 2]
