"""What a round's engagements did together, counted by row (R-3.3-1, R-3.3-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from lianxun.inspection.common import members_on
from lianxun.inspection.enums import (
    CorroborationState,
    CrossVerdict,
    PaperState,
    SeatState,
    State,
    TeamGroup,
)
from lianxun.inspection.models import (
    Corroboration,
    CrossCheck,
    Engagement,
    JointTask,
    ListLine,
    Paper,
    Round,
    Seat,
)
from lianxun.inspection.synergy import Share
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.enums import UnitKind
from lianxun.trace.door import noting, query

# Whose people are lent: every other kind of unit is the inspection's own office, team or group.
_LENDING = (UnitKind.MEMBER, UnitKind.GOVERNMENT, UnitKind.INSPECTED, UnitKind.OTHER)


@dataclass(frozen=True, slots=True)
class TogetherLine:
    """One engagement and its shares by what they count: ``list_lines``, ``papers``, ``joint_tasks``,
    ``people``, ``person_days``, ``units``, ``evidence``.
    Days from the end on site to the hearing of the report, and from there to the feedback."""

    id: UUID
    number: str
    unit_name: str
    shares: Mapping[str, Share]
    to_report: int | None
    to_feedback: int | None


@dataclass(frozen=True, slots=True)
class Together:
    """A round with its engagements, as far as the reader may see them."""

    id: UUID
    name: str
    starts_on: date
    lines: tuple[TogetherLine, ...] = field(default=())


@query("inspection.rounds_of_year")
def rounds_of_year(*, actor: Actor, now: datetime, year: int) -> list[tuple[UUID, str]]:
    """Rounds of a year that the actor may see and that have begun, latest first, to choose one."""
    rows = Round.objects.filter(year=year, starts_on__lte=now.date()).order_by("-starts_on", "id")
    found = [(row.id, row.name) for row in rows[:50]]
    noting().about("inspection.round", actor.account_id, count=len(found), year=year)
    return found


@query("inspection.together")
def together(*, actor: Actor, now: datetime, round_id: UUID) -> Together:
    """Raises ``NotFound`` for a round the actor may not see. Counts obey row security, as the rows do."""
    row = Round.objects.filter(id=round_id).first()
    if row is None:
        raise NotFound
    tasks = list(
        Engagement.objects.filter(round=row)
        .exclude(state=State.DRAFT)
        .select_related("unit")
        .prefetch_related("consultations", "member_changes")
        .order_by("entry_on", "number", "id")
    )
    counted = _counted(tasks, now.date())
    noting().about("inspection.round", row.id, revision=row.revision, level=row.level)
    lines = tuple(
        TogetherLine(
            task.id,
            task.number,
            task.unit.short_name,
            counted[task.id],
            _gap(task.on_site_end_on, task.decided_on),
            _gap(task.decided_on, task.feedback_on),
        )
        for task in tasks
    )
    return Together(row.id, row.name, row.starts_on, lines)


def _counted(tasks: list[Engagement], today: date) -> dict[UUID, dict[str, Share]]:
    ids = [task.id for task in tasks]
    found: dict[UUID, dict[str, Share]] = {
        ident: dict.fromkeys(
            (
                *("list_lines", "papers", "joint_tasks", "people", "person_days"),
                "units",
                "evidence",
            ),
            Share(),
        )
        for ident in ids
    }
    bound = Count("id", filter=Q(focus__isnull=False))
    signed = Paper.objects.filter(task__in=ids).exclude(state=PaperState.DRAFT)
    for name, rows in (
        ("list_lines", ListLine.objects.filter(task__in=ids)),
        ("papers", signed),
        ("joint_tasks", JointTask.objects.filter(task__in=ids)),
    ):
        for row in rows.values("task").annotate(part=bound, whole=Count("id")).order_by("task"):
            found[row["task"]][name] = Share(row["part"], row["whole"])
    of_paper = {"paper": OuterRef("pk")}
    current = CrossCheck.objects.filter(
        **of_paper,
        verdict=CrossVerdict.SOUND,
        paper__signatures__place=PaperState.SIGNED_AUTHOR,
        paper__signatures__created_at=F("signed_at"),  # of the text as it is signed now
    )
    confirmed = Corroboration.objects.filter(**of_paper, state=CorroborationState.CONFIRMED)
    seen_by_others = Q(Exists(confirmed)) | Q(Exists(current))
    evident: Any = (
        signed.annotate(seen=seen_by_others)
        .values("task")
        .annotate(part=Count("id", filter=Q(seen=True)), whole=Count("id"))
        .order_by("task")
    )
    for row in evident:
        found[row["task"]]["evidence"] = Share(row["part"], row["whole"])
    _people(tasks, found, today)
    return found


def _people(tasks: list[Engagement], found: dict[UUID, dict[str, Share]], today: date) -> None:
    """Who came from other units, and which of the units that take part gave people, evidence or a joint task."""
    ids = [task.id for task in tasks]
    stays = {task.id: task for task in tasks}
    gave: dict[UUID, set[UUID]] = defaultdict(set)
    seats = Seat.objects.filter(
        task__in=ids, group=TeamGroup.ON_SITE, state=SeatState.CONFIRMED
    ).values_list("task", "home", "home__kind", "until")
    for task, home, kind, until in seats.order_by("task", "id"):
        lent, days = kind in _LENDING, _days(stays[task], until, today)
        found[task]["people"] += Share(int(lent), 1)
        found[task]["person_days"] += Share(days if lent else 0, days)
        gave[task].add(home)
    answered = Corroboration.objects.filter(paper__task__in=ids, answered_at__isnull=False)
    for task, unit in answered.values_list("paper__task", "unit").order_by("id"):
        gave[task].add(unit)
    led = JointTask.objects.filter(task__in=ids).values_list("task", "unit").order_by("id")
    for task, unit in led:
        gave[task].add(unit)
    for row in tasks:
        takes_part = members_on(row, today)
        found[row.id]["units"] = Share(len(takes_part & gave[row.id]), len(takes_part))


def _days(task: Engagement, until: date | None, today: date) -> int:
    """Days on site so far of somebody who may stay ``until`` then; the first and the last one count."""
    last = min(today, task.on_site_end_on, until or task.on_site_end_on)
    return max((last - task.entry_on).days + 1, 0)


def _gap(first: date | None, last: date | None) -> int | None:
    """The end on site is a plan: what was done before it has no gap, not a negative one."""
    return (last - first).days if first and last and first <= last else None
