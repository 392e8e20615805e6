"""How deep inspections went, and what belongs to more than one engagement."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from lianxun.fabric.paging import COUNT_LIMIT, PAGE_SIZE, Page
from lianxun.inspection.common import leading_group_path
from lianxun.inspection.enums import CorroborationState, Implementation, PaperState, State
from lianxun.inspection.models import Corroboration, Engagement, Obstacle, Paper, Seat
from lianxun.inspection.paper_records import CorroborationRecord
from lianxun.inspection.parts import corroboration_record, obstacle_record, seat_record
from lianxun.inspection.records import CoverageLine, EarlierPaper, ObstacleRecord, SeatRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query

COVERAGE_LIMIT = 500


@query("inspection.coverage")
def coverage(
    *, actor: Actor, now: datetime, region: tuple[int, int] | None = None
) -> list[CoverageLine]:
    """Every inspected unit of the actor's area: visits, papers, signatures, confirmations by outsiders.

    Units never inspected stand first, then those inspected longest ago. Four queries.
    """
    low, high = region or actor.region
    units = list(
        Unit.objects.filter(
            kind=UnitKind.INSPECTED, region__gte=low, region__lte=high, valid_to__isnull=True
        ).order_by("path")[:COVERAGE_LIMIT]
    )
    tasks = defaultdict(list)
    for task in Engagement.objects.filter(
        unit__in=units, region__gte=low, region__lte=high
    ).order_by("-entry_on", "number"):
        tasks[task.unit_id].append(task)
    papers = _paper_counts(units)
    confirmed = _confirmations(units)
    lines = [
        _coverage_line(unit, tasks[unit.id], papers.get(unit.id, {}), confirmed.get(unit.id, {}))
        for unit in units
    ]
    lines.sort(key=lambda x: (x.last_entry_on is not None, x.last_entry_on, x.unit_name))
    noting().about("inspection.coverage", actor.account_id, units=len(lines))
    return lines


def _paper_counts(units: list[Unit]) -> dict[UUID, dict[str, int]]:
    rows = (
        Paper.objects.filter(task__unit__in=units)
        .values("task__unit_id")
        .annotate(
            papers=Count("id"),
            signed=Count("id", filter=Q(state=PaperState.SIGNED_HEAD)),
            carried=Count("id", filter=Q(carried_from__isnull=False)),
        )
        .order_by("task__unit_id")
    )
    return {
        r["task__unit_id"]: {"papers": r["papers"], "signed": r["signed"], "carried": r["carried"]}
        for r in rows
    }


def _confirmations(units: list[Unit]) -> dict[UUID, dict[UUID, int]]:
    """Unit → paper → how many outsiders confirmed it."""
    found: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    rows = (
        Corroboration.objects.filter(
            paper__task__unit__in=units, state=CorroborationState.CONFIRMED
        )
        .values("paper__task__unit_id", "paper_id")
        .annotate(n=Count("id"))
        .order_by("paper_id")
    )
    for row in rows:
        found[row["paper__task__unit_id"]][row["paper_id"]] = row["n"]
    return found


def _coverage_line(
    unit: Unit, tasks: list[Engagement], papers: dict[str, int], confirmed: dict[UUID, int]
) -> CoverageLine:
    visited = [t for t in tasks if t.state not in _BEFORE_ENTRY]
    last = visited[0] if visited else None
    return CoverageLine(
        unit_id=unit.id,
        unit_name=unit.short_name,
        region=unit.region,
        visits=len(visited),
        running=sum(t.state != State.ARCHIVED for t in tasks),
        last_entry_on=last.entry_on if last else None,
        last_state=State(last.state).label if last else "",
        papers=papers.get("papers", 0),
        signed=papers.get("signed", 0),
        carried=papers.get("carried", 0),
        confirmations=sum(confirmed.values()),
        corroborated=sum(n >= 2 for n in confirmed.values()),
        engagements=tuple(t.id for t in tasks),
    )


_BEFORE_ENTRY = (State.DRAFT, State.APPROVED, State.CONSULTING, State.PREPARED)


@query("inspection.earlier_papers")
def earlier_papers(*, actor: Actor, now: datetime, engagement_id: UUID) -> list[EarlierPaper]:
    """Signed findings of earlier engagements on the same unit, newest first, carried ones marked."""
    task = Engagement.objects.filter(id=engagement_id).first()
    if task is None:
        raise NotFound
    carried = set(
        task.papers.filter(carried_from__isnull=False).values_list("carried_from_id", flat=True)
    )
    rows = (
        Paper.objects.filter(task__unit_id=task.unit_id, state=PaperState.SIGNED_HEAD)
        .exclude(task=task)
        .select_related("task__round")
        .order_by("-task__entry_on", "number")
    )
    found = [
        EarlierPaper(
            id=p.id,
            number=p.number,
            title=p.title,
            axis_label=Implementation(p.axis).label,
            round_name=p.task.round.name,
            carried=p.id in carried,
        )
        for p in rows
    ]
    noting().about(
        "inspection.engagement", task.id, engagement=task.id, level=task.level, count=len(found)
    )
    return found


@query("inspection.corroborations")
def corroborations(
    *, actor: Actor, now: datetime, state: str = "", page: int = 1
) -> Page[CorroborationRecord]:
    """Questions put to the actor's unit; they name no paper and no other unit's answer."""
    rows = Corroboration.objects.filter(unit_id=actor.unit_id).select_related("unit")
    if state:
        rows = rows.filter(state=state)
    total = rows.order_by()[:COUNT_LIMIT].count()
    start = (page - 1) * PAGE_SIZE
    found = [
        corroboration_record(c, actor)
        for c in rows.order_by("-created_at", "id")[start : start + PAGE_SIZE]
    ]
    noting().about("inspection.corroboration", actor.unit_id, count=len(found))
    return Page(found, page, total)


@query("inspection.corroboration")
def corroboration(*, actor: Actor, now: datetime, corroboration_id: UUID) -> CorroborationRecord:
    """One question to the actor's unit, or one his team asked."""
    row = (
        Corroboration.objects.select_related("unit")
        .filter(id=corroboration_id)
        .order_by("pk")
        .first()
    )
    if row is None:
        raise NotFound
    noting().about(
        "inspection.corroboration",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return corroboration_record(row, actor)


@query("inspection.seat")
def seat(*, actor: Actor, now: datetime, seat_id: UUID) -> SeatRecord:
    """One seat, for the person, the home unit, the office and the leading group."""
    # By key: the model's order would join the engagement, which a home unit does not see.
    row = Seat.objects.select_related("replaces").filter(id=seat_id).order_by("pk").first()
    if row is None:
        raise NotFound
    task = Engagement.objects.select_related("round").filter(id=row.task_id).first()
    noting().about(
        "inspection.seat",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return seat_record(row, actor, body_path=leading_group_path(task) if task else "")


@query("inspection.obstacles")
def obstacles(
    *, actor: Actor, now: datetime, removed: bool | None = None, page: int = 1
) -> Page[ObstacleRecord]:
    """堵点 of every engagement the actor may see; open ones first (R-1.4.3)."""
    rows = Obstacle.objects.select_related("task__unit")
    if removed is not None:
        rows = rows.filter(removed_on__isnull=not removed)
    total = rows.order_by()[:COUNT_LIMIT].count()
    start = (page - 1) * PAGE_SIZE
    chosen = rows.order_by("-removed_on", "-created_at", "id")[start : start + PAGE_SIZE]
    found = [obstacle_record(o, o.task) for o in chosen]
    noting().about("inspection.obstacle", actor.account_id, count=len(found))
    return Page(found, page, total)
