"""Nodes 10 to 12 of an engagement: done when the year's own work is done, whatever is inspected.

Rules are revised each June, the platform is upgraded in December, people are trained by the end of the
year: once for all engagements, not once for each. Those who do it report it there; the platform closes
the nodes of the engagements they look after, under its service identity.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

import yaml

from lianxun.duties.clocks import day_of
from lianxun.duties.enums import DutyState
from lianxun.duties.models import Duty
from lianxun.duties.seed import DATA
from lianxun.duties.steps.closing import close
from lianxun.kernel.actor import Actor

BATCH = 2000


class Work(NamedTuple):
    """The work of a year behind a node: its clocks, and the sentence that closes the node."""

    codes: tuple[str, ...]
    reason: str


class Year(NamedTuple):
    """Whose work of which year a node stands for."""

    code: str
    unit: UUID
    year: int


@cache
def works() -> dict[str, Work]:
    """Node → the work it stands for (``data/standing_on.yaml``)."""
    document = yaml.safe_load((DATA / "standing_on.yaml").read_text(encoding="utf-8"))
    return {
        node: Work(tuple(entry["clocks"]), entry["reason"])
        for node, entry in document["yearly"].items()
    }


def settle(*, actor: Actor, now: datetime) -> int:
    """Close the nodes whose year's work is done; returns how many."""
    nodes = list(
        Duty.objects.select_for_update()
        .filter(
            state=DutyState.OPEN,
            template_code__in=list(works()),
            occurrence__isnull=False,
            starts_on__lte=day_of(now),
            paused_on__isnull=True,
        )
        .order_by("due_on", "id")[:BATCH]
    )
    groups: dict[Year, list[Duty]] = defaultdict(list)
    for node in nodes:
        groups[Year(node.template_code, node.responsible_unit, node.due_on.year)].append(node)
    closed = 0
    for year, rows in groups.items():
        done_on = _done_on(year)
        if done_on is not None:
            closed += close(
                rows,
                actor=actor,
                now=now,
                to=DutyState.FULFILLED,
                reason=works()[year.code].reason,
                on=done_on,
            )
    return closed


def _done_on(year: Year) -> date | None:
    """The day on which the last of the year's work was done; ``None`` while some is open or none exists."""
    clocks = Duty.objects.filter(
        template_code__in=works()[year.code].codes,
        responsible_unit=year.unit,
        due_on__year=year.year,
    ).exclude(state=DutyState.CANCELLED)
    days = list(clocks.order_by("id").values_list("done_on", flat=True))
    if not days or None in days:
        return None
    return max(day for day in days if day is not None)
