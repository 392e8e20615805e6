"""Plain records that go into and come out of the classifier."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LabelledLead:
    """A decided lead. ``codes`` are leaves of any facet; leads of one ``group`` (one incident, one
    wording) never stand on both sides of a split."""

    id: str
    text: str
    codes: frozenset[str]
    group: str


@dataclass(frozen=True)
class Evidence:
    """``text[start:end]`` of the text given to ``predict``; weight in log-odds, against is < 0."""

    start: int
    end: int
    text: str
    weight: float
    source: str  # "words" or the id of a rule


@dataclass(frozen=True)
class Suggestion:
    """One leaf: what speaks for it, how sure, by which model. Never a decision."""

    code: str
    score: float  # log-odds
    calibrated_p: float
    evidence: tuple[Evidence, ...]
    rules: tuple[str, ...]
    definition: str  # the sentence of the leaf's definition nearest to the text
    neighbours: tuple[str, ...]  # decided leads of this leaf the reader is cleared for
    model_id: str
    taxonomy_version: str
    abstained: bool
    trial: bool  # the leaf had too few decided leads: definition and rules only (试验)


@dataclass(frozen=True)
class Prediction:
    """Suggestions above their threshold, or, when there is none, the three nearest as 未作建议."""

    facet: str
    suggestions: tuple[Suggestion, ...]
    abstained: bool
    reason: str  # Chinese; empty when there are suggestions
