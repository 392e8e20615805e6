"""Leads counted: about each unit (how deep inspections went), and on their way to another (R-1.2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min
from django.db.models.functions import TruncDate
from django.utils import timezone

from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.leads.enums import LeadState, Source
from lianxun.leads.models import Lead
from lianxun.leads.records import HandingRow, PresenceCount
from lianxun.organisation.queries.choices import unit_names
from lianxun.trace.door import noting, query


@query("leads.depth")
def leads_by_unit(*, actor: Actor, now: datetime, units: Sequence[UUID]) -> dict[UUID, int]:
    """Leads the actor may see, counted by the unit they are about."""
    rows = (
        Lead.objects.filter(subject_org__in=list(units))
        .values("subject_org")
        .annotate(n=Count("id"))
        .order_by("subject_org")
    )
    found = {row["subject_org"]: row["n"] for row in rows if row["subject_org"]}
    noting().about("leads.lead", actor.account_id, units=len(found))
    return found


@query("leads.by_engagement")
def leads_by_engagement(
    *, actor: Actor, now: datetime, engagements: Sequence[UUID]
) -> dict[UUID, int]:
    """Leads the actor may see, counted by the engagement that found them."""
    rows = (
        Lead.objects.filter(
            within_reach(actor, kind="leads.lead", library="leads"),
            engagement__in=list(engagements),
        )
        .values("engagement")
        .annotate(n=Count("id"))
        .order_by("engagement")
    )
    found = {row["engagement"]: row["n"] for row in rows if row["engagement"]}
    noting().about("leads.lead", actor.account_id, engagements=len(found))
    return found


@query("leads.in_presence")
def leads_in_presence(
    *, actor: Actor, now: datetime, presences: Mapping[UUID, tuple[date, date]]
) -> dict[UUID, PresenceCount]:
    """What was reported and handed over while a team was on site, and in as many days before its entry.

    ``presences``: engagement → first and last day on site so far. Counts what the actor may see. One query.
    """
    rows: Any = (
        Lead.objects.filter(
            within_reach(actor, kind="leads.lead", library="leads"),
            engagement__in=list(presences),
        )
        .annotate(on=TruncDate("created_at"))
        .values("engagement", "on", "source", handed=F("batch__handed_on"))
        .annotate(n=Count("id"))
        .order_by("engagement", "on", "source", "handed")
    )
    found = {task: PresenceCount() for task in presences}
    for row in rows:
        first, last = presences[row["engagement"]]
        earlier = first - (last - first) - timedelta(days=1)
        told = row["source"] == Source.PETITION
        found[row["engagement"]] += PresenceCount(
            told_before=row["n"] if told and earlier <= row["on"] < first else 0,
            told=row["n"] if told and first <= row["on"] <= last else 0,
            handed=row["n"] if row["handed"] and first <= row["handed"] <= last else 0,
        )
    noting().about("leads.lead", actor.account_id, engagements=len(found))
    return found


@query("leads.handing")
def handing(*, actor: Actor, now: datetime) -> list[HandingRow]:
    """For each registering unit: leads that wait for the hand-over and since when, those handed over this
    year and how many days that took from registration. The longest wait first. Three queries."""
    today = timezone.localdate(now)
    seen = Lead.objects.filter(within_reach(actor, kind="leads.lead", library="leads"))
    waiting: dict[UUID, Any] = {
        row["owner_unit"]: row
        for row in seen.filter(state=LeadState.APPROVED)
        .values("owner_unit")
        .annotate(n=Count("id"), oldest=Min("created_at"))
        .order_by("owner_unit")
    }
    handed: dict[UUID, Any] = {
        row["owner_unit"]: row for row in _handed(seen, date(today.year, 1, 1))
    }
    names = unit_names({*waiting, *handed})
    rows = [
        HandingRow(
            unit=unit,
            unit_name=names.get(unit, ""),
            waiting=waiting.get(unit, {}).get("n", 0),
            oldest_days=_days(waiting.get(unit, {}).get("oldest"), today),
            handed=handed.get(unit, {}).get("n", 0),
            mean_days=_whole(handed.get(unit, {}).get("mean")),
            longest_days=_whole(handed.get(unit, {}).get("longest")),
        )
        for unit in {*waiting, *handed}
    ]
    rows.sort(key=lambda r: (-(r.oldest_days or 0), -(r.mean_days or 0), r.unit_name))
    noting().about("leads.lead", actor.account_id, rows=len(rows))
    return rows


def _handed(seen: Any, since: date) -> Any:
    took = ExpressionWrapper(
        F("batch__handed_on") - TruncDate("created_at"), output_field=DurationField()
    )
    return (
        seen.filter(batch__handed_on__gte=since)
        .values("owner_unit")
        .annotate(n=Count("id"), mean=Avg(took), longest=Max(took))
        .order_by("owner_unit")
    )


def _days(since: datetime | None, today: date) -> int | None:
    return None if since is None else (today - timezone.localdate(since)).days


def _whole(took: Any) -> int | None:
    return None if took is None else int(took.days)
