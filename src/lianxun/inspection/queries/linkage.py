"""How far joint teams work as one: people, papers and cross-checks by how the team is made up (R-1.3.2-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.fabric.scope import within_reach
from lianxun.inspection import permits
from lianxun.inspection.enums import (
    CrossVerdict,
    PaperState,
    SeatState,
    State,
    TeamGroup,
)
from lianxun.inspection.models import Engagement
from lianxun.kernel.actor import Actor
from lianxun.trace.door import noting, query


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageLine:
    """One engagement: how its team is made up and what it found.

    ``papers`` are signed by their author; ``cross`` of them were verified by another side as the text
    stands now, ``sound`` of these found right by all who verified; ``partners`` are confirmed people of
    joint units, ``people`` all confirmed people of the on-site teams.
    """

    id: UUID
    number: str
    unit_name: str
    team_kind: str
    partners_named: int
    people: int
    partners: int
    papers: int
    cross: int
    sound: int


@query("inspection.linkage")
def linkage(*, actor: Actor, now: datetime, year: int) -> tuple[LinkageLine, ...]:
    """Approved engagements with entry in ``year`` that the actor may see, latest first. Six queries."""
    tasks = (
        Engagement.objects.filter(
            within_reach(actor, kind="inspection.engagement", library="inspection"),
            entry_on__gte=date(year, 1, 1),
            entry_on__lte=date(year, 12, 31),
        )
        .exclude(state=State.DRAFT)
        .select_related("unit")
        .prefetch_related("seats", "papers__signatures", "papers__cross_checks")
        .order_by("-entry_on", "number")
    )
    lines = tuple(_line(task) for task in tasks)
    noting().about("inspection.engagement", actor.account_id, count=len(lines), year=year)
    return lines


def _line(task: Engagement) -> LinkageLine:
    homes = [
        s.home_id
        for s in task.seats.all()
        if s.group == TeamGroup.ON_SITE and s.state == SeatState.CONFIRMED
    ]
    signed = [p for p in task.papers.all() if p.state != PaperState.DRAFT]
    verdicts = [{c.verdict for c in permits.current_checks(p)} for p in signed]
    return LinkageLine(
        id=task.id,
        number=task.number,
        unit_name=task.unit.short_name,
        team_kind=task.team_kind,
        partners_named=len(task.partners),
        people=len(homes),
        partners=sum(home in task.partners for home in homes),
        papers=len(signed),
        cross=sum(bool(v) for v in verdicts),
        sound=sum(v == {CrossVerdict.SOUND} for v in verdicts),
    )
