"""People by spreadsheet, matched by their staff number, with what they are for their unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from lianxun.fabric.excel.reading import Line
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.organisation import rules
from lianxun.organisation.enums import AppointmentKind
from lianxun.organisation.models import Appointment, Person, Unit
from lianxun.organisation.operations.common import FOR_EVER, leave_office, pinyin, relabel
from lianxun.organisation.operations.plans.base import (
    BATCH,
    Plan,
    Seats,
    Wrong,
    doubles,
    everybody_by_code,
    unit_problem,
    units_in_use,
)

_PERSON_COLUMNS = (
    *("name", "pinyin", "unit", "unit_path", "region", "post", "phone", "active"),
    *("contact_until", "revision"),
)


def plan_people(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    plan = Plan()
    lines = doubles(lines, plan, "人员编号", "code")
    units = units_in_use(lines)
    known = everybody_by_code(lines)
    roles = _open_roles([p.id for rows in known.values() for p in rows])
    seats = Seats(units.values())
    new: list[Person] = []
    changed: list[Person] = []
    appointments: list[Appointment] = []
    moved: dict[Unit, list[Person]] = {}
    left: list[Person] = []
    for line in lines:
        unit = units.get(str(line.values["unit"]))
        same = known.get(str(line.values["code"]), [])
        person = _whose(same, unit)
        role = str(line.values["appointment"] or "")
        wrong = _row_problem(line, unit, person, actor)
        if wrong is None and same and person is None:
            wrong = "人员编号", "该编号有多人使用，请先改正其中一人的编号。"
        fresh_role = bool(role) and (
            person is None or (unit.id if unit else None, role) not in roles.get(person.id, ())
        )
        if wrong is None and unit is not None and fresh_role:
            wrong = seats.take(unit, role, (timezone.localdate(now), None))
        if wrong is not None or unit is None:
            plan.refuse(line, *(wrong or ("单位编码", "没有这个单位。")))
            continue
        if person is None:
            person = _new_person(line, unit, now)
            new.append(person)
            plan.created.append(line)
        elif _differs(person, line, unit) or fresh_role:
            if person.unit_id != unit.id:
                moved.setdefault(unit, []).append(person)
            if person.active and not line.values["active"]:
                left.append(person)
            _change(person, line, unit)
            changed.append(person)
            plan.updated.append(line)
        else:
            plan.unchanged.append(line)
        if fresh_role:
            appointments.append(_appointment(person, unit, role, now))

    def store() -> None:
        Person.objects.bulk_create(new, batch_size=BATCH)
        Person.objects.bulk_update(changed, list(_PERSON_COLUMNS), batch_size=BATCH)
        for unit, those in moved.items():
            relabel(those, unit)
        Appointment.objects.bulk_create(appointments, batch_size=BATCH)
        leave_office(left, timezone.localdate(now))

    plan.store = store
    return plan


def _open_roles(people: list[UUID]) -> dict[UUID, set[tuple[UUID | None, str]]]:
    rows = Appointment.objects.filter(person_id__in=people, valid_to__isnull=True).order_by("id")
    found: dict[UUID, set[tuple[UUID | None, str]]] = {}
    for person, unit, kind in rows.values_list("person_id", "unit_id", "kind"):
        found.setdefault(person, set()).add((unit, kind))
    return found


def _row_problem(
    line: Line, unit: Unit | None, person: Person | None, actor: Actor
) -> Wrong | None:
    wrong = unit_problem(line.values["unit"], unit, actor)
    if wrong is not None:
        return wrong
    if person is not None and not rules.may_keep_people(
        actor, path=person.unit_path, region=person.region
    ):
        return "人员编号", "该人员现不在您的管理范围内，请由原单位办理调出。"
    if line.values["appointment"] and not line.values["active"]:
        return "任职类别", "不在岗的人员不能任职。"
    return None


def _whose(same: Sequence[Person], unit: Unit | None) -> Person | None:
    """The one person with the number, or of several the one of the row's unit."""
    if len(same) == 1:
        return same[0]
    return next((p for p in same if unit is not None and p.unit_id == unit.id), None)


def _new_person(line: Line, unit: Unit, now: datetime) -> Person:
    person = Person(id=new_id(), created_at=now, code=str(line.values["code"]))
    _change(person, line, unit)
    person.revision = 1
    return person


def _change(person: Person, line: Line, unit: Unit) -> None:
    values: Any = line.values
    person.name, person.pinyin = values["name"], pinyin(values["name"])[:120]
    person.unit, person.unit_path, person.region = unit, unit.path, unit.region
    person.post, person.phone, person.active = values["post"], values["phone"], values["active"]
    if values["appointment"] and values["appointment"] != AppointmentKind.STAFF:
        person.contact_until = FOR_EVER
    person.revision += 1


def _differs(person: Person, line: Line, unit: Unit) -> bool:
    values = line.values
    now = (person.name, person.unit_id, person.post, person.phone, person.active)
    return now != (values["name"], unit.id, values["post"], values["phone"], values["active"])


def _appointment(person: Person, unit: Unit, kind: str, now: datetime) -> Appointment:
    return Appointment(
        created_at=now,
        person=person,
        unit=unit,
        unit_path=unit.path,
        region=unit.region,
        kind=kind,
        valid_from=timezone.localdate(now),
        basis="表格导入",
    )
