"""New units by spreadsheet. Renaming and moving existing ones are acts of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from lianxun.fabric.excel.reading import Line
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.organisation import regions, rules
from lianxun.organisation.enums import ONCE_PER_REGION, UnitChange, UnitKind
from lianxun.organisation.models import Unit, UnitPeriod
from lianxun.organisation.operations.common import pinyin
from lianxun.organisation.operations.plans.base import BATCH, Plan, doubles


def plan_units(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    """New units, parents before children whatever their order in the sheet."""
    plan = Plan()
    lines = doubles(lines, plan, "单位编码", "code")
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
    elif values["kind"] in ONCE_PER_REGION and _twin(values, made):
        label = UnitKind(values["kind"]).label
        plan.refuse(line, "单位类别", f"本级已设立{label}，同一级只设一个。")
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


def _twin(values: Any, made: dict[str, Unit]) -> bool:
    kind, region = values["kind"], values["region"]
    if any((u.kind, u.region) == (kind, region) for u in made.values()):
        return True
    return Unit.objects.filter(kind=kind, region=region, valid_to__isnull=True).exists()
