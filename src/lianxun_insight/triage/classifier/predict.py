"""Suggestions for one text, with the words, rules and sentences they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray

from lianxun_insight.detect.redaction import Redacted
from lianxun_insight.triage import cues
from lianxun_insight.triage.classifier.artefact import Model, Weights, load
from lianxun_insight.triage.classifier.records import Evidence, Prediction, Suggestion
from lianxun_insight.triage.classifier.vectors import CLOSE, OPEN, Grams, Row
from lianxun_insight.triage.masking import model_view
from lianxun_insight.triage.similar.index import Lead, SimilarityIndex
from lianxun_insight.triage.taxonomy import BadTaxonomyError, Leaf, Taxonomy
from lianxun_insight.triage.taxonomy import load as load_taxonomy

FOR, AGAINST = 8, 3  # words shown
MOST = 5  # leaves suggested at once; a text that seems to be about more is for a person
NEAREST = 3  # leaves shown when nothing is suggested, and decided neighbours of each
SHORTEST = 8  # characters; less is no text to judge
TOO_SHORT = "内容过短，未作建议。"
OUT_OF_DOMAIN = "内容与已学习的线索差异较大，未作建议，请人工判断。"
BELOW = "各类目把握均不足，未作建议；下列仅为最接近的类目。"


@dataclass(frozen=True)
class Decided:
    """Decided leads to show as neighbours; ``scope`` are the ids the reader is cleared for."""

    index: SimilarityIndex
    codes: Mapping[str, Collection[str]]
    scope: Collection[str]


@dataclass(frozen=True)
class _Places:
    """Where the known grams of a text stand: one entry per occurrence, arrays of equal length."""

    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    grams: NDArray[np.intp]  # position in the row
    shares: NDArray[np.float64]  # 1 / (occurrences of the gram · its length)

    @classmethod
    def of(cls, grams: Grams, row: Row, vocabulary: list[str]) -> _Places:
        found = [
            (start, end, i, 1.0 / (len(places) * (end - start)))
            for i, column in enumerate(row.columns.tolist())
            for places in (grams.places[vocabulary[column]],)
            for start, end in places
        ]
        table = np.array(found, dtype=np.float64).reshape(-1, 4)
        whole = table[:, :3].astype(np.intp)
        return cls(whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3])


@dataclass(frozen=True)
class _Read:
    """A text as the model sees it."""

    original: str
    view: Redacted
    plain: str  # the view without denials
    row: Row
    places: _Places
    words: tuple[tuple[int, int], ...]  # segmented words of the view outside placeholders


class Classifier:
    """``predict(text, facet)``; loads once, holds nothing of the texts it sees."""

    def __init__(self, model: Model, taxonomy: Taxonomy | None = None) -> None:
        self.model = model
        self.taxonomy = taxonomy if taxonomy is not None else load_taxonomy()
        if self.taxonomy.sha256 != model.taxonomy_sha256:
            raise BadTaxonomyError(
                f"模型 {model.model_id} 是按另一份分类表（{model.taxonomy_version} 版）训练的，请重新训练。"
            )

    @classmethod
    def open(cls, folder: Path, taxonomy: Taxonomy | None = None) -> Classifier:
        """The classifier of a model folder."""
        return cls(load(folder), taxonomy)

    def probabilities(self, text: str, facet: str) -> dict[str, float]:
        """Calibrated probability of every suggestible leaf, without reasons."""
        weights = self.model.facets[facet]
        stated = _sigmoid(self._scores(self._read(text), weights)[0])
        return dict(zip(weights.codes, stated.tolist(), strict=True))

    def predict(self, text: str, facet: str, *, decided: Decided | None = None) -> Prediction:
        """Leaves above their threshold, best first; else the three nearest, marked abstained."""
        weights = self.model.facets[facet]
        read = self._read(text)
        scores, columns = self._scores(read, weights)
        stated = _sigmoid(scores)
        order = np.argsort(-stated, kind="stable").tolist()
        sure = [k for k in order if stated[k] >= weights.threshold[k]][:MOST]
        reason = self._reason_to_abstain(read, weights, sure)
        chosen = order[:NEAREST] if reason else sure
        neighbours = self._neighbours(read.original, decided)
        suggestions = tuple(
            self._suggestion(
                read, weights, k, columns[k], neighbours=neighbours, abstained=bool(reason)
            )
            for k in chosen
        )
        return Prediction(facet, suggestions, bool(reason), reason)

    def _reason_to_abstain(self, read: _Read, weights: Weights, sure: list[int]) -> str:
        if len(read.original.strip()) < SHORTEST:
            return TOO_SHORT
        nearest = weights.centroids[:, read.row.columns] @ read.row.values
        if not len(nearest) or float(nearest.max()) < weights.nearness:
            return OUT_OF_DOMAIN
        return "" if sure else BELOW

    def _read(self, text: str) -> _Read:
        view = model_view(text)
        grams = Grams.of(view.text)
        row = self.model.vectoriser.row(grams.counts())
        places = _Places.of(grams, row, self.model.vectoriser.vocabulary)
        plain = cues.without_denials(view.text)
        return _Read(text, view, plain, row, places, tuple(_words(view.text)))

    def _scores(
        self, read: _Read, weights: Weights
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Log-odds, shape (L,), and the four columns, shape (L, 4)."""
        columns = np.zeros((len(weights.codes), 4))
        # In double precision: a product of singles differs with the place of its numbers in memory, and
        # two texts that read alike to the model must get the same figure.
        values = read.row.values.astype(np.float64)
        columns[:, 0] = weights.coef[:, read.row.columns].astype(np.float64) @ values + weights.bias
        for k, code in enumerate(weights.codes):
            columns[k, 1:3] = cues.counts(self.taxonomy.leaf(code), read.plain)
        columns[:, 3] = weights.definitions[:, read.row.columns].astype(np.float64) @ values
        return (columns * weights.stack).sum(axis=1) + weights.stack_bias, columns

    def _suggestion(
        self,
        read: _Read,
        weights: Weights,
        k: int,
        columns: NDArray[np.float64],
        *,
        neighbours: Mapping[str, list[str]],
        abstained: bool,
    ) -> Suggestion:
        leaf = self.taxonomy.leaf(weights.codes[k])
        hits = cues.all_hits(leaf, read.plain)
        score = float((columns * weights.stack[k]).sum() + weights.stack_bias[k])
        return Suggestion(
            code=leaf.code,
            score=score,
            calibrated_p=float(_sigmoid(np.array([score]))[0]),
            evidence=self._evidence(read, weights, k, hits, columns),
            rules=tuple(dict.fromkeys(hit.rule for hit in hits)),
            definition=self._nearest_sentence(leaf, read.row),
            neighbours=tuple(neighbours.get(leaf.code, [])[:NEAREST]),
            model_id=self.model.model_id,
            taxonomy_version=self.model.taxonomy_version,
            abstained=abstained,
            trial=bool(weights.trial[k]),
        )

    def _evidence(
        self,
        read: _Read,
        weights: Weights,
        k: int,
        hits: list[cues.CueHit],
        columns: NDArray[np.float64],
    ) -> tuple[Evidence, ...]:
        gains = (
            weights.stack[k, 0] * weights.coef[k, read.row.columns]
            + weights.stack[k, 3] * weights.definitions[k, read.row.columns]
        ) * read.row.values
        edges = np.zeros(len(read.view.text) + 1)
        shares = gains[read.places.grams] * read.places.shares
        np.add.at(edges, read.places.starts, shares)
        np.add.at(edges, read.places.ends, -shares)
        heat = np.cumsum(edges)[:-1]
        sources = self._heat_of_rules(heat, weights, k, hits, columns)
        return _as_evidence(read, heat, sources)

    @staticmethod
    def _heat_of_rules(
        heat: NDArray[np.float64],
        weights: Weights,
        k: int,
        hits: list[cues.CueHit],
        columns: NDArray[np.float64],
    ) -> dict[int, str]:
        """Spread the weight of every rule over its matches; the rule of each character."""
        sources: dict[int, str] = {}
        for sign, column in ((1, 1), (-1, 2)):
            own = [hit for hit in hits if hit.weight == sign]
            total = float(weights.stack[k, column]) * float(columns[column])
            for hit in own:
                heat[hit.start : hit.end] += total / len(own) / (hit.end - hit.start)
                sources.update(dict.fromkeys(range(hit.start, hit.end), hit.rule))
        return sources

    def _nearest_sentence(self, leaf: Leaf, row: Row) -> str:
        dense = np.zeros(len(self.model.vectoriser.vocabulary), dtype=np.float32)
        dense[row.columns] = row.values

        def nearness(sentence: str) -> float:
            other = self.model.vectoriser.row(Grams.of(sentence).counts())
            return float(dense[other.columns] @ other.values)

        return max(leaf.sentences(), key=nearness)

    @staticmethod
    def _neighbours(text: str, decided: Decided | None) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        if decided is not None:
            hits = decided.index.query(Lead("", "", text), 30, decided.scope)
            for hit in hits:
                for code in decided.codes.get(hit.id, ()):
                    found.setdefault(code, []).append(hit.id)
        return found


def _sigmoid(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -60, 60))))


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Places of the words of a text; marks and placeholders are left out."""
    position, inside = 0, False
    for word in rjieba.cut(text):
        start, position = position, position + len(word)
        inside = inside or OPEN in word
        if not inside and any(c.isalnum() for c in word):
            yield start, position
        if CLOSE in word:
            inside = False


def _as_evidence(
    read: _Read, heat: NDArray[np.float64], sources: dict[int, str]
) -> tuple[Evidence, ...]:
    """The ``FOR`` warmest and ``AGAINST`` coldest words with every place they stand in."""
    text = read.view.text
    total = np.concatenate([[0.0], np.cumsum(heat)])
    places: dict[str, list[tuple[int, int]]] = {}
    warmth: dict[str, float] = {}
    for start, end in read.words:
        word = text[start:end]
        places.setdefault(word, []).append((start, end))
        warmth[word] = warmth.get(word, 0.0) + float(total[end] - total[start])
    ranked = sorted(warmth, key=lambda w: -warmth[w])
    warm = [w for w in ranked[:FOR] if warmth[w] > 0]
    cold = [w for w in ranked[-AGAINST:] if warmth[w] < 0]
    out = []
    for word in warm + cold:
        for start, end in places[word]:
            first, last = read.view.original_span(start, end)
            rule = next((sources[i] for i in range(start, end) if i in sources), "words")
            out.append(Evidence(first, last, read.original[first:last], warmth[word], rule))
    return tuple(out)
