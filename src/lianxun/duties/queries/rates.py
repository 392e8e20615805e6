"""How well units keep the clocks of one kind: from the cube, each number with the filters of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from lianxun.duties.clocks import light_case
from lianxun.duties.models import Duty, DutyTemplate, Letter
from lianxun.duties.queries import cube
from lianxun.duties.records import RateRow
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query


@query("duties.rates")
def rates(*, actor: Actor, now: datetime, codes: Sequence[str]) -> list[RateRow]:
    """For each unit and clock of ``codes``: met in time, met late, overdue, running. What a board shows:
    everything open and what was finished in the last quarter. The lowest share first."""
    found: dict[tuple[str, str], dict[Light, int]] = {}
    for code in dict.fromkeys(codes):
        for cell, number in cube.counts("unit", {"code": code}, actor=actor, now=now).items():
            lights = found.setdefault((cell.key, code), dict.fromkeys(Light, 0))
            lights[cell.light] += number
    names = dict(
        Unit.objects.filter(id__in={unit for unit, _ in found})
        .order_by("id")
        .values_list("id", "short_name")
    )
    titles = dict(
        DutyTemplate.objects.filter(code__in=list(codes))
        .order_by("version", "preset")
        .values_list("code", "title")
    )
    labels = {str(ident): name for ident, name in names.items()}
    rows = [
        RateRow(
            unit=unit,
            unit_name=labels.get(unit, unit),
            code=code,
            title=titles.get(code, code),
            counts=lights,
            filters={"board": "1", "unit": unit, "code": code},
        )
        for (unit, code), lights in found.items()
        if any(lights.values())
    ]
    order = {code: place for place, code in enumerate(codes)}
    rows.sort(key=lambda r: (_worst(r), r.unit_name, order[r.code]))
    noting().about("duties.board", actor.account_id, rows=len(rows))
    return rows


def _worst(row: RateRow) -> tuple[int, int]:
    """The lowest share first, then the most overdue; who owed nothing yet comes last."""
    return (101 if row.rate is None else row.rate, -row.counts[Light.RED])


@query("duties.warned")
def warned(
    *, actor: Actor, now: datetime, presences: Mapping[UUID, tuple[date, date]]
) -> dict[UUID, tuple[int, int, int]]:
    """Warning letters of each engagement before the team came, while it was on site, and afterwards.

    ``presences``: engagement → first and last day on site so far. Counts what the actor may see. One query.
    """
    rows: Any = (
        Letter.objects.filter(engagement__in=list(presences))
        .values("engagement", "issued_on")
        .annotate(n=Count("id"))
        .order_by("engagement", "issued_on")
    )
    found = {task: [0, 0, 0] for task in presences}
    for row in rows:
        first, last = presences[row["engagement"]]
        place = 0 if row["issued_on"] < first else 1 if row["issued_on"] <= last else 2
        found[row["engagement"]][place] += row["n"]
    noting().about("duties.letter", actor.account_id, engagements=len(found))
    return {task: (before, during, after) for task, (before, during, after) in found.items()}


@query("duties.kept")
def kept(
    *, actor: Actor, now: datetime, engagements: Sequence[UUID], codes: Sequence[str]
) -> dict[UUID, dict[str, tuple[int, int, int]]]:
    """Clocks of each engagement by code: met in time, met late, overdue. Those that run or were called off
    do not count. Counts what the actor may see. One query."""
    rows: Any = (
        Duty.objects.filter(
            within_reach(actor, kind="duties.duty"),
            engagement__in=list(engagements),
            template_code__in=list(codes),
        )
        .annotate(light=light_case(now))
        .values("engagement", "template_code", "light")
        .annotate(n=Count("id"))
        .order_by("engagement", "template_code", "light")
    )
    places = {Light.DONE: 0, Light.DONE_LATE: 1, Light.RED: 2}
    found: dict[UUID, dict[str, list[int]]] = {task: {} for task in engagements}
    for row in rows:
        if (place := places.get(Light(row["light"]))) is not None:
            found[row["engagement"]].setdefault(row["template_code"], [0, 0, 0])[place] += row["n"]
    noting().about("duties.duty", actor.account_id, engagements=len(found))
    return {
        task: {code: (a, b, c) for code, (a, b, c) in clocks.items()}
        for task, clocks in found.items()
    }
