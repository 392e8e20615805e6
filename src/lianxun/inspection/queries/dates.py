"""What new days of a round would move, and the days it had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate

from lianxun.duties.records import Preview
from lianxun.inspection import phases
from lianxun.inspection.enums import DatesState
from lianxun.inspection.models import Round, RoundDates
from lianxun.inspection.operations.dates import errors_of, moved_lines, moved_tasks
from lianxun.inspection.preview import preview_dates
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.trace.door import noting, query


@dataclass(frozen=True, slots=True)
class PhaseMove:
    label: str
    old: tuple[date, date | None]
    new: tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class LineMove:
    code: str
    title: str
    unit_name: str
    old: date
    new: date


@dataclass(frozen=True, slots=True)
class TaskMove:
    """One engagement with its old and new days and all that moves in it."""

    number: str
    unit_name: str
    old: tuple[date, date]
    new: tuple[date, date]
    found: Preview


@dataclass(frozen=True, slots=True)
class RoundPreview:
    phases: tuple[PhaseMove, ...]
    lines: tuple[LineMove, ...]
    tasks: tuple[TaskMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesRecord:
    """One change of the days, as it was asked for and decided."""

    id: UUID
    old: tuple[date, date]
    new: tuple[date, date]
    reason: str
    state: str
    state_label: str
    matter: UUID | None
    proposed_by: str
    proposed_on: datetime
    decided_by: str
    decided_on: date | None
    effect: str


@query("inspection.preview_round_dates")
def preview_round_dates(
    *,
    actor: Actor,
    now: datetime,
    round_id: UUID,
    starts_on: date,
    ends_on: date,
    with_tasks: bool = True,
) -> RoundPreview:
    """Phases, lines of the programme and engagements with their nodes, holidays and people in two places.
    Raises ``Invalid`` where the act would."""
    campaign = Round.objects.filter(id=round_id).first()
    if campaign is None:
        raise NotFound
    errors = errors_of(
        campaign, starts_on=starts_on, ends_on=ends_on, with_tasks=with_tasks, today=now.date()
    )
    if errors:
        raise Invalid(*errors)
    opened = localdate(campaign.created_at)
    today = now.date()
    old = phases.spans(
        opened_on=opened, starts_on=campaign.starts_on, ends_on=campaign.ends_on, today=today
    )
    new = phases.spans(opened_on=opened, starts_on=starts_on, ends_on=ends_on, today=today)
    moves = [
        PhaseMove(a.phase.label, (a.first, a.last), (b.first, b.last))
        for a, b in zip(old, new, strict=True)
        if (a.first, a.last) != (b.first, b.last)
    ]
    lines = [
        LineMove(r.code, r.title, r.unit.short_name, r.due_on, day)
        for r, day in moved_lines(campaign, starts_on, ends_on)
    ]
    tasks = [
        TaskMove(
            x.task.number,
            x.task.unit.short_name,
            (x.task.entry_on, x.task.on_site_end_on),
            (x.entry_on, x.on_site_end_on),
            preview_dates(
                actor=actor,
                now=now,
                engagement_id=x.task.id,
                entry_on=x.entry_on,
                on_site_end_on=x.on_site_end_on,
            ),
        )
        for x in (moved_tasks(campaign, starts_on) if with_tasks else [])
    ]
    noting().about("inspection.round", campaign.id, revision=campaign.revision, count=len(tasks))
    return RoundPreview(tuple(moves), tuple(lines), tuple(tasks))


@query("inspection.round_dates")
def round_dates(*, actor: Actor, now: datetime, round_id: UUID) -> tuple[DatesRecord, ...]:
    """Every change of a round's days, the first first."""
    rows = RoundDates.objects.filter(round=round_id).select_related("proposed_by", "decided_by")
    found = tuple(
        DatesRecord(
            id=r.id,
            old=(r.old_starts_on, r.old_ends_on),
            new=(r.starts_on, r.ends_on),
            reason=r.reason,
            state=r.state,
            state_label=DatesState(r.state).label,
            matter=r.matter,
            proposed_by=r.proposed_by.display_name,
            proposed_on=r.created_at,
            decided_by=r.decided_by.display_name if r.decided_by else "",
            decided_on=r.decided_on,
            effect=r.effect,
        )
        for r in rows
    )
    noting().about("inspection.round", round_id, count=len(found))
    return found
