"""Stacking, calibration and the folded model.

The stacker is a multinomial logistic regression on the members' out-of-fold scores: it weighs the
members and turns scores into probabilities at once. A linear stacker over linear members is again
one linear model, so the result is folded into a single weight matrix: fast, and every suggestion
can be explained exactly (contribution of an n-gram = weight times value).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from lianxun_insight.triage.ensemble.members import MEMBERS, Labels, Linear
from lianxun_insight.triage.ensemble.views import Counts, Weighting

VIEW_WEIGHTS = {"chars": 1.0, "words": 1.0, "head": 0.6}
INNER_FOLDS = 3
SEED = 20_250_101


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


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
    """logits = features @ coef.T + intercept, shapes (classes, columns) and (classes,)."""

    weighting: Weighting
    coef: NDArray[np.float32]
    intercept: NDArray[np.float64]
    out_of_fold: NDArray[np.float64]  # probabilities of the training rows, never seen when made

    def probabilities(self, features: sparse.csr_matrix) -> NDArray[np.float64]:
        logits = np.asarray(features @ self.coef.T, dtype=np.float64) + self.intercept
        return softmax(logits)


def _fold_in(members: Sequence[Linear], stacker: LogisticRegression) -> Linear:
    weights, bias = _symmetric(stacker)
    classes = members[0].coef.shape[0]
    coef = np.zeros((classes, members[0].coef.shape[1]), dtype=np.float32)
    intercept = bias.copy()
    for i, member in enumerate(members):
        part = weights[:, i * classes : (i + 1) * classes]
        coef += (part @ member.coef).astype(np.float32)
        intercept += part @ member.intercept
    return Linear(coef, intercept)


def _symmetric(stacker: LogisticRegression) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Two classes: scikit-learn keeps one row of weights; split it evenly so softmax gives the same.
    if stacker.coef_.shape[0] == 1:
        return (
            np.vstack([-stacker.coef_[0], stacker.coef_[0]]) / 2,
            np.array([-stacker.intercept_[0], stacker.intercept_[0]]) / 2,
        )
    return stacker.coef_, stacker.intercept_.copy()


def fit(
    counts: Counts,
    rows: NDArray[np.intp],
    labels: Labels,
    classes: int,
    *,
    weights: dict[str, float] = VIEW_WEIGHTS,
) -> Folded:
    """The ensemble on the given rows. ``labels`` belong to all rows of ``counts``.

    Each class needs at least two rows; with fewer there is nothing to hold out.
    """
    target = labels[rows]
    inner = stratified_folds(target, INNER_FOLDS, seed=SEED)
    scores = np.zeros((len(rows), classes * len(MEMBERS)))
    for fold in range(INNER_FOLDS):
        train, held = rows[inner != fold], inner == fold
        weighting = Weighting.fit(counts, train, weights=weights)
        features = weighting.apply(counts)
        for i, fit_member in enumerate(MEMBERS.values()):
            member = fit_member(features[train], labels[train], classes)
            scores[held, i * classes : (i + 1) * classes] = member.scores(features[rows[held]])
    stacker = LogisticRegression(C=1.0, max_iter=2000).fit(scores, target)
    weighting = Weighting.fit(counts, rows, weights=weights)
    features = weighting.apply(counts)[rows]
    members = [fit_member(features, target, classes) for fit_member in MEMBERS.values()]
    folded = _fold_in(members, stacker)
    matrix, bias = _symmetric(stacker)
    return Folded(weighting, folded.coef, folded.intercept, softmax(scores @ matrix.T + bias))
