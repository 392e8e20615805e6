"""How much each member of the ensemble counts, and how scores become probabilities.

logit of class k = Σ weight_m · score_mk + bias_k, fitted by maximum likelihood on held-out scores: one
weight a member, at least 0, and a shrunken bias a class (Guo et al. 2017, vector scaling, restricted). A
curve of three parameters then sets right how sure the first guess is said to be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from lianxun_insight.triage.ensemble.members import Labels
from lianxun_insight.triage.ensemble.metrics import macro_f1

#: Penalties on the biases that are tried, the simplest (no bias at all) first.
PENALTIES: Final = (np.inf, 1e-2, 1e-3, 1e-4)
#: A step towards more freedom must gain this much held-out macro-F1, times 1/√rows: about half of the
#: standard error of an accuracy of 0.8; less is chance.
GAIN: Final = 0.25
#: Penalty on the weights: keeps them finite where held-out rows are told apart without an error.
RIDGE: Final = 1e-4
_FOLDS: Final = 5
_STEPS: Final = 200
_SEED: Final = 20_250_101

Scores = NDArray[np.float64]  # rows × members × classes


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows as probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Fusion:
    """One weight a member, one bias a class, and the curve of the stated certainty."""

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    curve: NDArray[np.float64] | None = None

    def probabilities(self, scores: Scores) -> NDArray[np.float64]:
        """Shape (rows, classes)."""
        return self.stated(np.einsum("rmk,m->rk", scores, self.weights) + self.bias)

    def stated(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Logits as probabilities: the first guess stays the first, its certainty follows the curve."""
        found = softmax(logits)
        if self.curve is None:
            return found
        rows, first = np.arange(len(found)), found.argmax(axis=1)
        top = np.clip(found[rows, first], 1e-9, 1 - 1e-9)
        new = 1.0 / (1.0 + np.exp(-(_columns(top) @ self.curve[:2] + self.curve[2])))
        others = found.copy()
        others[rows, first] = 0.0
        second = others.max(axis=1)
        new = np.clip(new, second / (1.0 - top + second) + 1e-12, 1 - 1e-12)
        out = others * ((1.0 - new) / (1.0 - top))[:, None]
        out[rows, first] = new
        return np.asarray(out / out.sum(axis=1, keepdims=True))


def _columns(top: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.log(top), -np.log1p(-top)])


def _curve(stated: NDArray[np.float64], target: Labels) -> NDArray[np.float64] | None:
    """Beta calibration of the first guess (Kull, Silva Filho and Flach 2017), never falling."""
    right = stated.argmax(axis=1) == target
    if right.all() or not right.any():
        return None
    columns = _columns(np.clip(stated.max(axis=1), 1e-9, 1 - 1e-9))
    kept = [0, 1]
    while kept:
        fitted = LogisticRegression(C=100.0).fit(columns[:, kept], right)
        slopes = fitted.coef_[0]
        if (slopes >= 0).all():
            curve = np.zeros(3)
            curve[kept], curve[2] = slopes, fitted.intercept_[0]
            return curve
        kept = [k for k, slope in zip(kept, slopes.tolist(), strict=True) if slope >= 0]
    return None


def fit_fusion(scores: Scores, target: Labels) -> Fusion:
    """Weights by maximum likelihood, the freedom of the biases by cross-validated macro-F1."""
    best, chosen = -1.0, PENALTIES[0]
    for penalty in PENALTIES:
        found = _held_out_f1(scores, target, penalty)
        if found > best + GAIN / len(target) ** 0.5:
            best, chosen = found, penalty
    fused = _fit(scores, target, chosen)
    return replace(fused, curve=_curve(fused.probabilities(scores), target))


def _held_out_f1(scores: Scores, target: Labels, penalty: float) -> float:
    fold = np.random.default_rng(_SEED).integers(0, _FOLDS, len(target))
    guess = np.zeros_like(target)
    for k in range(_FOLDS):
        held = fold == k
        if held.all() or not held.any():
            continue
        fusion = _fit(scores[~held], target[~held], penalty)
        guess[held] = fusion.probabilities(scores[held]).argmax(axis=1)
    return macro_f1(target, guess, scores.shape[2])


def _fit(scores: Scores, target: Labels, penalty: float) -> Fusion:
    rows, members, classes = scores.shape
    truth = np.eye(classes)[target]
    free = bool(np.isfinite(penalty))

    def loss(given: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = given[:members]
        bias = given[members:] if free else np.zeros(classes)
        stated = softmax(np.einsum("rmk,m->rk", scores, weights) + bias)
        likelihood = -np.log(np.maximum((stated * truth).sum(axis=1), 1e-300)).mean()
        slope = (stated - truth) / rows
        by_weight = np.einsum("rmk,rk->m", scores, slope) + 2 * RIDGE * weights
        likelihood += RIDGE * (weights @ weights)
        if not free:
            return float(likelihood), by_weight
        by_bias = slope.sum(axis=0) + 2 * penalty * bias
        return float(likelihood + penalty * (bias @ bias)), np.concatenate([by_weight, by_bias])

    start = np.concatenate([np.full(members, 1.0), np.zeros(classes if free else 0)])
    bounds = [(0.0, None)] * members + [(None, None)] * (len(start) - members)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS}
    ).x
    return Fusion(found[:members], found[members:] if free else np.zeros(classes))
