"""Posts by spreadsheet, matched by unit and title."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lianxun.fabric.excel.reading import Line
from lianxun.kernel.actor import Actor
from lianxun.organisation import rules
from lianxun.organisation.models import Appointment, Post, Unit
from lianxun.organisation.operations.plans.base import (
    BATCH,
    Plan,
    Wrong,
    doubles,
    unit_problem,
    units_in_use,
)


def plan_posts(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    plan = Plan()
    lines = doubles(lines, plan, "职位", "unit", "title")
    units = units_in_use(lines)
    rows = Post.objects.filter(unit__in=units.values(), valid_to__isnull=True).order_by("id")
    have = {(p.unit_id, p.title): p for p in rows}
    terms: dict[Any, list[rules.Term]] = {}
    held = Appointment.objects.filter(post__in=rows).order_by("id")
    for post_id, first, last in held.values_list("post_id", "valid_from", "valid_to"):
        terms.setdefault(post_id, []).append((first, last))
    new: list[Post] = []
    changed: list[Post] = []
    for line in lines:
        values: Any = line.values
        unit = units.get(str(values["unit"]))
        post = have.get((unit.id, values["title"])) if unit else None
        wrong = _problem(values, unit, actor)
        if wrong is None and post is not None:
            wrong = _too_few(values, post, terms.get(post.id, []))
        if wrong is not None or unit is None:
            plan.refuse(line, *(wrong or ("单位编码", "没有这个单位。")))
        elif post is None:
            wanted = {k: values[k] for k in ("title", "leading", "seats", "valid_from")}
            new.append(Post(created_at=now, unit=unit, **wanted))
            plan.created.append(line)
        elif (post.leading, post.seats) != (values["leading"], values["seats"]):
            post.leading, post.seats = values["leading"], values["seats"]
            post.revision += 1
            changed.append(post)
            plan.updated.append(line)
        else:
            plan.unchanged.append(line)

    def store() -> None:
        Post.objects.bulk_create(new, batch_size=BATCH)
        Post.objects.bulk_update(changed, ["leading", "seats", "revision"], batch_size=BATCH)

    plan.store = store
    return plan


def _problem(values: Any, unit: Unit | None, actor: Actor) -> Wrong | None:
    wrong = unit_problem(values["unit"], unit, actor)
    if wrong is None and unit is not None and values["valid_from"] < unit.valid_from:
        return "设立日期", f"不能早于单位启用的日期 {unit.valid_from}。"
    return wrong


def _too_few(values: Any, post: Post, terms: list[rules.Term]) -> Wrong | None:
    held = rules.most_at_once(terms, (post.valid_from, None))
    if values["seats"] < held:
        return "职数", f"这个职位有 {held} 人任职，职数不能少于 {held}。"
    return None
