"""What goes over the wire about time limits, inspections, approvals and files."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from lianxun.api.schemas import RevisionIn


class DutyOut(Schema):
    """``light`` is one of red, yellow, green, paused, done, done_late; ``why`` says it in words."""

    id: UUID
    revision: int
    code: str
    title: str
    clause: str
    object_kind: str
    object_id: UUID
    object_title: str
    responsible_unit_name: str
    responsible_name: str
    starts_on: date
    due_on: date
    state: str
    state_label: str
    light: str
    why: str


class DutyPage(Schema):
    rows: list[DutyOut]
    page: int
    total: int


class ReportIn(RevisionIn):
    note: str


class LetterOut(Schema):
    id: UUID
    revision: int
    duty: UUID
    number: str
    step: str
    step_label: str
    duty_title: str
    object_title: str
    due_on: date
    issued_on: date
    acknowledged_on: date | None


class EngagementOut(Schema):
    id: UUID
    number: str
    unit_name: str
    round_name: str
    kind_label: str
    state: str
    state_label: str
    entry_on: date
    on_site_end_on: date


class EngagementPage(Schema):
    rows: list[EngagementOut]
    page: int
    total: int


class MatterOut(Schema):
    """``why_not`` says why the caller may not decide, when he may not."""

    id: UUID
    revision: int
    code: str
    object_kind: str
    object_id: UUID
    title: str
    summary: str
    body_name: str
    proposed_by_name: str
    state: str
    state_label: str
    created_at: datetime
    decided_at: datetime | None
    may_vote: bool
    why_not: str


class VoteIn(RevisionIn):
    """``opinion``: agree, disagree or return; without agreement the reason is needed."""

    opinion: str
    comment: str = ""


class StateOut(Schema):
    state: str


class FileOut(Schema):
    id: UUID
    object_kind: str
    object_id: UUID
    version: int
    title: str
    suffix: str
    size: int
    sha256: str
    number: str
    level: int
    retention_label: str
    created_at: datetime


class FilePage(Schema):
    rows: list[FileOut]
    page: int
    total: int
