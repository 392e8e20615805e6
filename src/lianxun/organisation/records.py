"""What the organisation room hands to others: frozen, complete for a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.organisation.rules import Gap
from lianxun.organisation.standards import Standard


@dataclass(frozen=True, slots=True)
class UnitRecord:
    id: UUID
    revision: int
    code: str
    name: str
    short_name: str
    kind: str
    kind_label: str
    tier: str
    tier_label: str
    region: int
    region_name: str
    parent_id: UUID | None
    path: str
    depth: int
    valid_from: date
    valid_to: date | None
    successor_id: UUID | None

    @property
    def closed(self) -> bool:
        return self.valid_to is not None


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    change: str
    change_label: str
    name: str
    parent_name: str
    valid_from: date
    valid_to: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    id: UUID
    revision: int
    code: str
    name: str
    unit_id: UUID
    unit_name: str
    post: str
    phone: str
    active: bool
    permitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """``permitted``: what the reader may begin here, whatever the place."""

    permitted: frozenset[str]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A unit in the tree of a day; ``name`` is that of the day."""

    id: UUID
    code: str
    name: str
    name_now: str
    kind: str
    kind_label: str
    tier_label: str
    region: int
    region_name: str
    depth: int
    closed: bool


@dataclass(frozen=True, slots=True)
class PostRecord:
    id: UUID
    revision: int
    unit_id: UUID
    unit_name: str
    title: str
    leading: bool
    seats: int
    valid_from: date
    valid_to: date | None
    permitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AppointmentRecord:
    id: UUID
    revision: int
    person_id: UUID
    person_name: str
    person_post: str
    home_unit: str
    phone: str
    unit_id: UUID
    unit_name: str
    kind: str
    kind_label: str
    valid_from: date
    valid_to: date | None
    basis: str
    post_title: str = ""
    permitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BodyRow:
    unit: UnitRecord
    people: tuple[AppointmentRecord, ...]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member unit with 一把手负总责、分管领导具体抓、联络员抓落实 (source plan 9.1-3)."""

    unit: UnitRecord
    heads: tuple[AppointmentRecord, ...]
    deputies: tuple[AppointmentRecord, ...]
    officers: tuple[AppointmentRecord, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """``gaps``: bodies that the tier has not set up."""

    bodies: tuple[BodyRow, ...]
    members: tuple[MemberRow, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class UnitDetail:
    unit: UnitRecord
    parents: tuple[UnitRecord, ...]
    children: tuple[UnitRecord, ...]
    periods: tuple[PeriodRecord, ...]
    appointments: tuple[AppointmentRecord, ...]
    people: tuple[PersonRecord, ...]
    gaps: tuple[Gap, ...]
    may_edit: bool
    may_edit_people: bool
    posts: tuple[PostRecord, ...] = ()
    permitted: frozenset[str] = frozenset()

    @property
    def revision(self) -> int:
        return self.unit.revision


@dataclass(frozen=True, slots=True)
class FactRecord:
    id: UUID
    kind: str
    kind_label: str
    organisation: str
    place: int | None
    relation: str
    since: date | None
    until: date | None
    declared_on: date | None
    person_id: UUID
    permitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PoolRecord:
    id: UUID
    revision: int
    person_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    post: str
    kind: str
    kind_label: str
    skills: tuple[str, ...]
    skill_labels: tuple[str, ...]
    senior_title: str
    years: int
    available_from: date
    available_to: date | None
    facts_declared: bool
    permitted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrainingRow:
    person_id: UUID
    name: str
    unit_name: str
    audience: str
    times: int
    hours: int
    gap: str
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """The pool of one region beside its targets; ``below``: the regions under it, full-time staff only."""

    region: str
    source: str
    lines: tuple[Standard, ...]
    training: tuple[Standard, ...]
    below: tuple[tuple[str, Standard], ...]


@dataclass(frozen=True, slots=True)
class PersonDetail:
    person: PersonRecord
    appointments: tuple[AppointmentRecord, ...]
    pool: tuple[PoolRecord, ...]
    training: tuple[tuple[date, str, str, int], ...]
    facts: tuple[FactRecord, ...]
    may_see_facts: bool
    may_edit: bool
    permitted: frozenset[str] = frozenset()

    @property
    def revision(self) -> int:
        return self.person.revision


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One refused row: where, and what to do."""

    sheet: str
    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every row is accounted for: created + updated + unchanged + refused = rows.

    ``applied`` tells whether anything was stored; ``workbook`` is the sent file with a column of
    errors, empty where there is none.
    """

    kind: str
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    applied: bool
    errors: tuple[ImportLine, ...]
    workbook: bytes
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class BatchRecord:
    id: UUID
    kind: str
    created_at: datetime
    created: int
    updated: int
    unchanged: int
    refused: int
