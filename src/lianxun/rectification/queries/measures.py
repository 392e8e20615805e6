"""Numbers about the ledger: what a new head inherited, and where help is short (R-1.2.1-1, R-1.3.1-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import AppointmentKind
from lianxun.organisation.models import Appointment
from lianxun.organisation.queries.choices import unit_names
from lianxun.rectification.enums import ItemState, ItemType
from lianxun.rectification.models import Check, Item, Report, Use
from lianxun.rectification.records import InheritedRow, PresenceItems, SupportRow
from lianxun.trace.door import noting, query

OVERDUE, SILENT = "overdue", "silent"


def inherited_items(rows: QuerySet[Item], *, today: date, which: str = "") -> QuerySet[Item]:
    """Open items that are older than the present head of the unit that has to rectify (新官须理旧账).

    ``which``: ``overdue``, or ``silent`` = neither reported on nor checked since the head took office.
    """
    head = Appointment.objects.filter(
        unit=OuterRef("subject_org"), kind=AppointmentKind.HEAD, valid_to__isnull=True
    ).order_by("id")
    rows = rows.annotate(since=Subquery(head.values("valid_from")[:1])).filter(
        ~Q(state=ItemState.CLOSED), since__isnull=False, created_at__date__lt=F("since")
    )
    if which == OVERDUE:
        return rows.filter(due_on__lt=today)
    return rows.exclude(_moved()) if which == SILENT else rows


def _moved() -> Q:
    """Somebody of the unit reported, or somebody checked, since the head took office."""
    later = {"item": OuterRef("pk"), "created_at__date__gte": OuterRef("since")}
    return Q(Exists(Report.objects.filter(**later))) | Q(Exists(Check.objects.filter(**later)))


@query("rectification.inherited")
def inherited(*, actor: Actor, now: datetime) -> list[InheritedRow]:
    """For each unit with a new head: open matters of the time before, the most overdue first."""
    today = timezone.localdate(now)
    seen = Item.objects.filter(
        within_reach(actor, kind="rectification.item", library="rectification")
    )
    rows = (
        inherited_items(seen, today=today)
        .annotate(moved=_moved())
        .values("subject_org")
        .annotate(
            n=Count("id"),
            head_since=Max("since"),
            overdue=Count("id", filter=Q(due_on__lt=today)),
            silent=Count("id", filter=Q(moved=False)),
        )
        .order_by("subject_org")
    )
    found: list[Any] = list(rows)
    names = unit_names({row["subject_org"] for row in found})
    lines = [
        InheritedRow(
            unit=row["subject_org"],
            unit_name=names.get(row["subject_org"], ""),
            since=row["head_since"],
            days=(today - row["head_since"]).days,
            items=row["n"],
            overdue=row["overdue"],
            silent=row["silent"],
        )
        for row in found
    ]
    lines.sort(key=lambda x: (-x.overdue, -x.silent, -x.items, x.unit_name))
    noting().about("rectification.item", actor.account_id, units=len(lines))
    return lines


@query("rectification.support")
def support(*, actor: Actor, now: datetime) -> list[SupportRow]:
    """For each engagement with open items: how many, how many overdue, how many due were struck off."""
    today = timezone.localdate(now)
    due = Q(due_on__lte=today) | Q(state=ItemState.CLOSED)
    counted: Any = (
        Item.objects.filter(
            within_reach(actor, kind="rectification.item", library="rectification"),
            engagement__isnull=False,
        )
        .values("engagement")
        .annotate(
            open=Count("id", filter=~Q(state=ItemState.CLOSED)),
            overdue=Count("id", filter=Q(due_on__lt=today) & ~Q(state=ItemState.CLOSED)),
            due=Count("id", filter=due),
            closed=Count("id", filter=Q(state=ItemState.CLOSED)),
        )
        .filter(open__gt=0)
        .order_by("-overdue", "-open", "engagement")
    )
    found = [
        SupportRow(
            engagement=row["engagement"],
            open=row["open"],
            overdue=row["overdue"],
            due=row["due"],
            closed=row["closed"],
        )
        for row in counted
    ]
    noting().about("rectification.item", actor.account_id, engagements=len(found))
    return found


@query("rectification.after_presence")
def after_presence(
    *, actor: Actor, now: datetime, presences: Mapping[UUID, tuple[date, date]]
) -> dict[UUID, PresenceItems]:
    """What the presence of a team set right at once, and what came of the rest.

    ``presences``: engagement → first and last day on site so far. Counts what the actor may see. One query.
    """
    today = timezone.localdate(now)
    rows: Any = (
        Item.objects.filter(
            within_reach(actor, kind="rectification.item", library="rectification"),
            engagement__in=list(presences),
        )
        .annotate(on=TruncDate("created_at"), late=Q(due_on__lt=today) & ~Q(state=ItemState.CLOSED))
        .values("engagement", "on", "type", "closed_on", "late", back=Q(reopened_times__gt=0))
        .annotate(n=Count("id"))
        .order_by("engagement", "on", "type", "closed_on", "late", "back")
    )
    found = {task: PresenceItems() for task in presences}
    for row in rows:
        first, last = presences[row["engagement"]]
        at_once = row["type"] == ItemType.IMMEDIATE and first <= row["on"] <= last
        done = row["closed_on"] is not None
        found[row["engagement"]] += PresenceItems(
            at_once=row["n"] if at_once else 0,
            at_once_done=row["n"] if at_once and done and row["closed_on"] <= last else 0,
            items=row["n"],
            closed=row["n"] if done else 0,
            overdue=row["n"] if row["late"] else 0,
            reopened=row["n"] if row["back"] else 0,
        )
    noting().about("rectification.item", actor.account_id, engagements=len(found))
    return found


@query("rectification.used")
def used(
    *, actor: Actor, now: datetime, engagements: Sequence[UUID]
) -> dict[UUID, tuple[int, int]]:
    """Items struck off, by engagement: those something was made of (成果运用), and all. One query."""
    rows: Any = (
        Item.objects.filter(
            within_reach(actor, kind="rectification.item", library="rectification"),
            engagement__in=list(engagements),
            state=ItemState.CLOSED,
        )
        .annotate(used=Exists(Use.objects.filter(item=OuterRef("pk"))))
        .values("engagement")
        .annotate(part=Count("id", filter=Q(used=True)), whole=Count("id"))
        .order_by("engagement")
    )
    found = {row["engagement"]: (row["part"], row["whole"]) for row in rows}
    noting().about("rectification.item", actor.account_id, engagements=len(found))
    return found
