"""What the exchange room hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    id: UUID
    revision: int
    file: UUID
    file_name: str
    sha256: str
    rows: int
    quality: dict[str, Any]
    state: str
    state_label: str
    signer_name: str
    note: str
    created_at: datetime
    expires_on: date | None


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
    level: int
    created_at: datetime
    sent_at: datetime | None
    deliveries: tuple[DeliveryRecord, ...]
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlready:
    """An accepted delivery that may answer a new request (“已有不再要”)."""

    request_id: UUID
    number: str
    provider_name: str
    period_from: date
    period_to: date
