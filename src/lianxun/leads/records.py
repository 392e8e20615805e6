"""What the leads room hands out. No record has a place for whoever reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRecord:
    id: UUID
    revision: int
    number: str
    source_label: str
    title: str
    summary: str
    object_name: str
    object_post: str
    subject_org: UUID | None
    subject_name: str
    discipline: str
    discipline_label: str
    named: bool
    in_vault: bool
    state: str
    state_label: str
    engagement: UUID | None
    owner_name: str
    recipient_name: str
    batch_id: UUID | None
    batch_number: str
    study_minutes: str
    objection: str
    opinion: str
    outcome_label: str
    result: str
    return_reason: str
    no_case_on: date | None
    duplicate_of: UUID | None
    level: int
    created_at: datetime
    received_at: datetime | None
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    id: UUID
    revision: int
    number: str
    recipient_name: str
    handed_on: date
    grave: bool
    state_label: str
    lines: tuple[LineRecord, ...]
    may_sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    """One lead of a batch and what the receiving unit answered."""

    lead_id: UUID
    lead_number: str
    lead_title: str
    lead_revision: int
    subject_name: str
    discipline_label: str
    state: str
    state_label: str
    answered_by: str
    answered_at: datetime | None
    reason: str
    may_sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """One chosen row of the Friday page: which lead, as it was read, to whom."""

    lead_id: UUID
    revision: int
    recipient_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What became of one chosen row."""

    lead_id: UUID
    done: bool
    number: str = ""
    message: str = ""
    batch_id: UUID | None = None
    batch_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRecord:
    """An opening of the vault that waits for a custodian: purpose and number, not the identity."""

    id: UUID
    lead_number: str
    kind_label: str
    asked_by: str
    purpose: str
    asked_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryRecord:
    """A lost data key that two escrow holders are asked to bring back."""

    id: UUID
    lead_number: str
    asked_by: str
    purpose: str
    asked_at: datetime
    released: int
    released_by_me: bool
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRecord:
    """How many hold keys, what has to be sealed anew, what waits to be recovered.

    ``lost``: leads (id, number) with something that the reader's own key does not open.
    ``newest_copy``: name of the last copy of the key store, which carries its time.
    """

    custodians: int
    escrow: int
    outdated: int
    newest_copy: str
    lost: tuple[tuple[UUID, str], ...]
    recoveries: tuple[RecoveryRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingRow:
    """Leads of one registering unit on their way to another; days are calendar days from registration."""

    unit: UUID
    unit_name: str
    waiting: int
    oldest_days: int | None
    handed: int
    mean_days: int | None
    longest_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceCount:
    """Leads of one engagement: told by people while the team was on site, and in as many days before it came;
    handed over while it was there."""

    told_before: int = 0
    told: int = 0
    handed: int = 0

    def __add__(self, other: PresenceCount) -> PresenceCount:
        return PresenceCount(
            told_before=self.told_before + other.told_before,
            told=self.told + other.told,
            handed=self.handed + other.handed,
        )
