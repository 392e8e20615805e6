"""What goes over the wire about the appraisal of member units. Points are whole hundredths."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from lianxun.api.read_schemas import Permitted


class PeriodRowOut(Schema):
    """``quarter``: 0 is the whole year."""

    id: UUID
    name: str
    year: int
    quarter: int
    starts_on: date
    ends_on: date
    units: int
    state: str
    state_label: str


class PeriodPage(Schema):
    rows: list[PeriodRowOut]
    page: int
    total: int


class SheetRowOut(Schema):
    id: UUID
    unit_id: UUID
    unit_name: str
    title: str
    state: str
    state_label: str
    total: int | None
    grade: str
    vetoed: bool
    object_until: date | None


class PeriodOut(PeriodRowOut, Permitted):
    """``hidden``: units that the caller has to step aside from."""

    scheme_id: UUID
    calculated_by: str
    calculated_at: datetime
    digest: str
    review_until: date | None
    signed_by: str
    signed_at: datetime | None
    answer: str
    open_objections: int
    waiting: int
    hidden: int
    sheets: list[SheetRowOut]


class SheetPage(Schema):
    rows: list[SheetRowOut]
    page: int
    total: int


class LineOut(Schema):
    """``effective`` and ``score``: hundredths of a point; null where there were too few cases."""

    number: int
    code: str
    group: str
    title: str
    weight: int
    met: int
    due: int
    effective: int | None
    score: int | None
    treated: int


class ObjectionOut(Schema):
    id: UUID
    revision: int
    code: str
    title: str
    reason: str
    state: str
    state_label: str
    filed_by: str
    filed_at: datetime
    finding: str
    decided_by: str
    decided_at: datetime | None


class SheetOut(SheetRowOut, Permitted):
    period_id: UUID
    scheme_id: UUID
    share: int
    contribution: int | None
    digest: str
    lines: list[LineOut]
    objections: list[ObjectionOut]


class OutcomeOut(Permitted):
    id: UUID
    kind: str
    kind_label: str
    cause: str
    cause_label: str
    unit_id: UUID
    unit_name: str
    period_id: UUID | None
    state: str
    state_label: str
    level: int
    facts: str
    person_post: str
    person_name: str
    body_name: str
    decided_at: datetime | None
    answer: str
    done_on: date | None
    result: str


class OutcomePage(Schema):
    rows: list[OutcomeOut]
    page: int
    total: int


class ProgressOut(Schema):
    id: UUID
    unit_id: UUID
    unit_name: str
    year: int
    quarter: int
    done: str
    problems: str
    plans: str
    reported_on: date
    due_on: date | None
    late: bool


class ProgressPage(Schema):
    rows: list[ProgressOut]
    page: int
    total: int


class RankingOut(Schema):
    id: UUID
    period_id: UUID
    title: str
    unit_name: str
    total: int | None
    grade: str


class RankingPage(Schema):
    rows: list[RankingOut]
    page: int
    total: int
