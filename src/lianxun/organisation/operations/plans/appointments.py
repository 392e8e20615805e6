"""Appointments by spreadsheet: begun, or an open one ended. Matched by person, unit, kind and first day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.fabric.excel.reading import Line
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.organisation.models import Appointment, Person, Post, Unit
from lianxun.organisation.operations.common import place_of, refresh_contact
from lianxun.organisation.operations.plans.base import (
    BATCH,
    Plan,
    Seats,
    Wrong,
    doubles,
    people_by_code,
    person_problem,
    unit_problem,
    units_in_use,
)
from lianxun.organisation.rules import Term, most_at_once

_KEY = ("code", "unit", "kind", "valid_from")


def plan_appointments(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Plan:
    """The seats of a unit and of its posts are counted over what is stored and what the file adds."""
    plan = Plan()
    lines = doubles(lines, plan, "任职类别", *_KEY)
    people, units = people_by_code(lines), units_in_use(lines)
    rows = Appointment.objects.filter(person__in=people.values(), unit__in=units.values())
    have = {(a.person_id, a.unit_id, a.kind, a.valid_from): a for a in rows.order_by("id")}
    own: dict[tuple[Any, ...], list[Term]] = {}
    for a in have.values():
        own.setdefault((a.person_id, a.unit_id, a.kind), []).append((a.valid_from, a.valid_to))
    seats, places = Seats(units.values()), _Posts(units.values())
    new: list[Appointment] = []
    ended: list[Appointment] = []
    for line in lines:
        values: Any = line.values
        person, unit = people.get(values["code"]), units.get(values["unit"])
        wrong = _problem(values, person, unit, actor)
        if wrong is not None or person is None or unit is None:
            plan.refuse(line, *(wrong or ("人员编号", "没有这个人员。")))
            continue
        there = have.get((person.id, unit.id, values["kind"], values["valid_from"]))
        if there is not None:
            _existing(line, there, plan, ended)
            continue
        term = (values["valid_from"], values["valid_to"])
        held = own.setdefault((person.id, unit.id, values["kind"]), [])
        wrong = _overlap(held, term)
        wrong = wrong or places.problem(unit, values["post"], term)
        wrong = wrong or seats.take(unit, values["kind"], term)
        if wrong is not None:
            plan.refuse(line, *wrong)
            continue
        row = Appointment(
            id=new_id(),
            created_at=now,
            unit=unit,
            post=places.take(unit, values["post"], term),
            kind=values["kind"],
            valid_from=term[0],
            valid_to=term[1],
            basis=values["basis"],
            **place_of(person),
        )
        held.append(term)
        new.append(row)
        plan.created.append(line)

    def store() -> None:
        Appointment.objects.bulk_create(new, batch_size=BATCH)
        Appointment.objects.bulk_update(ended, ["valid_to", "revision"], batch_size=BATCH)
        refresh_contact(*{a.person_id for a in (*new, *ended)})

    plan.store = store
    return plan


def _problem(values: Any, person: Person | None, unit: Unit | None, actor: Actor) -> Wrong | None:
    wrong = person_problem(values["code"], person, actor)
    wrong = wrong or unit_problem(values["unit"], unit, actor)
    if wrong is not None or person is None or unit is None:
        return wrong
    if not person.active:
        return "人员编号", "此人已不在岗。"
    if values["valid_from"] < unit.valid_from:
        return "自", f"不能早于单位启用的日期 {unit.valid_from}。"
    if values["valid_to"] is not None and values["valid_to"] < values["valid_from"]:
        return "至", "结束日期不能早于开始日期。"
    return None


def _existing(line: Line, row: Appointment, plan: Plan, ended: list[Appointment]) -> None:
    """A row that is there is left, or ended by the file; an end that stands is never pushed out."""
    last: Any = line.values["valid_to"]
    if last == row.valid_to:
        plan.unchanged.append(line)
    elif row.valid_to is None:
        row.valid_to = last
        row.revision += 1
        ended.append(row)
        plan.updated.append(line)
    else:
        plan.refuse(line, "至", f"这一任职已于 {row.valid_to} 结束，不能再改；请另立一行新的任职。")


def _overlap(held: list[Term], term: Term) -> Wrong | None:
    if held and most_at_once(held, term):
        return "自", "此人这段时间在该单位已有同类任职，请先结束原任职。"
    return None


class _Posts:
    """The posts of the units in the file and who holds them."""

    def __init__(self, units: Any) -> None:
        rows = Post.objects.filter(unit__in=list(units)).order_by("-valid_from", "id")
        self._posts: dict[tuple[UUID, str], Post] = {}
        for post in rows:
            self._posts.setdefault((post.unit_id, post.title), post)
        self._terms: dict[UUID, list[Term]] = {}
        held = Appointment.objects.filter(post__in=list(self._posts.values())).order_by("id")
        for post_id, first, last in held.values_list("post_id", "valid_from", "valid_to"):
            if post_id is not None:
                self._terms.setdefault(post_id, []).append((first, last))

    def problem(self, unit: Unit, title: str, term: Term) -> Wrong | None:
        if not title:
            return None
        post = self._posts.get((unit.id, title))
        ends_before = (
            post is not None
            and post.valid_to is not None
            and (term[1] is None or term[1] > post.valid_to)
        )
        if post is None or post.valid_from > term[0] or ends_before:
            return "职位", f"该单位这段时间没有职位“{title}”，请先导入职位。"
        if most_at_once(self._terms.get(post.id, []), term) >= post.seats:
            return "职位", f"职位“{title}”职数为 {post.seats}，这段时间已满。"
        return None

    def take(self, unit: Unit, title: str, term: Term) -> Post | None:
        post = self._posts.get((unit.id, title)) if title else None
        if post is not None:
            self._terms.setdefault(post.id, []).append(term)
        return post
