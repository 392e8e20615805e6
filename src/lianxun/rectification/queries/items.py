"""Reads of the rectification room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.fabric.search import matching, newest_of
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
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
    ItemLine,
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


def _short() -> QuerySet[Item]:
    """For a list: presses alone say what the unit may do next."""
    return Item.objects.prefetch_related("presses")


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
) -> Page[ItemLine]:
    """Items the actor may see, by due day. ``inherited``: ``all``, ``overdue`` or ``silent`` (see
    ``measures``); ``unfinished``: ``all`` or ``overdue``; ``since`` and ``until``: the days of issue;
    ``reopened``: brought back at least once."""
    today = timezone.localdate(now)
    reach = within_reach(actor, kind="rectification.item", library="rectification")
    rows = _short().filter(reach).order_by("due_on", "number")
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
    found = _lines(part, actor, now)
    noting().about("rectification.item", actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total, more=more)


@query("rectification.items_named")
def items_named(*, actor: Actor, now: datetime, items: Sequence[UUID]) -> list[ItemLine]:
    """Those of ``items`` that the actor may see, by number."""
    rows = list(_short().filter(id__in=list(items)).order_by("number"))
    noting().about("rectification.item", actor.account_id, count=len(rows))
    return _lines(rows, actor, now)


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
    return _record(row, actor)


def _names(rows: Sequence[Item]) -> dict[UUID, str]:
    ids = {r.subject_org for r in rows if r.subject_org}
    return dict(Unit.objects.filter(id__in=ids).values_list("id", "short_name"))


def _lines(rows: list[Item], actor: Actor, now: datetime) -> list[ItemLine]:
    names = _names(rows)
    clocks = duties.running(now=now, objects=[r.id for r in rows]) if rows else {}
    return [_line(r, actor, names, clocks.get(r.id)) for r in rows]


def _line(row: Item, actor: Actor, names: dict[UUID, str], clock: DutyRecord | None) -> ItemLine:
    light, why = (clock.light, clock.why) if clock else (None, "没有正在计算的时限")
    if row.closed_on is not None:
        light = Light.DONE if row.closed_on <= row.due_on else Light.DONE_LATE
        why = f"{row.closed_on:%Y年%m月%d日}销号"
    return ItemLine(**_facts(row, actor, names), light=light, why=why)


def _facts(row: Item, actor: Actor, names: dict[UUID, str]) -> dict[str, Any]:
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
    return {
        "id": row.id,
        "revision": row.revision,
        "number": row.number,
        "title": row.title,
        "type": row.type,
        "type_label": ItemType(row.type).label,
        "engagement": row.engagement,
        "subject_org": row.subject_org,
        "subject_name": names.get(row.subject_org, "") if row.subject_org else "",
        "lead_person": row.lead_person,
        "lead_unit": row.lead_unit,
        "measures": row.measures,
        "standard": row.standard,
        "institution": row.institution,
        "due_on": row.due_on,
        "state": row.state,
        "state_label": ItemState(row.state).label,
        "reopened_times": row.reopened_times,
        "closed_on": row.closed_on,
        "level": row.level,
        "created_at": row.created_at,
        "signed_by": row.signed_by,
        "sham_times": row.sham_times,
        "permitted": rules.permitted(actor, facts),
    }


def _record(row: Item, actor: Actor) -> ItemRecord:
    return ItemRecord(
        **_facts(row, actor, _names([row])),
        detail=row.detail,
        progress=row.progress,
        plan_answer=row.plan_answer,
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
            for c in row.close_outs.all()
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
        signed_on=row.signed_on,
    )
