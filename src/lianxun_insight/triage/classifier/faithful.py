"""Do the highlighted words carry the suggestion? Deleting them must halve its probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lianxun_insight.triage.classifier.predict import Classifier
from lianxun_insight.triage.classifier.records import Suggestion


@dataclass(frozen=True)
class Drop:
    """Probability of a leaf with the whole text and without the words shown for it."""

    code: str
    before: float
    after: float

    @property
    def halved(self) -> bool:
        return self.after <= self.before / 2


def without(text: str, suggestion: Suggestion) -> str:
    """The text with every word shown for the suggestion deleted."""
    gone = set[int]()
    for evidence in suggestion.evidence:
        if evidence.weight > 0:
            gone.update(range(evidence.start, evidence.end))
    return "".join(c for i, c in enumerate(text) if i not in gone)


def drop(classifier: Classifier, text: str, facet: str, suggestion: Suggestion) -> Drop:
    """What deleting the highlighted words does to one suggestion."""
    after = classifier.probabilities(without(text, suggestion), facet)[suggestion.code]
    return Drop(suggestion.code, suggestion.calibrated_p, after)


def faithfulness(classifier: Classifier, texts: Iterable[str], facet: str) -> tuple[float, int]:
    """Share of first suggestions whose probability is at least halved, and how many there were."""
    drops = []
    for text in texts:
        prediction = classifier.predict(text, facet)
        if not prediction.abstained:
            drops.append(drop(classifier, text, facet, prediction.suggestions[0]))
    return (sum(d.halved for d in drops) / len(drops) if drops else 0.0), len(drops)
