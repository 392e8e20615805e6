"""Training: the linear model, the stack and its calibration per leaf, thresholds, the domain guard.

Everything that judges the linear model is fitted on rows it has not seen: groups (one incident, one
wording) are held out whole. A leaf with fewer than ``ENOUGH`` decided leads gets rules and
definition only, with weights shared by all leaves, and is marked as on trial.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from lianxun_insight.triage import cues
from lianxun_insight.triage.classifier.artefact import Model, Weights
from lianxun_insight.triage.classifier.records import LabelledLead
from lianxun_insight.triage.classifier.vectors import Vectoriser
from lianxun_insight.triage.ensemble.model import stratified_folds
from lianxun_insight.triage.masking import model_view
from lianxun_insight.triage.taxonomy import Leaf, Taxonomy

SEED = 20_250_101
ENOUGH = 30
FOLDS = 4
PRECISION = 0.95
FLOOR = 0.6  # less than that is no suggestion, however well the tuning rows separate
NEVER = 1.01
FEWEST = 5  # a threshold rests on at least so many rows
OUTLIERS = 0.01  # share of training rows the domain guard would turn away


@dataclass(frozen=True)
class Prepared:
    """What all facets share, computed once: masked texts, rows, cue counts."""

    masked: list[str]
    features: sparse.csr_matrix
    groups: NDArray[np.intp]


def train(leads: Sequence[LabelledLead], taxonomy: Taxonomy, source: str) -> Model:
    """A model of every facet that may be suggested. ``source`` says where the leads come from.

    Leads without a leaf of a facet are left out of that facet. Same leads, same model.
    """
    leaves = [leaf for f in taxonomy.facets for leaf in taxonomy.suggestible(f.code)]
    ordered = sorted(leads, key=lambda lead: lead.id)
    masked = [model_view(lead.text).text for lead in ordered]
    definitions = [f"{leaf.name}。{leaf.definition}" for leaf in leaves]
    vectoriser = Vectoriser.fit([*masked, *definitions], definitions)
    names = sorted({lead.group for lead in ordered})
    number = {name: i for i, name in enumerate(names)}
    groups = np.array([number[lead.group] for lead in ordered], dtype=np.intp)
    prepared = Prepared(masked, vectoriser.matrix(masked), groups)
    facets = {}
    for facet in taxonomy.facets:
        own = taxonomy.suggestible(facet.code)
        if own:
            facets[facet.code] = _facet(ordered, own, prepared, vectoriser)
    digest = hashlib.sha256()
    for lead in ordered:
        digest.update(f"{lead.id}\t{sorted(lead.codes)}\t{lead.text}\n".encode())
    about = {
        "source": source, "leads": len(ordered), "leads_sha256": digest.hexdigest(), "seed": SEED,
        "columns": "char 1-2-grams", "precision_wanted": PRECISION,
    }  # fmt: skip
    return Model("untitled", taxonomy.version, taxonomy.sha256, vectoriser, facets, about)


def _facet(
    leads: Sequence[LabelledLead],
    leaves: Sequence[Leaf],
    prepared: Prepared,
    vectoriser: Vectoriser,
) -> Weights:
    codes = [leaf.code for leaf in leaves]
    known = set(codes)
    rows = np.array([i for i, lead in enumerate(leads) if lead.codes & known], dtype=np.intp)
    truth = np.array([[c in leads[i].codes for c in codes] for i in rows], dtype=np.bool_)
    features = prepared.features[rows]
    definitions = vectoriser.matrix([f"{leaf.name}。{leaf.definition}" for leaf in leaves])
    columns = np.zeros((len(rows), len(codes), 4))
    columns[:, :, 0] = _out_of_fold(features, truth, prepared.groups[rows])
    columns[:, :, 1:3] = _cue_counts([prepared.masked[i] for i in rows], leaves)
    columns[:, :, 3] = (features @ definitions.T).toarray()
    stack, bias, trial, stated = _stack(columns, truth)
    coef, intercept = _linear(features, truth)
    centroids = _centroids(features, truth)
    return Weights(
        codes=tuple(codes),
        coef=coef,
        bias=intercept,
        definitions=definitions.toarray().astype(np.float32),
        centroids=centroids,
        stack=stack,
        stack_bias=bias,
        threshold=np.array(
            [threshold(truth[:, k], stated[:, k]) for k in range(len(codes))], dtype=np.float32
        ),
        trial=trial,
        nearness=_nearness(features, truth, _folds(prepared.groups[rows])),
    )


def _linear(
    features: sparse.csr_matrix, truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One machine per leaf against the rest; a leaf without examples stays at 0, bias -1."""
    coef = np.zeros((truth.shape[1], features.shape[1]), dtype=np.float32)
    bias = np.full(truth.shape[1], -1.0, dtype=np.float32)
    for k in range(truth.shape[1]):
        if 0 < truth[:, k].sum() < len(truth):
            machine = LinearSVC(C=0.5, tol=1e-2, random_state=0, class_weight="balanced")
            machine.fit(features, truth[:, k])
            coef[k], bias[k] = machine.coef_[0], machine.intercept_[0]
    return coef, bias


def _out_of_fold(
    features: sparse.csr_matrix, truth: NDArray[np.bool_], groups: NDArray[np.intp]
) -> NDArray[np.float64]:
    scores = np.zeros(truth.shape)
    folds = _folds(groups)
    for fold in np.unique(folds):
        held = folds == fold
        if held.all():
            return scores  # one group only: nothing can be held out, the linear column stays 0
        coef, bias = _linear(features[~held], truth[~held])
        scores[held] = features[held] @ coef.T + bias
    return scores


def _folds(groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """At most ``FOLDS`` folds; a group stays together."""
    _, compact = np.unique(groups, return_inverse=True)
    return np.asarray(compact % min(FOLDS, max(1, compact.max(initial=0) + 1)), dtype=np.intp)


def _nearness(
    features: sparse.csr_matrix, truth: NDArray[np.bool_], folds: NDArray[np.intp]
) -> float:
    """What nearly all rows reach with the centroids of groups other than their own."""
    nearest = np.zeros(len(folds))
    for fold in np.unique(folds):
        held = folds == fold
        if held.all():
            return 0.0  # one group only: nothing to compare with, the guard stays open
        centroids = _centroids(features[~held], truth[~held])
        nearest[held] = np.asarray((features[held] @ centroids.T).max(axis=1)).ravel()
    return float(np.quantile(nearest, OUTLIERS)) if len(nearest) else 0.0


def _cue_counts(texts: Sequence[str], leaves: Sequence[Leaf]) -> NDArray[np.float64]:
    out = np.zeros((len(texts), len(leaves), 2))
    for i, text in enumerate(texts):
        plain = cues.without_denials(text)
        for k, leaf in enumerate(leaves):
            out[i, k] = cues.counts(leaf, plain)
    return out


def _stack(
    columns: NDArray[np.float64], truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], NDArray[np.float64]]:
    """Weights and bias per leaf, which leaves are on trial, and cross-fitted probabilities."""
    leaves = truth.shape[1]
    stack, bias = np.zeros((leaves, 4), np.float32), np.zeros(leaves, np.float32)
    stated = np.zeros(truth.shape)
    trial = truth.sum(axis=0) < ENOUGH
    shared = _pooled(columns, truth)
    for k in range(leaves):
        if trial[k]:
            stack[k, 1:], bias[k] = shared.coef_[0], shared.intercept_[0]
            stated[:, k] = shared.predict_proba(columns[:, k, 1:])[:, 1]
            continue
        final = _sigmoid(columns[:, k], truth[:, k])
        stack[k], bias[k] = final.coef_[0], final.intercept_[0]
        folds = stratified_folds(truth[:, k].astype(np.intp), 5, seed=SEED)
        for fold in range(5):
            part = _sigmoid(columns[folds != fold, k], truth[folds != fold, k])
            stated[folds == fold, k] = part.predict_proba(columns[folds == fold, k])[:, 1]
    return stack, bias, trial, stated


def _sigmoid(columns: NDArray[np.float64], truth: NDArray[np.bool_]) -> LogisticRegression:
    """Platt scaling over the four columns at once."""
    return LogisticRegression(C=1.0, max_iter=500).fit(columns, truth)


def _pooled(columns: NDArray[np.float64], truth: NDArray[np.bool_]) -> LogisticRegression:
    """One calibration of rules and definition for all leaves together."""
    flat = columns[:, :, 1:].reshape(-1, 3)
    return LogisticRegression(C=1.0, max_iter=500).fit(flat, truth.ravel())


def threshold(truth: NDArray[np.bool_], stated: NDArray[np.float64]) -> float:
    """The lowest probability from which at least ``PRECISION`` of the yeses are right."""
    order = np.argsort(-stated, kind="stable")
    right = np.cumsum(truth[order])
    asked = np.arange(1, len(order) + 1)
    good = (right / asked >= PRECISION) & (asked >= FEWEST)
    ordered = stated[order]
    good &= np.append(ordered[:-1] > ordered[1:], True) if len(ordered) else good
    return max(FLOOR, float(ordered[np.flatnonzero(good)[-1]])) if good.any() else NEVER


def _centroids(features: sparse.csr_matrix, truth: NDArray[np.bool_]) -> NDArray[np.float32]:
    sums = np.asarray(sparse.csr_matrix(truth.T.astype(np.float32)) @ features.toarray())
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(
        np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0), dtype=np.float32
    )
