"""What the inspection room hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.inspection.enums import Kind, TeamKind
from lianxun.inspection.paper_records import PaperRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """One line of the political checklist of a round."""

    id: UUID
    code: str
    phase: str
    phase_label: str
    text: str
    source: str
    passed_at: datetime | None
    passed_by: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    id: UUID
    revision: int
    name: str
    tier: str
    tier_label: str
    year: int
    focus: str
    starts_on: date
    ends_on: date
    preset: str
    state: str
    state_label: str
    definition_version: int
    engagements: int
    result: str
    closed_on: date | None
    checks: tuple[CheckRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementLine:
    """One line of the list; ``light`` is the worst light of its open milestones."""

    id: UUID
    number: str
    unit_name: str
    round_name: str
    kind_label: str
    state: str
    state_label: str
    entry_on: date
    on_site_end_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRecord:
    id: UUID
    revision: int
    stage: str
    stage_label: str
    code: str
    text: str
    source: str
    political: bool
    passed_at: datetime | None
    passed_by: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRecord:
    """Others learn only 回避：是/否, never why (settled.md 29)."""

    id: UUID
    revision: int
    person_id: UUID
    account_id: UUID
    name: str
    home_unit: str
    group: str
    group_label: str
    role: str
    role_label: str
    state: str
    state_label: str
    conflict: bool
    objection: str
    objected_by: UUID | None
    settlement: str
    reason: str
    until: date | None
    replaces: str
    proposed_by: UUID
    home_id: UUID
    title: str
    task_id: UUID
    owner_path: str
    permitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLineRecord:
    id: UUID
    risk: str
    data_class: str
    unit_id: UUID
    unit_name: str
    due_on: date | None
    focus: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusRecord:
    """One line of the focus, and what stands behind it: list lines, papers, signed papers, confirmations from
    outside of the team. ``adjusted``: set during the work, not by a consultation."""

    id: UUID
    number: int
    axis: str
    axis_label: str
    text: str
    source_name: str
    reason: str
    state: str
    state_label: str
    set_on: date
    set_by: str
    adjusted: bool
    dropped_on: date | None
    dropped_because: str
    lines: int
    papers: tuple[tuple[UUID, str], ...]
    signed: int
    corroborated: int

    @property
    def backed(self) -> bool:
        return self.signed > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChangeRecord:
    id: UUID
    unit_name: str
    change_label: str
    since: date
    until: date | None
    reason: str
    state: str
    state_label: str
    matter: UUID | None
    proposed_by: str
    decided_by: str
    decided_on: date | None
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaborationRecord:
    """``members``: units that take part today by name; ``unbound``: papers that name no line of the focus."""

    focus: tuple[FocusRecord, ...]
    members: tuple[str, ...]
    changes: tuple[MemberChangeRecord, ...]
    unbound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationRecord:
    id: UUID
    held_on: date
    place: str
    unit_names: tuple[str, ...]
    minutes: str
    lines: tuple[ListLineRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    id: UUID
    revision: int
    version: int
    aim: str
    focus: str
    secrecy: str
    emergency: str
    approved_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRecord:
    id: UUID
    revision: int
    state: str
    state_label: str
    reason: str
    asked_by: str
    created_at: datetime
    matter: UUID | None
    resumed_at: datetime | None
    resume_reason: str
    resume_matter: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleRecord:
    id: UUID
    text: str
    between: str
    removed_on: date | None
    how: str
    revision: int
    task_id: UUID
    task_number: str
    unit_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """What a look-back found about one earlier item."""

    id: UUID
    item_id: UUID
    item_title: str
    verdict: str
    verdict_label: str
    text: str
    due_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPaper:
    """A finding of an earlier engagement on the same unit, to be carried into this one."""

    id: UUID
    number: str
    title: str
    axis_label: str
    round_name: str
    carried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """One unit: how often and how deeply it was inspected (R-1.4.1), not only visited or not.

    ``corroborated`` counts papers that at least two units outside of the team confirmed. Leads and issues
    live in rooms above; the page adds them by ``engagements``.
    """

    unit_id: UUID
    unit_name: str
    region: int
    visits: int
    running: int
    last_entry_on: date | None
    last_state: str
    papers: int
    signed: int
    confirmations: int
    corroborated: int
    carried: int
    engagements: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenLine:
    """How often one unit is inspected in a year: altogether, in how many rounds, most often in one."""

    unit_id: UUID
    unit_name: str
    visits: int
    rounds: int
    in_a_round: int
    joint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportLine:
    """The people who guide the rectification after one engagement."""

    id: UUID
    number: str
    unit_name: str
    state_label: str
    people: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of figures in a report: what was counted, and the count in words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedTask:
    """One engagement in the evaluation of its round: signed papers, confirmations, obstacles."""

    id: UUID
    number: str
    unit_name: str
    team_label: str
    state_label: str
    signed: int
    confirmed: int
    obstacles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementRecord:
    """Everything the workspace shows that belongs to this room."""

    id: UUID
    revision: int
    number: str
    round_id: UUID
    round_name: str
    focus: str
    preset: str
    unit_id: UUID
    unit_name: str
    kind: str
    kind_label: str
    profile: str
    profile_label: str
    team_kind: str
    team_kind_label: str
    partner_names: tuple[str, ...]
    entry_on: date
    on_site_end_on: date
    extended: bool
    feedback_on: date | None
    decided_on: date | None
    archived_on: date | None
    state: str
    state_label: str
    paused_from: str
    level: int
    region: int
    owner_unit: UUID
    owner_path: str
    subject_path: str
    look_back_of: UUID | None
    definition_version: int
    findings: tuple[FindingRecord, ...]
    open_pause: bool
    gates: tuple[GateRecord, ...]
    seats: tuple[SeatRecord, ...]
    consultations: tuple[ConsultationRecord, ...]
    list_lines: tuple[ListLineRecord, ...]
    plans: tuple[PlanRecord, ...]
    papers: tuple[PaperRecord, ...]
    pauses: tuple[PauseRecord, ...]
    obstacles: tuple[ObstacleRecord, ...]
    next_states: tuple[tuple[str, str], ...]
    permitted: frozenset[str]

    @property
    def with_audit(self) -> bool:
        """巡审联动 is a joint team with the audit department."""
        return self.team_kind == TeamKind.AUDIT

    @property
    def is_look_back(self) -> bool:
        return self.kind == Kind.LOOK_BACK
