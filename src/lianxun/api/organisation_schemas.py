"""What goes over the wire about units, posts, people, appointments, the pool and spreadsheets."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Schema

from lianxun.api.schemas import RevisionIn


class UnitOut(Schema):
    id: UUID
    code: str
    name: str
    short_name: str
    kind: str
    tier: str
    region: int
    parent_id: UUID | None
    valid_from: date
    valid_to: date | None
    revision: int


class TreeOut(Schema):
    """A unit in the tree of a day: ``name`` is that of the day, ``depth`` 0 is the top."""

    id: UUID
    code: str
    name: str
    name_now: str
    kind: str
    region: int
    depth: int
    closed: bool


class PeriodOut(Schema):
    change: str
    name: str
    parent_name: str
    valid_from: date
    valid_to: date | None
    basis: str


class PostOut(Schema):
    id: UUID
    revision: int
    title: str
    leading: bool
    seats: int
    valid_from: date
    valid_to: date | None


class AppointmentOut(Schema):
    id: UUID
    revision: int
    person_id: UUID
    person_name: str
    unit_id: UUID
    unit_name: str
    kind: str
    kind_label: str
    valid_from: date
    valid_to: date | None
    basis: str
    post_title: str


class GapOut(Schema):
    """What a unit or the tier lacks, as a sentence; ``unit`` is empty for a missing body."""

    unit: UUID | None
    place: str
    message: str


class UnitDetailOut(Schema):
    unit: UnitOut
    periods: list[PeriodOut]
    posts: list[PostOut]
    appointments: list[AppointmentOut]
    gaps: list[GapOut]


class PersonOut(Schema):
    id: UUID
    revision: int
    code: str
    name: str
    unit_id: UUID
    unit_name: str
    post: str
    phone: str
    active: bool


class PersonPage(Schema):
    rows: list[PersonOut]
    page: int
    total: int


class PoolOut(Schema):
    id: UUID
    revision: int
    person_id: UUID
    name: str
    unit_name: str
    kind: str
    skills: list[str]
    senior_title: str
    years: int
    available_from: date
    available_to: date | None
    facts_declared: bool


class PoolPage(Schema):
    rows: list[PoolOut]
    page: int
    total: int


class PersonDetailOut(Schema):
    """Facts for recusal do not go over the wire."""

    person: PersonOut
    appointments: list[AppointmentOut]
    pool: list[PoolOut]


class UnitIn(Schema):
    code: str
    name: str
    short_name: str = ""
    kind: str
    region: int
    parent_id: UUID | None = None
    valid_from: date
    basis: str


class RenameIn(RevisionIn):
    name: str
    short_name: str = ""
    since: date
    basis: str


class MoveIn(RevisionIn):
    parent_id: UUID
    since: date
    basis: str


class CloseIn(RevisionIn):
    last_day: date
    basis: str
    successor_id: UUID | None = None


class PostIn(Schema):
    title: str
    leading: bool = False
    seats: int = 1
    valid_from: date


class PostChangeIn(RevisionIn):
    title: str
    leading: bool
    seats: int


class LastDayIn(RevisionIn):
    last_day: date


class PersonIn(Schema):
    name: str
    unit_id: UUID
    post: str
    code: str = ""
    phone: str = ""


class PersonChangeIn(RevisionIn):
    """What is left out stays as it is, but for post and phone, which are always said."""

    post: str
    phone: str = ""
    name: str | None = None
    code: str | None = None
    unit_id: UUID | None = None
    active: bool = True


class AppointIn(Schema):
    person_id: UUID
    unit_id: UUID
    kind: str
    valid_from: date
    valid_to: date | None = None
    basis: str = ""
    post_id: UUID | None = None


class EndIn(LastDayIn):
    """``vacant``: knowing that fewer liaison officers remain than there should be."""

    vacant: bool = False


class PoolIn(Schema):
    kind: str
    skills: list[str]
    available_from: date
    available_to: date | None = None
    senior_title: str = ""
    years: int = 0


class FactIn(Schema):
    kind: str
    organisation_id: UUID | None = None
    organisation_name: str = ""
    place: int | None = None
    relation: str = ""
    since: date | None = None
    until: date | None = None


class TrainingIn(Schema):
    person_ids: list[UUID]
    kind: str
    title: str
    held_on: date
    hours: int
    methods: tuple[str, ...] = ()


class CountOut(Schema):
    count: int


class ImportErrorOut(Schema):
    sheet: str
    row: int
    column: str
    message: str


class ImportOut(Schema):
    """``applied`` says whether anything was stored; every row is created, updated, unchanged or refused."""

    kind: str
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    applied: bool
    errors: list[ImportErrorOut]
