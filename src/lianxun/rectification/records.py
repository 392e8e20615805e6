"""What the rectification room hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from lianxun.kernel.clock import Light
from lianxun.rectification.scoring import Indicator, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    unit_name: str
    opinion_label: str
    text: str
    round: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    checker_name: str
    on_site: bool
    verdict: str
    verdict_label: str
    finding: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOutRecord:
    unit_name: str
    name: str
    turn: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    kind_label: str
    percent: int
    text: str
    obstacle: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PressRecord:
    number: str
    demand: str
    due_on: date
    answer: str
    at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRecord:
    kind_label: str
    recipient_name: str
    text: str
    document: str
    amount: int | None
    used_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What a list and the page of an item have in common."""

    id: UUID
    revision: int
    number: str
    title: str
    type: str
    type_label: str
    engagement: UUID | None
    subject_org: UUID | None
    subject_name: str
    lead_person: str
    lead_unit: str
    measures: str
    standard: str
    institution: str
    due_on: date
    state: str
    state_label: str
    reopened_times: int
    closed_on: date | None
    level: int
    created_at: datetime
    signed_by: str
    sham_times: int
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine(ItemFacts):
    """An item in a list. ``light`` of its gravest running clock, or of how it was struck off; ``None`` where no
    clock runs that the reader may see."""

    light: Light | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord(ItemFacts):
    detail: str
    progress: str
    plan_answer: str
    reviews: tuple[ReviewRecord, ...]
    checks: tuple[CheckRecord, ...]
    close_outs: tuple[CloseOutRecord, ...]
    reports: tuple[ReportRecord, ...]
    presses: tuple[PressRecord, ...]
    uses: tuple[UseRecord, ...]
    extension_to: date | None
    extension_reason: str
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One indicator of a decided result."""

    name: str
    weight: int
    points: Decimal
    spread: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRecord:
    """What one unit deducted in one turn: (indicator, points, reason)."""

    unit_name: str
    name: str
    turn: int
    lines: tuple[tuple[str, Decimal, str], ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRecord:
    """What an assessment would begin with."""

    engagement: UUID
    unit_name: str
    items: int
    unfinished: tuple[str, ...]
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecord:
    """``preview`` is what the scores of this turn come to, for who may merge them."""

    id: UUID
    revision: int
    number: str
    engagement: UUID | None
    subject_org: UUID | None
    subject_name: str
    scheme: str
    scheme_name: str
    scheme_source: str
    scheme_version: int
    indicators: tuple[Indicator, ...]
    state: str
    state_label: str
    turn: int
    open_reason: str
    basis: dict[str, int]
    parts: tuple[PartRecord, ...]
    total: Decimal | None
    grade: str
    remark: str
    worst: str
    summary: str
    returned: str
    preview: Result | None
    least_units: int
    scores: tuple[ScoreRecord, ...]
    served_on: date | None
    object_until: date | None
    objection: str
    objection_answer: str
    final_on: date | None
    level: int
    created_at: datetime
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InheritedRow:
    """Open matters from before the present head took office; ``days`` in office, calendar days."""

    unit: UUID
    unit_name: str
    since: date
    days: int
    items: int
    overdue: int
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportRow:
    """How the rectification after one engagement stands."""

    engagement: UUID
    open: int
    overdue: int
    due: int
    closed: int

    @property
    def rate(self) -> int | None:
        """整改落实率: struck off ÷ due, in percent (F4); None where nothing is due yet."""
        return round(100 * self.closed / self.due) if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceItems:
    """Items of one engagement: to be set right at once (立行立改) while the team was on site, done while it was
    still there; all of them, struck off, overdue, and brought back at least once."""

    at_once: int = 0
    at_once_done: int = 0
    items: int = 0
    closed: int = 0
    overdue: int = 0
    reopened: int = 0

    def __add__(self, other: PresenceItems) -> PresenceItems:
        return PresenceItems(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__slots__}
        )
