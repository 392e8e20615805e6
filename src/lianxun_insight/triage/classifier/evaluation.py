"""Figures of a classifier on decided leads, per facet; promotion and model cards rest on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lianxun_insight.triage.classifier.predict import Classifier
from lianxun_insight.triage.classifier.records import LabelledLead
from lianxun_insight.triage.ensemble.metrics import binary_calibration_error, f1_per_class


def evaluate(
    classifier: Classifier, leads: Sequence[LabelledLead], facet: str
) -> dict[str, object]:
    """Top-1, top-3, macro-F1 (first guess), precision and coverage of suggestions, ECE over leaves.

    A guess is right when it is any of the lead's leaves; F1 counts the first of them by code.
    """
    codes = classifier.model.facets[facet].codes
    place = {code: i for i, code in enumerate(codes)}
    used = [lead for lead in leads if any(code in place for code in lead.codes)]
    table = np.zeros((len(codes), len(codes)), dtype=np.int64)
    stated: list[float] = []
    happened: list[float] = []
    first = third = right = suggested = covered = 0
    for lead in used:
        probabilities = classifier.probabilities(lead.text, facet)
        ranked = sorted(codes, key=lambda c: -probabilities[c])
        first += ranked[0] in lead.codes
        third += any(code in lead.codes for code in ranked[:3])
        truth = ranked[0] if ranked[0] in lead.codes else min(lead.codes & place.keys())
        table[place[truth], place[ranked[0]]] += 1
        stated += [probabilities[code] for code in codes]
        happened += [float(code in lead.codes) for code in codes]
        prediction = classifier.predict(lead.text, facet)
        if not prediction.abstained:
            covered += 1
            suggested += len(prediction.suggestions)
            right += sum(s.code in lead.codes for s in prediction.suggestions)
    size = max(1, len(used))
    per_leaf = f1_per_class(table)
    present = (table.sum(axis=0) + table.sum(axis=1)) > 0
    return {
        "leads": len(used),
        "top1": round(first / size, 4),
        "top3": round(third / size, 4),
        "macro_f1": round(float(per_leaf[present].mean()), 4) if present.any() else 0.0,
        "precision_of_suggestions": round(right / max(1, suggested), 4),
        "coverage": round(covered / size, 4),
        "ece": round(binary_calibration_error(np.array(happened), np.array(stated)), 4),
        "f1": {code: round(float(per_leaf[place[code]]), 4) for code in codes},
    }
