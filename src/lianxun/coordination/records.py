"""What is handed to screens and interfaces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from lianxun.kernel.clock import Light


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRecord:
    id: UUID
    number: int
    topic: str
    minutes: str
    level: int
    subject_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRecord:
    id: UUID
    unit_id: UUID
    unit_name: str
    attendance: str
    attendance_label: str
    people: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionRecord:
    unit_name: str
    name: str
    stance: str
    stance_label: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """``permitted``: acts the reader may do with it (``report``, ``check``, ``drop``)."""

    id: UUID
    revision: int
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
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting in a list."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRecord(MeetingRow):
    """A meeting with all its parts the reader may see. ``hidden``: agenda items he has to step aside from."""

    revision: int
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
    opinions: tuple[OpinionRecord, ...]
    hidden: int
    agenda: tuple[AgendaRecord, ...]
    invitations: tuple[InvitationRecord, ...]
    decisions: tuple[DecisionRecord, ...]
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """``bodies`` the reader may convene (id, short name); ``members``: units whose people sit in one of them."""

    bodies: tuple[tuple[UUID, str], ...]
    members: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLineRecord:
    """A line of a year's plan with its light today."""

    id: UUID
    revision: int
    plan_id: UUID
    plan_year: int
    number: int
    text: str
    unit_id: UUID
    unit_name: str
    due_on: date
    source: str
    source_label: str
    source_name: str
    state: str
    state_label: str
    adjusted_because: str
    carried: bool
    result: str
    reported_on: date | None
    closed_on: date | None
    remark: str
    level: int
    light: Light
    why: str
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """How far one unit is with its lines: all, struck off, waiting to be struck off, overdue."""

    unit_id: UUID
    unit_name: str
    count: int
    closed: int
    waiting: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlanRow:
    """A plan in a list: how many lines, how many struck off."""

    id: UUID
    year: int
    body_name: str
    state: str
    state_label: str
    count: int
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlanRecord(YearPlanRow):
    revision: int
    aim: str
    to_group: bool
    drafted_by: str
    agreed_by: str
    agreed_on: date | None
    approved_by: str
    approved_on: date | None
    lines: tuple[PlanLineRecord, ...]
    progress: tuple[UnitProgress, ...]
    permitted: frozenset[str]
