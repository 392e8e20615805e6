"""What goes over the wire about meetings, what they decided, and the programme of a round."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from ninja import Schema

from lianxun.api.read_schemas import Permitted


class AgendaOut(Schema):
    """``level``: 0 公开 … 3 核心, as everywhere."""

    id: UUID
    number: int
    topic: str
    minutes: str
    level: int
    subject_name: str


class InvitationOut(Schema):
    id: UUID
    unit_id: UUID
    unit_name: str
    attendance: str
    attendance_label: str
    people: str


class OpinionOut(Schema):
    unit_name: str
    name: str
    stance: str
    stance_label: str
    text: str
    at: datetime


class DecisionOut(Permitted):
    """A decision with the unit that answers for it and its day."""

    meeting_id: UUID
    meeting_title: str
    body_name: str
    item_number: int
    topic: str
    text: str
    unit_id: UUID
    unit_name: str
    due_on: date
    state: str
    state_label: str
    level: int
    report: str
    reported_by: str
    reported_at: datetime | None
    finding: str
    checked_by: str
    checked_at: datetime | None


class DecisionPage(Schema):
    rows: list[DecisionOut]
    page: int
    total: int


class MeetingRowOut(Schema):
    id: UUID
    title: str
    kind: str
    kind_label: str
    body_name: str
    planned_on: date
    held_on: date | None
    place: str
    state: str
    state_label: str
    items: int


class MeetingPage(Schema):
    rows: list[MeetingRowOut]
    page: int
    total: int


class MeetingOut(MeetingRowOut, Permitted):
    """A meeting with the parts that the caller may see. ``hidden``: items he has to step aside from."""

    body_id: UUID
    begins: time | None
    level: int
    convened_by: str
    minuted_by: str
    confirmed_by: str
    confirmed_at: datetime | None
    remark: str
    outcome: str
    about_kind: str
    about_label: str
    about_id: UUID | None
    opinions: list[OpinionOut]
    hidden: int
    agenda: list[AgendaOut]
    invitations: list[InvitationOut]
    decisions: list[DecisionOut]


class PhaseTaskOut(Permitted):
    """A goal of a phase or an item of the preparation list. ``light`` is computed today, ``why`` explains it."""

    round_id: UUID
    round_name: str
    phase: str
    phase_label: str
    code: str
    goal: bool
    title: str
    force: str
    force_label: str
    unit_id: UUID
    unit_name: str
    due_on: date
    basis: str
    state: str
    state_label: str
    result: str
    reported_on: date | None
    closed_on: date | None
    remark: str
    light: str
    why: str


class ChartOut(Schema):
    tasks: list[PhaseTaskOut]
