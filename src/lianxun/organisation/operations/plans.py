"""What the rows of a spreadsheet would do, decided before anything is stored. A few queries for any
number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.utils import timezone

from lianxun.fabric.excel.reading import CellProblem, Line
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.organisation import regions, rules
from lianxun.organisation.enums import AppointmentKind, PoolKind, UnitChange
from lianxun.organisation.models import Appointment, Person, PoolEntry, Unit, UnitPeriod
from lianxun.organisation.operations.common import pinyin
from lianxun.organisation.operations.people import FOR_EVER

BATCH = 1000
_PERSON_COLUMNS = (
    *("name", "pinyin", "unit", "unit_path", "region", "post", "phone", "active"),
    *("contact_until", "revision"),
)


def _nothing() -> None:
    """A plan without rows stores nothing."""


@dataclass(slots=True)
class Plan:
    """Rows by what would happen to them; ``store`` makes it happen."""

    created: list[Line] = field(default_factory=list)
    updated: list[Line] = field(default_factory=list)
    unchanged: list[Line] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    store: Callable[[], None] = _nothing

    def refuse(self, line: Line, column: str, message: str) -> None:
        self.problems.append(CellProblem(line.row, column, message))


def _doubles(lines: Iterable[Line], plan: Plan, column: str, *keys: str) -> list[Line]:
    """Lines whose key occurs first; later ones are refused with the row they repeat."""
    first: dict[tuple[Any, ...], int] = {}
    kept = []
    for line in lines:
        key = tuple(line.values[k] for k in keys)
        if key in first:
            plan.refuse(line, column, f"与第 {first[key]} 行重复。")
        else:
            first[key] = line.row
            kept.append(line)
    return kept


# --- people ------------------------------------------------------------------------------------


def plan_people(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    plan = Plan()
    lines = _doubles(lines, plan, "人员编号", "code")
    units = {
        u.code: u
        for u in Unit.objects.filter(
            code__in={line.values["unit"] for line in lines}, valid_to__isnull=True
        )
    }
    known = _people_by_code({line.values["code"] for line in lines})
    hidden = _taken({str(line.values["code"]) for line in lines} - set(known))
    roles = _open_roles([p.id for p in known.values()])
    seats = _Seats([u.id for u in units.values()])
    new: list[Person] = []
    changed: list[Person] = []
    appointments: list[Appointment] = []
    for line in lines:
        unit = units.get(str(line.values["unit"]))
        wrong = _person_problem(line, unit, hidden, actor)
        person = known.get(str(line.values["code"]))
        if wrong is None and person is not None and unit is not None:
            wrong = _may_change(person, actor)
        role = str(line.values["appointment"] or "")
        fresh_role = bool(role) and (
            person is None or (unit.id if unit else None, role) not in roles.get(person.id, ())
        )
        if wrong is None and unit is not None and fresh_role:
            wrong = seats.take(unit.id, role)
        if wrong is not None or unit is None:
            plan.refuse(line, *(wrong or ("单位编码", "没有这个单位。")))
            continue
        if person is None:
            person = _new_person(line, unit, now)
            new.append(person)
            plan.created.append(line)
        elif _differs(person, line, unit) or fresh_role:
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
        Appointment.objects.bulk_create(appointments, batch_size=BATCH)

    plan.store = store
    return plan


def _people_by_code(codes: set[Any]) -> dict[str, Person]:
    return {str(p.code): p for p in Person.objects.filter(code__in=codes)}


def _taken(codes: set[str]) -> set[str]:
    """Staff numbers used outside of what the actor sees: said as “已被使用”, nothing more."""
    if not codes:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("select lx.codes_taken(%s)", [list(codes)])
        return set(cursor.fetchone()[0])


def _open_roles(people: list[UUID]) -> dict[UUID, set[tuple[UUID | None, str]]]:
    rows = Appointment.objects.filter(person_id__in=people, valid_to__isnull=True)
    found: dict[UUID, set[tuple[UUID | None, str]]] = {}
    for person, unit, kind in rows.values_list("person_id", "unit_id", "kind"):
        found.setdefault(person, set()).add((unit, kind))
    return found


class _Seats:
    """One head, one responsible deputy, at most three liaison officers per unit."""

    _MOST: ClassVar[dict[str, int]] = {
        AppointmentKind.HEAD.value: 1,
        AppointmentKind.RESPONSIBLE_DEPUTY.value: 1,
        AppointmentKind.LIAISON_OFFICER.value: 3,
    }

    def __init__(self, units: list[UUID]) -> None:
        self._taken: dict[tuple[UUID, str], int] = {}
        rows = Appointment.objects.filter(unit_id__in=units, valid_to__isnull=True)
        for key in rows.values_list("unit_id", "kind"):
            self._taken[key] = self._taken.get(key, 0) + 1

    def take(self, unit: UUID, kind: str) -> tuple[str, str] | None:
        most = self._MOST.get(kind)
        have = self._taken.get((unit, kind), 0)
        if most is not None and have >= most:
            label = AppointmentKind(kind).label
            return "任职类别", f"该单位已有 {have} 名{label}，请先结束原任职。"
        self._taken[(unit, kind)] = have + 1
        return None


def _person_problem(
    line: Line, unit: Unit | None, hidden: set[str], actor: Actor
) -> tuple[str, str] | None:
    if unit is None:
        return "单位编码", f"没有编码为“{line.values['unit']}”的在用单位。"
    if not rules.may_keep_people(actor, path=unit.path, region=unit.region):
        return "单位编码", "该单位不在您的管理范围内。"
    if line.values["code"] in hidden:
        return "人员编号", "该编号已被使用，请核对。"
    return None


def _may_change(person: Person, actor: Actor) -> tuple[str, str] | None:
    if not rules.may_keep_people(actor, path=person.unit_path, region=person.region):
        return "人员编号", "该人员现不在您的管理范围内，请由原单位办理调出。"
    return None


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


# --- pool --------------------------------------------------------------------------------------


def plan_pool(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    plan = Plan()
    lines = _doubles(lines, plan, "人员编号", "code", "kind")
    people = _people_by_code({line.values["code"] for line in lines})
    entries = {
        (e.person_id, e.kind): e
        for e in PoolEntry.objects.filter(person_id__in=[p.id for p in people.values()])
    }
    new: list[PoolEntry] = []
    changed: list[PoolEntry] = []
    columns = ("skills", "senior_title", "years", "available_from", "available_to")
    for line in lines:
        values: Any = line.values
        person = people.get(values["code"])
        wrong = _pool_problem(values, person, actor)
        if wrong is not None or person is None:
            plan.refuse(line, *(wrong or ("人员编号", "没有这个人员。")))
            continue
        wanted = {c: values[c] for c in columns} | {"skills": sorted(values["skills"])}
        entry = entries.get((person.id, values["kind"]))
        if entry is None:
            new.append(
                PoolEntry(
                    created_at=now,
                    person=person,
                    unit_path=person.unit_path,
                    region=person.region,
                    kind=values["kind"],
                    **wanted,
                )
            )
            plan.created.append(line)
        elif any(getattr(entry, c) != v for c, v in wanted.items()):
            for c, v in wanted.items():
                setattr(entry, c, v)
            changed.append(entry)
            plan.updated.append(line)
        else:
            plan.unchanged.append(line)

    def store() -> None:
        PoolEntry.objects.bulk_create(new, batch_size=BATCH)
        PoolEntry.objects.bulk_update(changed, list(columns), batch_size=BATCH)

    plan.store = store
    return plan


def _pool_problem(values: Any, person: Person | None, actor: Actor) -> tuple[str, str] | None:
    if person is None or not rules.may_keep_people(
        actor, path=person.unit_path, region=person.region
    ):
        return "人员编号", f"您的管理范围内没有编号为“{values['code']}”的人员，请先导入人员。"
    if values["kind"] == PoolKind.EXPERT and not values["senior_title"]:
        return "高级职称", "专家库人员须填写高级职称。"
    last = values["available_to"]
    if last is not None and last < values["available_from"]:
        return "可抽调至", "结束日期不能早于开始日期。"
    return None


# --- units -------------------------------------------------------------------------------------


def plan_units(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    """New units, parents before children whatever their order in the sheet."""
    plan = Plan()
    lines = _doubles(lines, plan, "单位编码", "code")
    codes = {line.values["code"] for line in lines} | {line.values["parent"] for line in lines}
    have = {u.code: u for u in Unit.objects.filter(code__in=codes - {None})}
    waiting = {str(line.values["code"]): line for line in lines}
    made: dict[str, Unit] = {}
    for line in lines:
        existing = have.get(str(line.values["code"]))
        if existing is not None:
            del waiting[existing.code]
            _existing(line, existing, plan)
    while waiting:
        ready = [c for c, x in waiting.items() if str(x.values["parent"] or "") not in waiting]
        if not ready:
            for line in waiting.values():
                plan.refuse(line, "上级单位编码", "上下级互为循环，请核对。")
            break
        for code in ready:
            line = waiting.pop(code)
            _new_unit(line, have | made, made, plan, actor=actor, now=now)

    def store() -> None:
        if not made:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "select nextval('organisation_unit_segment') from generate_series(1, %s)",
                [len(made)],
            )
            segments = [row[0] for row in cursor.fetchall()]
        for unit, segment in zip(made.values(), segments, strict=True):
            unit.path = f"{unit.parent.path if unit.parent else ''}{segment:04d}/"
        Unit.objects.bulk_create(made.values(), batch_size=BATCH)
        UnitPeriod.objects.bulk_create(
            [
                UnitPeriod(
                    created_at=now,
                    unit=unit,
                    change=UnitChange.CREATED,
                    name=unit.name,
                    short_name=unit.short_name,
                    parent=unit.parent,
                    valid_from=unit.valid_from,
                    basis=str(line.values["basis"]),
                )
                for unit, line in zip(made.values(), plan.created, strict=True)
            ],
            batch_size=BATCH,
        )

    plan.store = store
    return plan


def _existing(line: Line, unit: Unit, plan: Plan) -> None:
    values = line.values
    parent = unit.parent.code if unit.parent else None
    same = (unit.name, unit.kind, unit.region, parent) == (
        values["name"],
        values["kind"],
        values["region"],
        values["parent"],
    )
    if same:
        plan.unchanged.append(line)
    else:
        plan.refuse(
            line, "单位编码", "已有此编码的单位且内容不同；更名、调整隶属请在单位页面办理。"
        )


def _new_unit(
    line: Line,
    known: dict[str, Unit],
    made: dict[str, Unit],
    plan: Plan,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    values: Any = line.values
    parent = known.get(values["parent"]) if values["parent"] else None
    wrong = regions.problem_with(values["region"])
    if wrong:
        plan.refuse(line, "行政区划代码", wrong)
    elif values["parent"] and parent is None:
        plan.refuse(
            line, "上级单位编码", f"没有编码为“{values['parent']}”的单位，或它在本表中有误。"
        )
    elif parent is not None and parent.valid_to is not None:
        plan.refuse(line, "上级单位编码", "上级单位已停用。")
    elif not rules.may_keep_units(
        actor, path=parent.path if parent else "~", region=values["region"]
    ):
        plan.refuse(line, "行政区划代码", "该区域不在您的管理范围内。")
    else:
        made[values["code"]] = Unit(
            id=new_id(),
            created_at=now,
            code=values["code"],
            name=values["name"],
            short_name=values["short_name"] or values["name"][:40],
            pinyin=pinyin(values["name"]),
            kind=values["kind"],
            tier=regions.tier_of(values["region"]),
            region=values["region"],
            parent=parent,
            path="",
            valid_from=values["valid_from"],
        )
        plan.created.append(line)
