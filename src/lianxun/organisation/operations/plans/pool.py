"""Entries of the pool by spreadsheet, for people registered already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lianxun.fabric.excel.reading import Line
from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import PoolKind
from lianxun.organisation.models import Person, PoolEntry
from lianxun.organisation.operations.plans.base import (
    BATCH,
    Plan,
    Wrong,
    doubles,
    people_by_code,
    person_problem,
)


def plan_pool(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    plan = Plan()
    lines = doubles(lines, plan, "人员编号", "code", "kind")
    people = people_by_code(lines)
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
        elif _differs(entry, wanted):
            for c, v in wanted.items():
                setattr(entry, c, v)
            entry.revision += 1
            changed.append(entry)
            plan.updated.append(line)
        else:
            plan.unchanged.append(line)

    def store() -> None:
        PoolEntry.objects.bulk_create(new, batch_size=BATCH)
        PoolEntry.objects.bulk_update(changed, [*columns, "revision"], batch_size=BATCH)

    plan.store = store
    return plan


def _differs(entry: PoolEntry, wanted: dict[str, Any]) -> bool:
    """The order in which skills are written says nothing."""
    now = {c: getattr(entry, c) for c in wanted} | {"skills": sorted(entry.skills)}
    return now != wanted


def _pool_problem(values: Any, person: Person | None, actor: Actor) -> Wrong | None:
    wrong = person_problem(values["code"], person, actor)
    if wrong is not None:
        return wrong
    if values["kind"] == PoolKind.EXPERT and not values["senior_title"]:
        return "高级职称", "专家库人员须填写高级职称。"
    last = values["available_to"]
    if last is not None and last < values["available_from"]:
        return "可抽调至", "结束日期不能早于开始日期。"
    return None
