"""What goes over the wire about standing agreements of sharing."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from lianxun.api.read_schemas import Permitted


class SharedLineOut(Schema):
    """A file that came under an agreement; ``taken_words``: how long until it was first read, empty before.
    ``correction``: what it mends of an earlier file, which had ``rows_before`` rows."""

    id: UUID
    request_id: UUID
    sharing_id: UUID
    data_class: str
    class_name: str
    provider_name: str
    rows: int
    rows_before: int | None
    correction: str
    replaced: bool
    delivered_at: datetime
    first_read_at: datetime | None
    taken_words: str


class SharedDataOut(Schema):
    """``read``: how many were read; ``median_words``: from delivery to first reading, the middle one."""

    lines: list[SharedLineOut]
    read: int
    median_words: str


class SharedClassOut(Schema):
    """``request_id``: where the provider hands in (``/requests/…/do/deliver``) once the agreement is in force."""

    code: str
    name: str
    fields: list[str]
    request_id: UUID | None


class SharingOut(Permitted):
    """``open_today``: it opens data today; otherwise ``why_not`` says why. ``lines``: what the caller may read now."""

    number: str
    engagement: UUID | None
    subject_name: str
    owner_name: str
    provider_id: UUID
    provider_name: str
    classes: list[SharedClassOut]
    purpose: str
    basis: str
    valid_from: date
    valid_to: date
    state: str
    state_label: str
    open_today: bool
    why_not: str
    drafted_by_name: str
    signed_by_name: str
    signed_at: datetime | None
    countersigned_by_name: str
    countersigned_at: datetime | None
    project_number: str
    project_title: str
    project_lead: str
    suspended_side: str
    reason: str
    level: int
    created_at: datetime
    lines: list[SharedLineOut]


class SharingPage(Schema):
    rows: list[SharingOut]
    page: int
    total: int
