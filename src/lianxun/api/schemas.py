"""What goes over the wire: flat copies of the rooms' records."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema


class RequestOut(Schema):
    id: UUID
    revision: int
    number: str
    data_class: str
    class_name: str
    fields: list[str]
    purpose: str
    basis: str
    period_from: date
    period_to: date
    urgent: bool
    state: str
    state_label: str
    owner_name: str
    provider_name: str
    subject_name: str


class RequestPage(Schema):
    """``total`` counts what the caller may see, up to 1,000."""

    rows: list[RequestOut]
    page: int
    total: int


class LeadOut(Schema):
    """Never who reported."""

    id: UUID
    revision: int
    number: str
    title: str
    summary: str
    discipline: str
    state: str
    state_label: str
    subject_name: str
    created_at: datetime
    received_at: datetime | None


class LeadPage(Schema):
    rows: list[LeadOut]
    page: int
    total: int


class ItemOut(Schema):
    id: UUID
    revision: int
    number: str
    title: str
    type: str
    state: str
    state_label: str
    due_on: date
    measures: str
    standard: str


class ItemPage(Schema):
    rows: list[ItemOut]
    page: int
    total: int


class ArticleOut(Schema):
    """One citation that was looked up; ``ok`` false comes with the reason."""

    cited: str
    ok: bool
    status: str
    reason: str
    title: str
    label: str
    text: str
    version_id: UUID | None
    key: str


class HitOut(Schema):
    """A ranked article. ``validity`` on the day asked for."""

    title: str
    label: str
    headings: list[str]
    kind: str
    tier: str
    validity: str
    version_id: UUID
    key: str
    snippet: str
    rank: int


class SearchOut(Schema):
    """``exact``: citations found in the question; ``missing``: rules that are still being indexed."""

    exact: list[ArticleOut]
    hits: list[HitOut]
    missing: int


class RevisionIn(Schema):
    """``revision`` as it was read: a change in between is answered with 409."""

    revision: int


class ReasonIn(RevisionIn):
    reason: str


class RefuseIn(ReasonIn):
    ground: str


class DisposeIn(RevisionIn):
    way: str
    opinion: str


class ResultIn(RevisionIn):
    outcome: str
    result: str


class MadeOut(Schema):
    id: UUID


class DoneOut(Schema):
    done: bool = True


class UnderwayOut(Schema):
    """The file is taken in and being checked: ``at`` answers how far it is and what became of it."""

    done: bool = Field(default=False, description="还没有办完：文件已收到，正在后台检查")
    id: UUID = Field(description="收件")
    at: str = Field(description="查看进度和结果的地址，与 Location 头相同")


class IncomingOut(Schema):
    """A large file on its way in."""

    id: UUID
    name: str
    size: int = Field(description="字节数")
    state: str = Field(
        description="waiting 等待检查，reading 正在检查，taken 已接收（数据已提供），refused 未接收"
    )
    percent: int = Field(description="已检查的百分比")
    message: str = Field(description="未接收的原因和办法；其他状态为空")
