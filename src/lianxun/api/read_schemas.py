"""What goes over the wire about rounds, engagements, papers, seats, questions, batches and keys."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator

# A set has no order of its own: machines get the names in one.
Acts = Annotated[list[str], BeforeValidator(sorted)]


class Permitted(Schema):
    """``permitted``: the acts (``…/do/<act>``) that the caller may carry out now."""

    id: UUID
    revision: int
    permitted: Acts


class RoundOut(Schema):
    id: UUID
    revision: int
    name: str
    tier: str
    year: int
    focus: str
    starts_on: date
    ends_on: date
    state: str
    state_label: str
    engagements: int


class IndicatorOut(Schema):
    """``weight``: full marks in points. Deductions are sent under ``code``."""

    code: str
    name: str
    weight: int
    asks: str


class AssessmentOut(Permitted):
    """A joint assessment; ``total`` in points once the scores are merged."""

    number: str
    engagement: UUID | None
    subject_name: str
    scheme: str
    scheme_name: str
    indicators: list[IndicatorOut]
    state: str
    state_label: str
    turn: int
    total: Decimal | None
    grade: str
    summary: str
    served_on: date | None
    object_until: date | None
    objection: str
    objection_answer: str
    final_on: date | None
    level: int


class AssessmentPage(Schema):
    rows: list[AssessmentOut]
    page: int
    total: int


class ListedOut(Schema):
    """One item under joint supervision; ``light`` of its own day: green, yellow, red …"""

    id: UUID
    item: UUID
    number: str
    title: str
    why: str
    state: str
    state_label: str
    lead_person: str
    due_on: date | None
    light: str | None
    open: bool
    waiting: bool


class RungOut(Schema):
    """One rung of the ladder; an interview names who, whom and what was promised by when."""

    position: int
    rung: str
    rung_label: str
    number: str
    held_on: date
    demand: str
    interviewer: str
    interviewee: str
    pledge: str
    pledge_due_on: date | None


class SupervisionOut(Permitted):
    """A joint supervision with its list; served on the supervised unit with its letter."""

    number: str
    engagement: UUID | None
    subject_name: str
    state: str
    state_label: str
    unit_names: list[str]
    demand: str
    notice_number: str
    notice_on: date | None
    due_on: date | None
    turn: int
    result: str
    lifted_on: date | None
    listed: list[ListedOut]
    rungs: list[RungOut]
    level: int


class SupervisionPage(Schema):
    rows: list[SupervisionOut]
    page: int
    total: int


class TaskOut(Schema):
    """One engagement; ``level`` 0 public … 3 core."""

    id: UUID
    revision: int
    number: str
    round_id: UUID
    round_name: str
    focus: str
    unit_name: str
    kind: str
    kind_label: str
    profile: str
    entry_on: date
    on_site_end_on: date
    extended: bool
    feedback_on: date | None
    decided_on: date | None
    archived_on: date | None
    state: str
    state_label: str
    level: int


class ConfirmationOut(Schema):
    """A question to a unit outside of the team, and its answer."""

    id: UUID
    revision: int
    number: str
    unit_name: str
    question: str
    state: str
    state_label: str
    statement: str
    asked_at: datetime
    answered_at: datetime | None
    permitted: Acts


class ConfirmationPage(Schema):
    rows: list[ConfirmationOut]
    page: int
    total: int


class SignedOut(Schema):
    place: str
    place_label: str
    name: str
    at: datetime


class PaperOut(Permitted):
    """A working paper: one matter, one paper, three signatures."""

    number: str
    title: str
    axis: str
    axis_label: str
    course: str
    basis: str
    state: str
    state_label: str
    immediate: bool
    carried: bool
    task_id: UUID
    signatures: list[SignedOut]
    corroborations: list[ConfirmationOut]


class SeatOut(Permitted):
    """One seat of a team. ``conflict`` says whether, never why."""

    name: str
    home_unit: str
    group_label: str
    role_label: str
    state: str
    state_label: str
    conflict: bool
    task_id: UUID


class ObstacleOut(Schema):
    id: UUID
    text: str
    between: str
    removed_on: date | None
    how: str
    task_id: UUID
    task_number: str
    unit_name: str
    recorded_at: datetime


class ObstaclePage(Schema):
    rows: list[ObstacleOut]
    page: int
    total: int


class CoverageOut(Schema):
    """How deeply a unit was inspected: visits, papers, signatures, confirmations by outsiders."""

    unit_id: UUID
    unit_name: str
    region: int
    visits: int
    running: int
    last_entry_on: date | None
    papers: int
    signed: int
    confirmations: int
    corroborated: int
    carried: int


class QuestionOut(Permitted):
    """A single question, without whom it is about."""

    number: str
    data_class: str
    class_name: str
    ask: str
    purpose: str
    basis: str
    owner_name: str
    provider_name: str
    subject_name: str
    urgent: bool
    state: str
    state_label: str
    answer: str
    answer_label: str
    note: str


class QuestionPage(Schema):
    rows: list[QuestionOut]
    page: int
    total: int


class ReceiptOut(Schema):
    """A refusal by the negative list: rule, stage, unit and time, nothing of what was refused."""

    rule: str
    rule_name: str
    stage_label: str
    unit_name: str
    at: datetime


class ReceiptPage(Schema):
    rows: list[ReceiptOut]
    page: int
    total: int


class KeyOut(Permitted):
    unit_name: str
    fingerprint: str
    registered_by_name: str
    confirmed_by_name: str
    state_label: str
    created_at: datetime


class BatchLineOut(Schema):
    lead_id: UUID
    lead_number: str
    lead_title: str
    discipline_label: str
    state: str
    state_label: str


class BatchOut(Schema):
    """A hand-over of leads to one unit."""

    id: UUID
    revision: int
    number: str
    recipient_name: str
    handed_on: date
    grave: bool
    state_label: str
    lines: list[BatchLineOut]
    may_sign: bool
