"""Before, during and after by engagement: what was agreed on and looked into (巡前预警、巡中震慑, R-8.1-3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.inspection.enums import FocusState, PaperState, State
from lianxun.inspection.models import Consultation, Engagement, Focus, ListLine, Paper
from lianxun.kernel.actor import Actor
from lianxun.trace.door import noting, query


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """One engagement. ``lead_days`` are the days from the first
    consultation to the entry, ``None`` without one; ``papers`` are signed, ``immediate`` of them marked 立行立改."""

    id: UUID
    number: str
    unit_name: str
    entry_on: date
    on_site_end_on: date
    consultations: int
    lead_days: int | None
    focuses: int
    list_lines: int
    papers: int
    immediate: int

    def on_site(self, today: date) -> tuple[date, date] | None:
        """First and last day on site so far; ``None`` before the entry."""
        if today < self.entry_on:
            return None
        return self.entry_on, min(today, self.on_site_end_on)


@query("inspection.courses")
def courses(*, actor: Actor, now: datetime, year: int, page: int = 1) -> Page[CourseLine]:
    """Approved engagements with entry in ``year`` that the actor may see, latest first. Six queries."""
    rows = (
        Engagement.objects.filter(
            within_reach(actor, kind="inspection.engagement", library="inspection"),
            entry_on__gte=date(year, 1, 1),
            entry_on__lte=date(year, 12, 31),
        )
        .exclude(state=State.DRAFT)
        .select_related("unit")
        .order_by("-entry_on", "number", "id")
    )
    tasks, total = page_of(rows, page)
    ids = [task.id for task in tasks]
    held = {
        row["task"]: (row["n"], row["first"])
        for row in Consultation.objects.filter(task__in=ids)
        .values("task")
        .annotate(n=Count("id"), first=Min("held_on"))
        .order_by("task")
    }
    focuses = _counted(Focus.objects.filter(task__in=ids, state=FocusState.ACTIVE))
    asked = _counted(ListLine.objects.filter(task__in=ids))
    signed = {
        row["task"]: (row["n"], row["quick"])
        for row in Paper.objects.filter(task__in=ids)
        .exclude(state=PaperState.DRAFT)
        .values("task")
        .annotate(n=Count("id"), quick=Count("id", filter=Q(immediate=True)))
        .order_by("task")
    }
    lines = []
    for task in tasks:
        meetings, first = held.get(task.id, (0, None))
        papers, quick = signed.get(task.id, (0, 0))
        lines.append(
            CourseLine(
                id=task.id,
                number=task.number,
                unit_name=task.unit.short_name,
                entry_on=task.entry_on,
                on_site_end_on=task.on_site_end_on,
                consultations=meetings,
                lead_days=(task.entry_on - first).days if first else None,
                focuses=focuses.get(task.id, 0),
                list_lines=asked.get(task.id, 0),
                papers=papers,
                immediate=quick,
            )
        )
    noting().about("inspection.engagement", actor.account_id, count=len(lines), year=year)
    return Page(lines, page, total)


def _counted(rows: QuerySet[Any]) -> dict[UUID, int]:
    found = rows.values("task").annotate(n=Count("id")).order_by("task")
    return {row["task"]: row["n"] for row in found}
