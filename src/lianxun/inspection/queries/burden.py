"""How often each unit is inspected, and who is there to help it rectify (R-1.2.3-1, R-1.3.1-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from lianxun.fabric.paging import Page
from lianxun.fabric.scope import within_reach
from lianxun.inspection.enums import SeatState, State, TeamGroup
from lianxun.inspection.models import Engagement
from lianxun.inspection.records import BurdenLine, SupportLine
from lianxun.kernel.actor import Actor
from lianxun.organisation.queries.choices import unit_names
from lianxun.trace.door import noting, query

LINES = 50


@query("inspection.burden")
def burden(*, actor: Actor, now: datetime, year: int, page: int = 1) -> Page[BurdenLine]:
    """Units with inspections entered or planned in ``year``, the most often inspected first.

    ``in_a_round``: the most of one round; ``joint``: entered together with other units, once instead of
    once each. Two queries.
    """
    rows = (
        Engagement.objects.filter(
            within_reach(actor, kind="inspection.engagement", library="inspection")
        )
        .filter(entry_on__gte=date(year, 1, 1), entry_on__lte=date(year, 12, 31))
        .exclude(state=State.DRAFT)
    )
    by_round = rows.values("unit_id", "round_id").annotate(
        n=Count("id"), joint=Count("id", filter=~Q(partners__len=0)), last=Max("entry_on")
    )
    found: dict[UUID, list[Any]] = {}
    for row in by_round.order_by("unit_id", "round_id"):
        found.setdefault(row["unit_id"], []).append(row)
    names = unit_names(found)
    lines = [_line(unit, names.get(unit, ""), rounds) for unit, rounds in found.items()]
    lines.sort(key=lambda x: (-x.visits, -x.in_a_round, x.unit_name))
    noting().about("inspection.engagement", actor.account_id, units=len(lines), year=year)
    return Page(lines[(page - 1) * LINES : page * LINES], page, len(lines), LINES)


def _line(unit: UUID, name: str, rounds: list[Any]) -> BurdenLine:
    counts = [row["n"] for row in rounds]
    return BurdenLine(
        unit_id=unit,
        unit_name=name,
        visits=sum(counts),
        rounds=len(counts),
        in_a_round=max(counts),
        joint=sum(row["joint"] for row in rounds),
    )


@query("inspection.support")
def support(*, actor: Actor, now: datetime, engagements: Sequence[UUID]) -> dict[UUID, SupportLine]:
    """The people of the guidance group (整改督导组) of each engagement the actor may see."""
    rows = (
        Engagement.objects.filter(id__in=list(engagements))
        .select_related("unit")
        .annotate(
            people=Count(
                "seats",
                filter=Q(seats__group=TeamGroup.GUIDANCE, seats__state=SeatState.CONFIRMED),
            )
        )
        .order_by("number")
    )
    found = {
        task.id: SupportLine(
            id=task.id,
            number=task.number,
            unit_name=task.unit.short_name,
            state_label=State(task.state).label,
            people=task.people,
        )
        for task in rows
    }
    noting().about("inspection.engagement", actor.account_id, count=len(found))
    return found
