"""What may be brought under joint supervision: for the office's list, for a proposal, on one item's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from lianxun.exchange import queries as exchange
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import unit_names
from lianxun.rectification import rules, supervising
from lianxun.rectification.common import KIND as ITEM_KIND
from lianxun.rectification.enums import ItemState, SupervisionState
from lianxun.rectification.models import Item, Supervised
from lianxun.rectification.records import ItemRecord
from lianxun.rectification.records_supervision import (
    ItemSupervision,
    ReadyToSupervise,
    SuggestedItem,
    SuggestedTask,
)
from lianxun.rectification.suggesting import reasons_of, worst_grades
from lianxun.rectification.supervision import KIND
from lianxun.trace.door import noting, query

MOST_SUGGESTED = 200


@query("rectification.suggested")
def suggested(*, actor: Actor, now: datetime) -> list[SuggestedTask]:
    """可提请联合督办: items a trigger holds for today and that no joint supervision covers, by engagement. Only a
    list with reasons: whoever may propose decides. Empty for everybody else."""
    found: list[SuggestedTask] = []
    if rules.may_issue(actor):
        today = now.date()
        days = supervising.scheme().trigger(supervising.RED).days
        refused = exchange.unjustly_refused(actor=actor)
        rows = (
            Item.objects.filter(
                within_reach(actor, kind=ITEM_KIND, library="rectification"),
                Q(due_on__lt=today - timedelta(days=days))
                | Q(sham_times__gt=0)
                | Q(subject_org__in=list(refused))
                | Q(engagement__in=list(worst_grades())),
                engagement__isnull=False,
            )
            .exclude(state__in=supervising.SETTLED)
            .exclude(id__in=Supervised.objects.filter(open=True).values("item_id"))
            .order_by("due_on", "number")[:MOST_SUGGESTED]
        )
        found = _by_task(list(rows), actor, now)
    noting().about(ITEM_KIND, actor.account_id, engagements=len(found))
    return found


def _by_task(rows: Sequence[Item], actor: Actor, now: datetime) -> list[SuggestedTask]:
    names = unit_names({r.subject_org for r in rows if r.subject_org})
    tasks: dict[UUID, list[SuggestedItem]] = {}
    whose = {r.engagement: names.get(r.subject_org, "") for r in rows if r.subject_org}
    for item, one in _suggestions(rows, actor, now):
        if one.reasons and item.engagement is not None:
            tasks.setdefault(item.engagement, []).append(one)
    return [
        SuggestedTask(engagement=task, subject_name=whose.get(task, ""), items=tuple(items))
        for task, items in tasks.items()
    ]


def _suggestions(
    rows: Sequence[Item], actor: Actor, now: datetime
) -> Iterable[tuple[Item, SuggestedItem]]:
    why = reasons_of(rows, actor=actor, now=now) if rows else {}
    for r in rows:
        yield (
            r,
            SuggestedItem(
                id=r.id,
                number=r.number,
                title=r.title,
                state_label=ItemState(r.state).label,
                due_on=r.due_on,
                reasons=why[r.id],
            ),
        )


@query("rectification.ready_to_supervise")
def ready_to_supervise(*, actor: Actor, now: datetime, engagement_id: UUID) -> ReadyToSupervise:
    """What a proposal would choose from, suggested items first. ``NotFound`` where there is nothing or who asks
    may not propose."""
    rows = list(
        Item.objects.filter(engagement=engagement_id)
        .exclude(state__in=supervising.SETTLED)
        .exclude(id__in=Supervised.objects.filter(open=True).values("item_id"))
        .order_by("number")
    )
    if not rows or not rules.may_issue(actor):
        raise NotFound
    items = sorted((one for _, one in _suggestions(rows, actor, now)), key=lambda x: not x.reasons)
    names = unit_names({rows[0].subject_org} if rows[0].subject_org else ())
    noting().about(KIND, actor.account_id, engagement=engagement_id, count=len(items))
    return ReadyToSupervise(
        engagement=engagement_id,
        subject_name=next(iter(names.values()), ""),
        items=tuple(items),
        permitted=frozenset({"open"}),
    )


@query("rectification.supervised_item")
def supervision_of(*, actor: Actor, now: datetime, item: ItemRecord) -> ItemSupervision:
    """The joint supervisions one item stood under, the newest first; and, where it stands under none, who may
    propose one and what speaks for it. The unit itself reads nothing of that."""
    rows = Supervised.objects.filter(item_id=item.id).select_related("supervision")
    rows = rows.order_by("-created_at", "id")
    found = list(rows)
    lists = tuple(
        (s.supervision_id, s.supervision.number, SupervisionState(s.supervision.state).label)
        for s in found
    )
    noting().about(ITEM_KIND, item.id, count=len(lists))
    settled = item.state in supervising.SETTLED or any(s.open for s in found)
    if settled or item.engagement is None or item.subject_org == actor.unit_id:
        return ItemSupervision(lists=lists)
    allowed = bool(rules.may_issue(actor))
    why = reasons_of([item], actor=actor, now=now)[item.id] if allowed else ()
    return ItemSupervision(
        lists=lists, engagement=item.engagement, may_propose=allowed, reasons=why
    )
