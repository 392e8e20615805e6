"""Stacking, calibration and the folded model.

Late fusion: every member learns from one view alone. How much each counts, one weight a member for all
classes and never below zero, is learnt from scores the members gave to rows they had not seen; so a view
that does not help (words, in short questions) gets nothing, and few rows cannot spoil many parameters. A
bias a class is added where held-out macro-F1 says that it helps. The same step turns scores into
probabilities. Linear over linear is one linear model, so the result is folded into a single weight matrix:
fast, and every suggestion can be explained exactly (contribution of an n-gram = weight times value).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from lianxun_insight.triage.ensemble.fusion import Fusion, fit_fusion
from lianxun_insight.triage.ensemble.members import Labels, Linear, fit_nb_svm, fit_svm
from lianxun_insight.triage.ensemble.views import Counts, Weighting

VIEWS = ("short", "chars", "words", "head")
#: Which kind of member learns from which view.
MEMBERS = (
    (fit_svm, ("short", "chars", "words", "head")),
    (fit_nb_svm, ("short", "chars", "words")),
)
INNER_FOLDS = 4
SEED = 20_250_101


def stratified_folds(labels: Labels, folds: int, *, seed: int) -> NDArray[np.intp]:
    """Fold number of each row; classes smaller than ``folds`` are spread as far as they go."""
    rng = np.random.default_rng(seed)
    out = np.zeros(len(labels), dtype=np.intp)
    start = 0
    for k in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == k))
        out[rows] = (start + np.arange(len(rows))) % folds
        start += len(rows)
    return out


@dataclass(frozen=True)
class Folded:
    """logits = features @ coef.T + intercept, shapes (classes, columns) and (classes,).

    ``fusion.stated`` makes probabilities of them.
    """

    weighting: Weighting
    coef: NDArray[np.float32]
    intercept: NDArray[np.float64]
    fusion: Fusion
    out_of_fold: NDArray[np.float64]  # probabilities of the training rows, never seen when made

    def probabilities(self, features: sparse.csr_matrix) -> NDArray[np.float64]:
        logits = np.asarray(features @ self.coef.T, dtype=np.float64) + self.intercept
        return self.fusion.stated(logits)


@dataclass(frozen=True)
class _Trained:
    """The members on one set of rows: view, place of its columns, weights."""

    weighting: Weighting
    members: tuple[tuple[slice, Linear], ...]
    columns: int

    @classmethod
    def on(
        cls,
        counts: Counts,
        rows: NDArray[np.intp],
        labels: Labels,
        classes: int,
        views: tuple[str, ...],
    ) -> _Trained:
        weighting = Weighting.fit(counts, rows, weights=dict.fromkeys(views, 1.0))
        places, at = {}, 0
        for view in views:
            places[view] = slice(at, at + counts.matrices[view].shape[1])
            at = places[view].stop
        members = []
        for view in views:
            features = weighting.view(counts, view)[rows]
            for learn, wanted in MEMBERS:
                if view in wanted or view not in VIEWS:
                    members.append((places[view], learn(features, labels[rows], classes)))
        return cls(weighting, tuple(members), at)

    def scores(self, features: sparse.csr_matrix) -> NDArray[np.float64]:
        """Scores with shape (rows, members, classes)."""
        return np.stack([m.scores(features[:, place]) for place, m in self.members], axis=1)

    def folded(self, fusion: Fusion) -> Linear:
        """All members as one weight matrix."""
        classes = len(fusion.bias)
        coef = np.zeros((classes, self.columns), dtype=np.float32)
        intercept = fusion.bias.copy()
        for weight, (place, member) in zip(fusion.weights.tolist(), self.members, strict=True):
            coef[:, place] += np.float32(weight) * member.coef
            intercept += weight * member.intercept
        return Linear(coef, intercept)


def fit(
    counts: Counts,
    rows: NDArray[np.intp],
    labels: Labels,
    classes: int,
    *,
    views: tuple[str, ...] = VIEWS,
) -> Folded:
    """The ensemble on the given rows. ``labels`` belong to all rows of ``counts``.

    Each class needs at least two rows; with fewer there is nothing to hold out. One thread, so that
    the same rows give the same model.
    """
    with threadpool_limits(limits=1):
        return _fit(counts, rows, labels, classes, views)


def _fit(
    counts: Counts,
    rows: NDArray[np.intp],
    labels: Labels,
    classes: int,
    views: tuple[str, ...],
) -> Folded:
    target = labels[rows]
    inner = stratified_folds(target, INNER_FOLDS, seed=SEED)
    held_out: NDArray[np.float64] | None = None
    for fold in range(INNER_FOLDS):
        held = inner == fold
        if not held.any():
            continue
        part = _Trained.on(counts, rows[~held], labels, classes, views)
        scores = part.scores(part.weighting.apply(counts)[rows[held]])
        if held_out is None:
            held_out = np.zeros((len(rows), *scores.shape[1:]))
        held_out[held] = scores
    assert held_out is not None
    fusion = fit_fusion(held_out, target)
    whole = _Trained.on(counts, rows, labels, classes, views)
    folded = whole.folded(fusion)
    return Folded(
        whole.weighting, folded.coef, folded.intercept, fusion, fusion.probabilities(held_out)
    )
