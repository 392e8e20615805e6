"""Figures of a classifier: macro-F1, accuracy at a coverage, calibration error, F1 of one class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.triage.ensemble.members import Labels

Probabilities = NDArray[np.float64]


def confusion(truth: Labels, guess: Labels, classes: int) -> NDArray[np.int64]:
    """Counts with shape (classes, classes): row = truth, column = guess."""
    cells = np.bincount(truth * classes + guess, minlength=classes * classes)
    return cells.reshape(classes, classes)


def f1_per_class(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of each class of a confusion table; 0 where a class was neither there nor guessed."""
    hit = np.diag(table).astype(np.float64)
    total = table.sum(axis=0) + table.sum(axis=1)
    return np.asarray(np.divide(2 * hit, total, out=np.zeros_like(hit), where=total > 0))


def macro_f1(truth: Labels, guess: Labels, classes: int) -> float:
    """Mean F1 over the classes that occur in truth or guess (as scikit-learn counts it)."""
    table = confusion(truth, guess, classes)
    present = (table.sum(axis=0) + table.sum(axis=1)) > 0
    return float(f1_per_class(table)[present].mean())


def accuracy_at_coverage(
    truth: Labels, probabilities: Probabilities, coverage: float = 0.8
) -> float:
    """Accuracy on the ``coverage`` share of rows with the highest top probability."""
    top = probabilities.max(axis=1)
    kept = np.argsort(-top, kind="stable")[: max(1, round(coverage * len(truth)))]
    return float(np.mean(probabilities[kept].argmax(axis=1) == truth[kept]))


def calibration_error(truth: Labels, probabilities: Probabilities, bins: int = 15) -> float:
    """Expected calibration error of the top guess, equal-width bins (Guo et al. 2017)."""
    top = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == truth).astype(np.float64)
    return binary_calibration_error(right, top, bins)


def binary_calibration_error(
    happened: NDArray[np.float64], stated: NDArray[np.float64], bins: int = 15
) -> float:
    """Mean |observed share - mean stated probability| over bins, weighted by their size."""
    place = np.minimum((stated * bins).astype(np.intp), bins - 1)
    size = np.bincount(place, minlength=bins)
    gap = np.bincount(place, happened, bins) - np.bincount(place, stated, bins)
    return float(np.abs(gap).sum() / max(1, size.sum()))


def f1_binary(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> float:
    """F1 of the positive class; 0 when nothing was found."""
    hit = int(np.sum(truth & guess))
    total = int(truth.sum() + guess.sum())
    return 2 * hit / total if total else 0.0


def best_f1_threshold(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """The score from which saying yes gives the highest F1; midway to the next lower score."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    ordered = score[order]
    last_of_ties = np.append(ordered[:-1] > ordered[1:], True)
    best = int(np.argmax(np.where(last_of_ties, f1, -1.0)))
    below = ordered[best + 1] if best + 1 < len(ordered) else ordered[best]
    return float((ordered[best] + below) / 2)


def coverage_curve(
    truth: Labels, probabilities: Probabilities, steps: int = 10
) -> list[dict[str, float]]:
    """Accuracy when only the surest share is answered, for ``steps`` shares up to 1."""
    return [
        {
            "coverage": round(k / steps, 2),
            "accuracy": round(accuracy_at_coverage(truth, probabilities, k / steps), 4),
        }
        for k in range(1, steps + 1)
    ]
