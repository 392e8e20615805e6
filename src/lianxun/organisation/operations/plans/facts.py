"""Facts for recusal from paper forms, and who took part in training: rows that are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from lianxun.fabric.excel.reading import Line
from lianxun.kernel.actor import Actor
from lianxun.organisation import regions
from lianxun.organisation.enums import RecusalKind
from lianxun.organisation.models import RecusalFact, TrainingRecord, Unit
from lianxun.organisation.operations.common import place_of
from lianxun.organisation.operations.plans.base import (
    BATCH,
    Plan,
    Wrong,
    doubles,
    people_by_code,
    person_problem,
)

_FACT = ("kind", "organisation_name", "place", "relation", "since", "until")


def plan_facts(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    plan = Plan()
    lines = doubles(lines, plan, "情形", "code", "unit", *_FACT)
    people = people_by_code(lines)
    # Also closed ones: who worked there worked there.
    codes = {line.values["unit"] for line in lines}
    units = {u.code: u for u in Unit.objects.filter(code__in=codes).order_by("path")}
    rows = RecusalFact.objects.filter(person__in=people.values()).order_by("id")
    have = {(f.person_id, f.organisation_id, *(getattr(f, k) for k in _FACT)) for f in rows}
    new = []
    for line in lines:
        values: Any = line.values
        person, unit = people.get(values["code"]), units.get(values["unit"])
        wrong = person_problem(values["code"], person, actor) or _fact_problem(values, unit)
        if wrong is not None or person is None:
            plan.refuse(line, *(wrong or ("人员编号", "没有这个人员。")))
        elif (person.id, unit.id if unit else None, *(values[k] for k in _FACT)) in have:
            plan.unchanged.append(line)
        else:
            new.append(
                RecusalFact(
                    created_at=now,
                    organisation=unit,
                    declared_on=timezone.localdate(now),
                    **{k: values[k] for k in _FACT},
                    **place_of(person),
                )
            )
            plan.created.append(line)

    def store() -> None:
        RecusalFact.objects.bulk_create(new, batch_size=BATCH)

    plan.store = store
    return plan


def _fact_problem(values: Any, unit: Unit | None) -> Wrong | None:
    if values["unit"] and unit is None:
        return "单位编码", f"没有编码为“{values['unit']}”的单位；未登记的单位请填“单位或地方”。"
    if not (unit or values["organisation_name"] or values["place"]):
        return "单位编码", "请填写单位编码、单位或地方、地方代码中的一项。"
    if values["kind"] == RecusalKind.NATIVE and values["place"] is None:
        return "地方代码", "籍贯或成长地须填写行政区划代码。"
    if values["place"] is not None and (wrong := regions.problem_with(values["place"])):
        return "地方代码", wrong
    since, until = values["since"], values["until"]
    if since is not None and until is not None and until < since:
        return "止", "结束日期不能早于开始日期。"
    return None


def plan_training(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    plan = Plan()
    lines = doubles(lines, plan, "培训名称", "code", "title", "held_on")
    people = people_by_code(lines)
    rows = TrainingRecord.objects.filter(person__in=people.values()).order_by("id")
    have = set(rows.values_list("person_id", "title", "held_on"))
    today = timezone.localdate(now)
    new = []
    for line in lines:
        values: Any = line.values
        person = people.get(values["code"])
        wrong = person_problem(values["code"], person, actor)
        if wrong is None and values["held_on"] > today:
            wrong = "日期", "培训日期不能晚于今天。"
        if wrong is not None or person is None:
            plan.refuse(line, *(wrong or ("人员编号", "没有这个人员。")))
        elif (person.id, values["title"], values["held_on"]) in have:
            plan.unchanged.append(line)
        else:
            wanted = {k: values[k] for k in ("kind", "title", "held_on", "hours")}
            wanted["methods"] = sorted(values["methods"] or ())
            new.append(TrainingRecord(created_at=now, **wanted, **place_of(person)))
            plan.created.append(line)

    def store() -> None:
        TrainingRecord.objects.bulk_create(new, batch_size=BATCH)

    plan.store = store
    return plan
