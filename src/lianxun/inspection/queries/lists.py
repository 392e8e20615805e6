"""Reads of the inspection room: rounds, the list of engagements, the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lianxun.fabric.paging import PAGE_SIZE, Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.inspection import rules
from lianxun.inspection.assemble import engagement_record, round_record
from lianxun.inspection.common import facts_of, leading_group_path
from lianxun.inspection.enums import Kind, RoundState, State
from lianxun.inspection.models import Engagement, Paper, Round
from lianxun.inspection.paper_records import PaperRecord
from lianxun.inspection.parts import paper_record
from lianxun.inspection.records import EngagementLine, EngagementRecord, RoundRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query


@query("inspection.rounds")
def rounds(*, actor: Actor, now: datetime) -> list[RoundRecord]:
    """Rounds the actor may see, newest first."""
    rows = list(
        Round.objects.prefetch_related("engagements", "checks__passed_by").order_by(
            "-starts_on", "id"
        )[:100]
    )
    noting().about("inspection.round", actor.account_id, count=len(rows))
    return [round_record(r) for r in rows]


_PROGRAMME = ("phases", "phase_task", "preparation")
_ROUND_ACTS: dict[str, frozenset[str]] = {
    RoundState.DRAFT: frozenset({"plan", "submit", "check", "dates", *_PROGRAMME}),
    RoundState.PROPOSED: frozenset({"check", *_PROGRAMME}),
    RoundState.APPROVED: frozenset({"check", "dates", "close", "evaluate", *_PROGRAMME}),
    RoundState.CLOSED: frozenset({"evaluate", "preparation"}),
}


@query("inspection.round")
def round_page(
    *, actor: Actor, now: datetime, round_id: UUID
) -> tuple[RoundRecord, list[EngagementLine], frozenset[str]]:
    """A round with its engagements and what the reader may do with it."""
    row = (
        Round.objects.prefetch_related("engagements", "checks__passed_by")
        .filter(id=round_id)
        .first()
    )
    if row is None:
        raise NotFound
    noting().about("inspection.round", row.id, revision=row.revision, level=row.level)
    tasks = row.engagements.select_related("unit", "round").order_by("entry_on", "number")
    may = rules.may_prepare(actor, rules.Facts(row.state, row.owner_path))
    permitted = _ROUND_ACTS.get(row.state, frozenset()) if may else frozenset()
    return round_record(row), [line(t) for t in tasks], permitted


def line(task: Engagement) -> EngagementLine:
    return EngagementLine(
        id=task.id,
        number=task.number,
        unit_name=task.unit.short_name,
        round_name=task.round.name,
        kind_label=Kind(task.kind).label,
        state=task.state,
        state_label=State(task.state).label,
        entry_on=task.entry_on,
        on_site_end_on=task.on_site_end_on,
    )


@query("inspection.engagements")
def engagements(
    *,
    actor: Actor,
    now: datetime,
    state: str = "",
    search: str = "",
    unit: UUID | None = None,
    year: int | None = None,
    team: str = "",
    page: int = 1,
) -> Page[EngagementLine]:
    """Engagements the actor may see. ``year``: approved, with entry in that year; ``team``: how it is made up."""
    rows = _engagements(actor, search).select_related("unit", "round")
    if state:
        rows = rows.filter(state=state)
    if unit is not None:
        rows = rows.filter(unit_id=unit)
    if team:
        rows = rows.filter(team_kind=team)
    if year is not None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        rows = rows.filter(entry_on__gte=first, entry_on__lte=last).exclude(state=State.DRAFT)
    part, total = page_of(rows, page)
    found = [line(t) for t in part]
    noting().about("inspection.engagement", actor.account_id, count=len(found))
    return Page(found, page, total)


@query("inspection.find")
def find(*, actor: Actor, now: datetime, text: str) -> list[tuple[UUID, str]]:
    """The latest engagements of units with this name, or with this number, by number and unit."""
    rows = _engagements(actor, text).select_related("unit")[:PAGE_SIZE]
    found = [(task.id, f"{task.number} {task.unit.short_name}") for task in rows]
    noting().about("inspection.engagement", actor.account_id, count=len(found))
    return found


def _engagements(actor: Actor, search: str) -> QuerySet[Engagement]:
    reach = within_reach(actor, kind="inspection.engagement", library="inspection")
    rows = Engagement.objects.filter(reach).order_by("-entry_on", "number")
    if not search:
        return rows
    named = Unit.objects.filter(name__contains=search).values("id")
    return rows.filter(Q(unit__in=named) | Q(number__contains=search))


def _whole() -> QuerySet[Engagement]:
    return Engagement.objects.select_related("round", "unit").prefetch_related(
        "gates__passed_by",
        "seats__replaces",
        "consultations__lines__unit",
        "consultations__lines__focus",
        "member_changes",
        "list_lines__unit",
        "list_lines__focus",
        "plans",
        "papers__signatures",
        "papers__carried_from",
        "papers__focus",
        "papers__corroborations__unit",
        "papers__cross_checks__home",
        "papers__cross_checks__author_home",
        "pauses__asked_by",
        "obstacles",
        "look_back_findings",
    )


@query("inspection.workspace")
def engagement(*, actor: Actor, now: datetime, engagement_id: UUID) -> EngagementRecord:
    """Everything of this room about one engagement. Raises ``NotFound`` for who may not see it."""
    task = _whole().filter(id=engagement_id).first()
    if task is None:
        raise NotFound
    noting().about(
        "inspection.engagement",
        task.id,
        revision=task.revision,
        engagement=task.id,
        level=task.level,
    )
    return engagement_record(task, actor, now, body_path=leading_group_path(task))


@query("inspection.workspaces")
def workspaces(
    *, actor: Actor, now: datetime, engagements: Sequence[UUID]
) -> dict[UUID, EngagementRecord]:
    """Several engagements at once, for the page of somebody who works in them; no candidates' rights."""
    found = {
        task.id: engagement_record(task, actor, now) for task in _whole().filter(id__in=engagements)
    }
    noting().about("inspection.engagement", actor.account_id, count=len(found))
    return found


@query("inspection.paper")
def paper(*, actor: Actor, now: datetime, paper_id: UUID) -> PaperRecord:
    row = (
        Paper.objects.select_related("task", "carried_from", "focus")
        .prefetch_related("task__seats", "signatures", "corroborations__unit")
        .prefetch_related("cross_checks__home", "cross_checks__author_home")
        .filter(id=paper_id)
        .first()
    )
    if row is None:
        raise NotFound
    noting().about(
        "inspection.paper",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return paper_record(row, actor, facts_of(row.task))
