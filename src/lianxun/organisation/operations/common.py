"""Shared by the acts of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from lianxun.fabric.handlers import announce
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Stale
from lianxun.organisation.enums import AppointmentKind
from lianxun.organisation.models import (
    Appointment,
    Person,
    PoolEntry,
    RecusalFact,
    TrainingRecord,
    Unit,
)

FOR_EVER = date(9999, 12, 31)


def unit_for_change(unit_id: UUID, revision: int) -> Unit:
    row = Unit.objects.select_for_update().filter(id=unit_id).first()
    if row is None:
        raise NotFound("没有这个单位。")
    if row.revision != revision:
        raise Stale
    return row


def open_unit(unit_id: UUID, *, place: str = "unit_id") -> Unit:
    """A unit in use. Not locked: the database shows rows to be changed to keepers alone."""
    unit = Unit.objects.filter(id=unit_id, valid_to__isnull=True).first()
    if unit is None:
        raise Invalid.at(place, "没有这个单位或它已停用，请从单位列表中选择。")
    return unit


def person_for_change(person_id: UUID, revision: int | None = None) -> Person:
    row = Person.objects.select_for_update(of=("self",)).filter(id=person_id).first()
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row


def place_of(person: Person) -> dict[str, Any]:
    """The columns by which row security knows a row about the person."""
    return {"person": person, "unit_path": person.unit_path, "region": person.region}


def relabel(people: Iterable[Person], unit: Unit) -> None:
    """Who changes the unit takes all rows about the person along; ``access`` hears of it."""
    ids = [p.id for p in people]
    for model in (Appointment, PoolEntry, RecusalFact, TrainingRecord):
        model.objects.filter(person__in=ids).update(unit_path=unit.path, region=unit.region)
    announce("organisation.moved", people=ids, unit_id=unit.id, unit_name=unit.name)


def leave_office(people: Iterable[Person], last_day: date) -> None:
    """Whatever the people were ends with the office: appointments, and being drawn into teams."""
    ids = [p.id for p in people]
    running = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    Appointment.objects.filter(running, person__in=ids, valid_from__lte=last_day).update(
        valid_to=last_day
    )
    drawn = Q(available_to__isnull=True) | Q(available_to__gt=last_day)
    PoolEntry.objects.filter(drawn, person__in=ids, available_from__lte=last_day).update(
        available_to=last_day
    )
    refresh_contact(*ids)
    announce("organisation.left", people=ids)


def refresh_contact(*people: UUID) -> None:
    """Until when colleagues may know the names: the latest end of the public appointments."""
    public = Appointment.objects.filter(person__in=people).exclude(kind=AppointmentKind.STAFF)
    ends = dict(public.order_by("person").values_list("person").annotate(last=Max("valid_to")))
    lasting = set(
        public.filter(valid_to__isnull=True).order_by("id").values_list("person_id", flat=True)
    )
    by_day: dict[date | None, list[UUID]] = {}
    for person in people:
        until = FOR_EVER if person in lasting else ends.get(person)
        by_day.setdefault(until, []).append(person)
    for until, ids in by_day.items():
        Person.objects.filter(id__in=ids).update(contact_until=until)


def pinyin(text: str) -> str:
    """Sort key and search text: full syllables, then initials (“xu ruoxi … xrx”)."""
    # Here, not above: its phrase tables would cost every start of the server a second.
    from pypinyin import Style, lazy_pinyin

    return f"{' '.join(lazy_pinyin(text))} {''.join(lazy_pinyin(text, style=Style.FIRST_LETTER))}"[
        :240
    ]


class Checks:
    """Collects every problem of a form before anything is stored."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def text(self, place: str, value: str, label: str, *, most: int, least: int = 1) -> str:
        value = value.strip()
        if len(value) < least:
            self.errors.append(FieldError(place, f"请填写{label}。"))
        elif "\x00" in value:
            self.errors.append(FieldError(place, f"{label}含有不能保存的字符，请删除后重填。"))
        elif len(value) > most:
            self.errors.append(
                FieldError(place, f"{label}不能超过 {most} 字，现有 {len(value)} 字。")
            )
        return value

    def that(self, place: str, holds: bool, message: str) -> None:
        if not holds:
            self.errors.append(FieldError(place, message))

    def fits(self, place: str, problem: str) -> None:
        """A rule's sentence; empty says that nothing is wrong."""
        self.that(place, not problem, problem)

    def order(self, place: str, first: date | None, last: date | None) -> None:
        self.that(
            place, first is None or last is None or last >= first, "结束日期不能早于开始日期。"
        )

    def done(self) -> None:
        if self.errors:
            raise Invalid(*self.errors)
