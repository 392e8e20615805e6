"""What goes over the wire about joint inspection tasks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from lianxun.api.read_schemas import Permitted


class JointRowOut(Schema):
    """``light`` of the day it is due: green, yellow, red …; ``corroborated``: evidence of two independent units."""

    id: UUID
    number: str
    title: str
    unit_name: str
    due_on: date
    state: str
    state_label: str
    units: list[str]
    corroborated: bool
    light: str
    why: str
    verified_name: str


class JointPage(Schema):
    rows: list[JointRowOut]
    page: int
    total: int


class JointEntryOut(Schema):
    """Progress, a problem, its solution or evidence. ``open_problem``: nothing answers it yet."""

    id: UUID
    kind: str
    kind_label: str
    text: str
    unit_name: str
    name: str
    at: datetime
    paper_id: UUID | None
    answers: str
    open_problem: bool


class JointTaskOut(JointRowOut, Permitted):
    """``part_of`` and ``parts``: id and title of the tasks it was split from and into, as far as the caller sees
    them; ``requests``: the information requests it works with."""

    task_id: UUID
    content: str
    focus: str
    lead_name: str
    deputy_name: str
    accepted_at: datetime | None
    result: str
    submitted_on: date | None
    verified_on: date | None
    finding: str
    remark: str
    requests: list[UUID]
    entries: list[JointEntryOut]
    part_of: list[tuple[UUID, str]]
    parts: list[tuple[UUID, str]]
