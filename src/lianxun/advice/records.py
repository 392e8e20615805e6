"""What the advice room hands out. Words of a lead are cut out of it at the moment of showing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """``text[start:end]`` of title + line break + summary, with a comparable value where there is one."""

    start: int
    end: int
    type: str
    label: str
    words: str
    norm: str


@dataclass(frozen=True, slots=True)
class Gap:
    """An element of a checkable lead that is missing, and what to ask."""

    code: str
    name: str
    ask: str


@dataclass(frozen=True, slots=True)
class UrgentReason:
    """A rule that says: look soon. ``words`` stand at ``places``; empty for repeats."""

    rule: str
    name: str
    level: int
    places: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says without any model."""

    facts: tuple[Fact, ...]
    gaps: tuple[Gap, ...]
    level: int
    level_label: str
    reasons: tuple[UrgentReason, ...]
    reporter_lines: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A word that speaks for or against a leaf, with every place it stands at."""

    words: str
    weight: float
    places: tuple[tuple[int, int], ...]
    rule: str  # the id of a cue rule, empty for learnt words


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A decided lead of the same leaf that the reader may see."""

    id: UUID
    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafAdvice:
    """One suggested leaf and what it rests on."""

    code: str
    name: str
    group: str
    percent: int
    trial: bool
    favour: tuple[Word, ...]
    against: tuple[Word, ...]
    rules: tuple[str, ...]
    definition: str
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """What a person decided. ``agrees``: the same leaves as had been suggested."""

    id: UUID
    facet: str
    facet_name: str
    suggested: tuple[str, ...]
    decided: tuple[str, ...]
    decided_names: tuple[str, ...]
    reason: str
    note: str
    shown: bool
    model: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetAdvice:
    """One facet of a lead: the suggestion (``leaves`` empty when none is shown) and the decision."""

    facet: str
    name: str
    abstained: bool
    reason: str
    leaves: tuple[LeafAdvice, ...]
    decision: DecisionRecord | None

    @property
    def suggested(self) -> tuple[str, ...]:
        """Codes that count as suggested: nothing where the model abstained."""
        return () if self.abstained else tuple(leaf.code for leaf in self.leaves)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarLead:
    """A similar lead that the reader may see."""

    id: UUID
    number: str
    title: str
    state_label: str
    relation: str
    percent: int
    registered_at: datetime
    shared: tuple[str, ...]
    differing: tuple[tuple[str, str], ...]
    cross_unit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadAdvice:
    """Everything about one lead for one reader.

    ``ready``: the job has read this wording. ``engine``: a model took part. ``held_back``: this lead is
    decided without suggestions (audit sample).
    """

    lead_id: UUID
    number: str
    text: str
    engagement: UUID | None
    level: int
    advice_id: UUID | None
    ready: bool
    sealed: bool
    engine: bool
    held_back: bool
    stale: bool
    model: str
    taxonomy_version: str
    made_at: datetime | None
    milliseconds: int
    reading: Reading | None
    facets: tuple[FacetAdvice, ...]
    human: tuple[DecisionRecord, ...]
    similar: tuple[SimilarLead, ...]
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """A stored model."""

    id: UUID
    name: str
    sha256: str
    taxonomy_version: str
    source: str
    figures: dict[str, dict[str, Any]]
    weak: tuple[tuple[str, int], ...]
    card: str
    created_at: datetime
    in_use: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRecord:
    id: UUID
    revision: int
    state: str
    state_label: str
    asked_by: str
    asked_at: datetime
    progress: int
    stage: str
    message: str
    cancel: bool
    decisions: int
    frozen: dict[str, Any]
    compared: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...]
    losses: tuple[str, ...]
    model: str
    finished_at: datetime | None
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRecord:
    id: UUID
    revision: int
    kind: str
    kind_label: str
    state: str
    state_label: str
    model: str
    proposed_by: str
    confirmed_by: str
    reason: str
    created_at: datetime
    effective_at: datetime | None
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPage:
    """The model in use (none before the first lead was read), trainings and releases, newest first."""

    engine: bool
    in_use: ModelRecord | None
    trainings: tuple[TrainingRecord, ...]
    releases: tuple[ReleaseRecord, ...]
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasRow:
    """Agreement of decisions with the model's first guess on one facet, with and without showing it.

    Shares in per cent, ``difference`` and its 95 % interval in points; None while a side is too small.
    """

    facet: str
    facet_name: str
    shown: int
    hidden: int
    agree_shown: int | None
    agree_hidden: int | None
    difference: int | None
    low: int | None
    high: int | None
    share: int

    @property
    def certain(self) -> bool:
        """Does the interval leave out nought?"""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A pair of similar leads of which the registering unit cannot see both: for the desk."""

    lead_id: UUID
    lead_number: str
    lead_unit: str
    other_id: UUID
    other_number: str
    other_unit: str
    relation: str
    percent: int
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A lead whose decision would teach the model most, and why."""

    lead_id: UUID
    number: str
    title: str
    facet_name: str
    why: str
