"""What the exchange room hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked about one organisation, as far as repetition goes."""

    id: UUID
    subject: UUID
    data_class: str
    period_from: date
    period_to: date
    again_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCount:
    """Requests about one organisation; ``repeated`` of them ask for what was asked before; ``reasoned``
    of these say why the first answer does not do."""

    asked: int
    repeated: int
    reasoned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    id: UUID
    revision: int
    file: UUID
    file_name: str
    sha256: str
    sm3: str
    size: int
    kind: str
    manifest: dict[str, Any]
    rows: int
    quality: dict[str, Any]
    state: str
    state_label: str
    signer_name: str
    note: str
    created_at: datetime
    expires_on: date | None
    correction: str
    openable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRecord:
    kind_label: str
    name: str
    unit_name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingRecord:
    """A large file on its way in; ``size`` in bytes, ``percent`` of it read."""

    id: UUID
    revision: int
    name: str
    size: int
    state: str
    state_label: str
    percent: int
    begun_at: datetime | None
    message: str
    sender_name: str
    created_at: datetime

    @property
    def running(self) -> bool:
        return self.state in ("waiting", "reading")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    id: UUID
    revision: int
    number: str
    engagement: UUID | None
    subject_org: UUID | None
    subject_name: str
    owner_unit: UUID
    owner_name: str
    provider_id: UUID
    provider_name: str
    data_class: str
    class_name: str
    fields: tuple[str, ...]
    field_labels: tuple[str, ...]
    purpose: str
    basis: str
    scope: str
    period_from: date
    period_to: date
    urgent: bool
    state: str
    state_label: str
    answer: str
    refusal_label: str
    rung: int
    rung_label: str
    pack: UUID | None
    again_reason: str
    statements: tuple[StatementRecord, ...]
    level: int
    created_at: datetime
    sent_at: datetime | None
    deliveries: tuple[DeliveryRecord, ...]
    permitted: frozenset[str]
    incoming: IncomingRecord | None = None
    standing: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlready:
    """An accepted delivery that may answer a new request (“已有不再要”)."""

    request_id: UUID
    number: str
    provider_name: str
    period_from: date
    period_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """What a file would bring, without keeping it. ``marked`` is the sender's file with its faults."""

    rows: int
    bad_rows: int
    quality: dict[str, Any]
    marked: bytes
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRecord:
    """A single question without whom it is about (that opens on record only)."""

    id: UUID
    revision: int
    number: str
    engagement: UUID | None
    subject_name: str
    owner_name: str
    provider_name: str
    data_class: str
    class_name: str
    ask: str
    purpose: str
    basis: str
    necessity: str
    candidate_from: str
    urgent: bool
    state: str
    state_label: str
    answer: str
    answer_label: str
    note: str
    asked_by_name: str
    approved_by_name: str
    answered_by_name: str
    level: int
    created_at: datetime
    approved_at: datetime | None
    answered_at: datetime | None
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRecord:
    rule: str
    rule_name: str
    stage_label: str
    unit_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    id: UUID
    revision: int
    unit_name: str
    fingerprint: str
    registered_by_name: str
    confirmed_by_name: str
    created_at: datetime
    confirmed_at: datetime | None
    revoked_at: datetime | None
    state_label: str
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackClass:
    """A line of the standard pack as the form proposes it."""

    code: str
    name: str
    department: str
    level: int
    fields: int
    provider_id: UUID | None
    question_only: bool
    held: str
    kind: str = ""
