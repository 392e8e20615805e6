"""Recurring nodes that facts decide: a day of node 6 is complete when nothing due by then was missing.

Nobody ticks off “shared today”. The requests' own clocks say whether it was; so the platform settles each
day from them, under its service identity, also for days on which no job ran. Days on which something
stays missing are one matter, not one for each day: the first keeps its red light, those after it join it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import yaml

from lianxun.duties.clocks import day_of
from lianxun.duties.enums import DutyState
from lianxun.duties.models import Duty
from lianxun.duties.seed import DATA
from lianxun.duties.steps.closing import close
from lianxun.kernel.actor import Actor

COMPLETE = "当日到期的信息均已提供"
JOINED = "前一日尚未补齐，并入该件未完成事项"
BATCH = 2000


class Owed(NamedTuple):
    """A clock a node stands on: its last day, and the day it was met (``None``: still open)."""

    due_on: date
    done_on: date | None


@cache
def standing_on() -> dict[str, tuple[str, ...]]:
    """Node → codes of the clocks it stands on (``data/standing_on.yaml``)."""
    document = yaml.safe_load((DATA / "standing_on.yaml").read_text(encoding="utf-8"))
    return {node: tuple(codes) for node, codes in document["nodes"].items()}


def missing_on(day: date, owed: Sequence[Owed]) -> bool:
    """Was anything that had to be there by the end of ``day`` not there?"""
    return any(o.due_on <= day and (o.done_on is None or o.done_on > day) for o in owed)


def settle(*, actor: Actor, now: datetime) -> tuple[int, int]:
    """Close the days that are decided; returns how many were complete and how many joined another."""
    today = day_of(now)
    rows = list(
        Duty.objects.select_for_update()
        .filter(
            state=DutyState.OPEN,
            template_code__in=list(standing_on()),
            occurrence__isnull=False,
            due_on__lte=today,
            paused_on__isnull=True,
        )
        .order_by("due_on", "id")[:BATCH]
    )
    lines: dict[tuple[str, UUID], list[Duty]] = defaultdict(list)
    for row in rows:
        lines[row.template_code, row.object_id].append(row)
    owed = _owed({(d.template_code, d.engagement) for d in rows})
    complete = joined = 0
    for (code, _), days in lines.items():
        done, dropped = _decide(days, owed[code, days[0].engagement], today)
        for day, duties in done.items():
            complete += close(
                duties, actor=actor, now=now, to=DutyState.FULFILLED, reason=COMPLETE, on=day
            )
        joined += close(dropped, actor=actor, now=now, to=DutyState.CANCELLED, reason=JOINED)
    return complete, joined


def _decide(
    days: Sequence[Duty], owed: Sequence[Owed], today: date
) -> tuple[dict[date, list[Duty]], list[Duty]]:
    """Days of one engagement, oldest first → (day of completion → duties, those that join another)."""
    done: dict[date, list[Duty]] = {}
    dropped: list[Duty] = []
    waiting: Duty | None = None
    for duty in days:
        if not missing_on(duty.due_on, owed):
            done[duty.due_on] = [*([waiting] if waiting else []), duty]
            waiting = None
        elif waiting is None:
            waiting = duty
        elif duty.due_on < today:  # today is not over yet
            dropped.append(duty)
    return done, dropped


def _owed(wanted: set[tuple[str, UUID | None]]) -> dict[tuple[str, Any], list[Owed]]:
    found: dict[tuple[str, Any], list[Owed]] = defaultdict(list)
    for node in {code for code, _ in wanted}:
        engagements = [e for code, e in wanted if code == node and e is not None]
        rows = Duty.objects.filter(
            engagement__in=engagements, template_code__in=standing_on()[node]
        ).exclude(state=DutyState.CANCELLED)
        rows = rows.filter(paused_on__isnull=True).order_by("due_on", "id")
        for engagement, due_on, done_on in rows.values_list("engagement", "due_on", "done_on"):
            found[node, engagement].append(Owed(due_on, done_on))
    return found
