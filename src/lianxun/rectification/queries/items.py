"""Reads of the rectification room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.fabric.search import matching, newest_of
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.enums import (
    ItemState,
    ItemType,
    ReportKind,
    ReviewOpinion,
    UseKind,
    Verdict,
)
from lianxun.rectification.models import Item
from lianxun.rectification.queries.measures import inherited_items
from lianxun.rectification.records import (
    CheckRecord,
    CloseOutRecord,
    ItemRecord,
    PressRecord,
    ReportRecord,
    ReviewRecord,
    UseRecord,
)
from lianxun.trace.door import noting, query


def _rows() -> QuerySet[Item]:
    return Item.objects.prefetch_related(
        "reviews__unit", "checks", "close_outs", "reports", "presses", "uses__recipient"
    )


@query("rectification.items")
def items(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID | None = None,
    state: str = "",
    subject: UUID | None = None,
    inherited: str = "",
    unfinished: str = "",
    type: str = "",
    reopened: bool = False,
    since: date | None = None,
    until: date | None = None,
    search: str = "",
    page: int = 1,
) -> Page[ItemRecord]:
    """Items the actor may see, by due day. ``inherited``: ``all``, ``overdue`` or ``silent`` (see
    ``measures``); ``unfinished``: ``all`` or ``overdue``; ``since`` and ``until``: the days of issue;
    ``reopened``: brought back at least once."""
    today = timezone.localdate(now)
    reach = within_reach(actor, kind="rectification.item", library="rectification")
    rows = _rows().filter(reach).order_by("due_on", "number")
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if state:
        rows = rows.filter(state=state)
    if subject is not None:
        rows = rows.filter(subject_org=subject)
    if inherited:
        rows = inherited_items(rows, today=today, which=inherited)
    if unfinished:
        rows = rows.exclude(state=ItemState.CLOSED)
    if unfinished == "overdue":
        rows = rows.filter(due_on__lt=today)
    if type:
        rows = rows.filter(type=type)
    if reopened:
        rows = rows.filter(reopened_times__gt=0)
    if since is not None:
        rows = rows.filter(created_at__date__gte=since)
    if until is not None:
        rows = rows.filter(created_at__date__lte=until)
    more = False
    if search:
        hits = matching("rectification_item", search)
        rows, more = rows.filter(id__in=hits.ids), hits.more
    part, total = page_of(rows, page)
    found = _records(part, actor)
    noting().about("rectification.item", actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total, more=more)


@query("rectification.items_named")
def items_named(*, actor: Actor, now: datetime, items: Sequence[UUID]) -> list[ItemRecord]:
    """Those of ``items`` that the actor may see, by number."""
    rows = list(_rows().filter(id__in=list(items)).order_by("number"))
    noting().about("rectification.item", actor.account_id, count=len(rows))
    return _records(rows, actor)


@query("rectification.find")
def find(*, actor: Actor, now: datetime, text: str) -> list[tuple[UUID, str]]:
    """The newest items with these words or this number, by number and title."""
    found = newest_of(Item.objects.all(), "rectification_item", text, ("number", "title"))
    noting().about("rectification.item", actor.account_id, count=len(found))
    return [(ident, f"{number} {title}") for ident, number, title in found]


@query("rectification.item")
def item(*, actor: Actor, now: datetime, item_id: UUID) -> ItemRecord:
    row = _rows().filter(id=item_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "rectification.item",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return _records([row], actor)[0]


def _records(rows: list[Item], actor: Actor) -> list[ItemRecord]:
    ids = {r.subject_org for r in rows if r.subject_org}
    names = dict(Unit.objects.filter(id__in=ids).values_list("id", "short_name"))
    return [_record(r, actor, names) for r in rows]


def _record(row: Item, actor: Actor, names: dict[UUID, str]) -> ItemRecord:
    close_outs = list(row.close_outs.all())
    facts = rules.Facts(
        state=row.state,
        owner_path=row.owner_path,
        unit_path=row.subject_path or "",
        engagement=row.engagement,
        submitted_by=row.submitted_by_id,
        signed_units=frozenset({row.signed_unit} if row.signed_unit else ()),
        extension="done" if row.extended else "asked" if row.extension_to else "",
        pressed=any(p.answered_at is None for p in row.presses.all()),
    )
    return ItemRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        title=row.title,
        detail=row.detail,
        type=row.type,
        type_label=ItemType(row.type).label,
        engagement=row.engagement,
        subject_org=row.subject_org,
        subject_name=names.get(row.subject_org, "") if row.subject_org else "",
        lead_person=row.lead_person,
        lead_unit=row.lead_unit,
        measures=row.measures,
        standard=row.standard,
        institution=row.institution,
        due_on=row.due_on,
        state=row.state,
        state_label=ItemState(row.state).label,
        progress=row.progress,
        plan_answer=row.plan_answer,
        reopened_times=row.reopened_times,
        closed_on=row.closed_on,
        level=row.level,
        created_at=row.created_at,
        reviews=tuple(
            ReviewRecord(
                unit_name=r.unit.short_name,
                opinion_label=ReviewOpinion(r.opinion).label,
                text=r.text,
                round=r.round,
                at=r.created_at,
            )
            for r in row.reviews.all()
        ),
        checks=tuple(
            CheckRecord(
                checker_name=c.checker_name,
                on_site=c.on_site,
                verdict=c.verdict,
                verdict_label=Verdict(c.verdict).label,
                finding=c.finding,
                at=c.created_at,
            )
            for c in row.checks.all()
        ),
        close_outs=tuple(
            CloseOutRecord(unit_name=c.unit_name, name=c.name, turn=c.turn, at=c.created_at)
            for c in close_outs
        ),
        reports=tuple(
            ReportRecord(
                kind_label=ReportKind(r.kind).label,
                percent=r.percent,
                text=r.text,
                obstacle=r.obstacle,
                name=r.name,
                at=r.created_at,
            )
            for r in row.reports.all()
        ),
        presses=tuple(
            PressRecord(
                number=p.number,
                demand=p.demand,
                due_on=p.due_on,
                answer=p.answer,
                at=p.created_at,
                answered_at=p.answered_at,
            )
            for p in row.presses.all()
        ),
        uses=tuple(
            UseRecord(
                kind_label=UseKind(u.kind).label,
                recipient_name=u.recipient.short_name,
                text=u.text,
                document=u.document,
                amount=u.amount,
                used_on=u.used_on,
            )
            for u in row.uses.all()
        ),
        extension_to=row.extension_to,
        extension_reason=row.extension_reason,
        signed_by=row.signed_by,
        signed_on=row.signed_on,
        sham_times=row.sham_times,
        permitted=rules.permitted(actor, facts),
    )
