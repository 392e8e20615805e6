"""What first pages ask of the clocks: of some objects, of some engagements, and what is late at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import day_of, light_filter, record
from lianxun.duties.enums import DutyState
from lianxun.duties.models import Duty
from lianxun.duties.queries.lists import filtered
from lianxun.duties.records import DutyRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.trace.door import noting, query

BURNING_MOST = 200  # duties that a first page looks at
LATE_MOST = 1000  # late matters that it counts
_RANK = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2}


class Late(NamedTuple):
    """One late matter: all occurrences of a recurring duty are one."""

    template_code: str
    object_id: UUID
    responsible_unit: UUID
    engagement: UUID | None


@query("duties.burning")
def burning(
    *, actor: Actor, now: datetime, lights: Collection[Light], codes: Collection[str] = ()
) -> tuple[DutyRecord, ...]:
    """Open duties of these lights (and of these templates, where some are named), soonest first."""
    wanted = Q()
    for light in lights:
        wanted |= light_filter(light, now)
    rows = filtered({"board": "1"}, now, actor=actor).filter(wanted)
    if codes:
        rows = rows.filter(template_code__in=codes)
    table = current_calendar()
    found = tuple(record(d, table, now) for d in rows.order_by("due_on", "id")[:BURNING_MOST])
    noting().about("duties.duty", actor.account_id, count=len(found))
    return found


@query("duties.late")
def late(*, actor: Actor, now: datetime) -> tuple[Late, ...]:
    """What is late, each matter once; up to ``LATE_MOST`` of them."""
    rows = filtered({"board": "1", "light": Light.RED.value}, now, actor=actor)
    found = rows.order_by(*Late._fields).values_list(*Late._fields).distinct()[:LATE_MOST]
    noting().about("duties.duty", actor.account_id, count=len(found))
    return tuple(Late(*row) for row in found)


@query("duties.clocks_of")
def clocks_of(*, actor: Actor, now: datetime, objects: Collection[UUID]) -> dict[UUID, DutyRecord]:
    """The gravest running clock of each object; of equal ones the soonest."""
    if not objects:
        return {}
    worst = running(now=now, objects=objects)
    noting().about("duties.duty", actor.account_id, count=len(worst))
    return worst


def running(*, now: datetime, objects: Collection[UUID]) -> dict[UUID, DutyRecord]:
    """As ``clocks_of``, for a page that shows them as part of something else."""
    table = current_calendar()
    rows = Duty.objects.filter(
        object_id__in=objects,
        state=DutyState.OPEN,
        paused_on__isnull=True,
        starts_on__lte=day_of(now),
    )
    worst: dict[UUID, DutyRecord] = {}
    for duty in rows.order_by("due_on", "id"):
        found = record(duty, table, now)
        known = worst.get(duty.object_id)
        if known is None or _RANK[found.light] < _RANK[known.light]:
            worst[duty.object_id] = found
    return worst


@query("duties.timeline")
def timeline(*, actor: Actor, now: datetime, engagement: UUID) -> tuple[DutyRecord, ...]:
    """The milestones of one engagement, as in ``timelines``."""
    found = _nodes([engagement], now)[engagement]
    noting().about("inspection.engagement", engagement, count=len(found))
    return found


@query("duties.timelines")
def timelines(
    *, actor: Actor, now: datetime, engagements: Collection[UUID]
) -> dict[UUID, tuple[DutyRecord, ...]]:
    """The milestones of each engagement in order of their day; of a recurring node the next occurrence
    (or the last, when all are over). One query for all of them."""
    found = _nodes(engagements, now)
    noting().about("inspection.engagement", actor.account_id, count=len(found))
    return found


def _nodes(engagements: Collection[UUID], now: datetime) -> dict[UUID, tuple[DutyRecord, ...]]:
    today, table = day_of(now), current_calendar()
    shown: dict[UUID, dict[str, Duty]] = {each: {} for each in engagements}
    rows = Duty.objects.filter(
        engagement__in=sorted(engagements), template_code__startswith="MS-"
    ).exclude(state=DutyState.CANCELLED)
    for duty in rows.order_by("due_on", "id") if engagements else ():
        nodes = shown[duty.engagement] if duty.engagement else {}
        before = nodes.get(duty.template_code)
        if before is None or before.due_on < today:
            nodes[duty.template_code] = duty
    return {
        each: tuple(
            record(d, table, now)
            for d in sorted(nodes.values(), key=lambda d: (d.due_on, d.template_code))
        )
        for each, nodes in shown.items()
    }
