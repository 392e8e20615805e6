"""What the access room hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The facts about a person that the rules read (security.md §2.3)."""

    account_id: UUID
    unit_path: str
    clearance: int
    duties: frozenset[str]
    region: tuple[int, int]
    compartments: frozenset[str]
    recused_orgs: frozenset[UUID]
    engagements: frozenset[UUID]
    shared: frozenset[UUID] = frozenset()
    emergency: frozenset[UUID] = frozenset()
    service_tables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLabels:
    """The labels of a row that the rules read. ``served``: its table may be served on the addressee."""

    id: UUID
    table: str
    library: str
    level: int
    region: int
    owner_path: str
    engagement: UUID | None = None
    subject_org: UUID | None = None
    subject_path: str | None = None
    addressee_path: str | None = None
    compartment: str | None = None
    served: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation: rule id, whether it holds, and the sentence for the person."""

    rule: str
    holds: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody can or cannot see an object: every rule, not only the deciding one."""

    allowed: bool
    reasons: tuple[Reason, ...]

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The lines that made the difference: what blocks, or what opens."""
        if self.allowed:
            return tuple(r for r in self.reasons if r.holds and r.rule.startswith("ACC-P"))
        blocked = tuple(r for r in self.reasons if not r.holds and r.rule.startswith("ACC-R"))
        return blocked or tuple(r for r in self.reasons if r.rule.startswith("ACC-P"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReader:
    """What the rules say of another person and one object."""

    name: str
    unit_name: str
    explanation: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecord:
    id: UUID
    revision: int
    username: str
    display_name: str
    unit_id: UUID
    unit_name: str
    clearance: int
    roles: tuple[str, ...]
    duties: tuple[str, ...]
    compartments: tuple[str, ...]
    region: tuple[int, int] | None
    active: bool
    blocked_reason: str
    created_at: datetime
    permitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRecord:
    id: UUID
    revision: int
    kind: str
    kind_label: str
    account_name: str
    unit_name: str
    engagement: UUID | None
    object_kind: str
    object_id: UUID | None
    purpose: str
    valid_from: date
    valid_to: date | None
    until: datetime | None
    revoked_at: datetime | None
    reviewed_at: datetime | None
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRecord:
    """One share of an object: to whom, for what, until when; ``state`` waiting, open, over, revoked."""

    id: UUID
    revision: int
    object_kind: str
    kind_label: str
    object_id: UUID
    to_name: str
    by_name: str
    second_name: str
    purpose: str
    legal_basis: str
    valid_from: date
    valid_to: date
    state: str
    state_label: str
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusalRecord:
    """``reason_label`` is empty for everybody but the person himself (settled.md 29)."""

    id: UUID
    revision: int
    person_name: str
    organisation_name: str
    reason_label: str
    valid_from: date
    valid_to: date | None
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlassRecord:
    """One emergency opening. ``number`` is what was typed; whether it exists stays unsaid."""

    id: UUID
    revision: int
    kind_label: str
    object_kind: str
    object_id: UUID | None
    number: str
    asked_by: str
    unit_name: str
    second_name: str
    reason: str
    asked_at: datetime
    consented_at: datetime | None
    until: datetime | None
    review_due: datetime | None
    overdue: bool
    review_note: str
    reviewed_at: datetime | None
    open_now: bool
    state_label: str
    permitted: frozenset[str]
