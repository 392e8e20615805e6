"""What goes over the wire about holds, lists of what ran out, and remarks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from lianxun.api.schemas import RevisionIn


class HoldIn(Schema):
    kept_by: str = Field(description="leads.lead 或 documents.file", max_length=40)
    object_id: UUID
    basis: str = Field(max_length=120)
    reason: str = Field(max_length=300)


class IdOut(Schema):
    id: UUID


class HoldOut(Schema):
    id: UUID
    object_kind: str
    object_id: UUID
    number: str
    basis: str
    reason: str
    state: str
    placed_by: str
    placed_at: datetime
    lifted_at: datetime | None


class HoldPage(Schema):
    rows: list[HoldOut]
    page: int
    total: int


class DisposalOut(Schema):
    id: UUID
    number: str
    noun: str
    owner_name: str
    state: str
    count: int
    drawn_at: datetime
    reviewed_at: datetime | None
    checked_at: datetime | None
    sha256: str


class DisposalPage(Schema):
    rows: list[DisposalOut]
    page: int
    total: int


class CommentIn(RevisionIn):
    text: str = Field(max_length=500)
