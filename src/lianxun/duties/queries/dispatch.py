"""Reads of the daily dispatch: the desk of the day, one dispatch with its lines, one line, the days before."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import day_of, light_of
from lianxun.duties.dispatch_records import (
    DeskRecord,
    DeskRow,
    DispatchRecord,
    DispatchRow,
    LineRecord,
)
from lianxun.duties.dispatching import (
    DAYS_BACK,
    KIND,
    LINE,
    acts_of,
    acts_on,
    due_now,
    may_dispatch,
    named,
)
from lianxun.duties.enums import DISPATCHED, DispatchGroup, DispatchState, LineState
from lianxun.duties.models import Dispatch, DispatchLine
from lianxun.duties.queries.desk import _nodes
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


@query("duties.dispatch_desk")
def dispatch_desk(*, actor: Actor, now: datetime) -> DeskRecord:
    """Engagements with clocks the day has to look at, those with late nodes first. Four queries."""
    today, calendar = day_of(now), current_calendar()
    counts: Counter[UUID] = Counter()
    red: Counter[UUID] = Counter()
    nodes: Counter[UUID] = Counter()
    due = due_now(now, calendar).filter(within_reach(actor, kind="duties.duty"))
    for duty in due:
        if duty.engagement is None:
            continue
        late = light_of(duty, now) is Light.RED
        counts[duty.engagement] += 1
        red[duty.engagement] += late
        nodes[duty.engagement] += late and bool(duty.node)
    done = {d.object_id: d for d in Dispatch.objects.filter(object_kind=DISPATCHED, on_date=today)}
    titles = named({*counts, *done})
    rows = [
        DeskRow(
            engagement=ident,
            title=title,
            clocks=counts[ident],
            red=red[ident],
            red_nodes=nodes[ident],
            dispatch_id=done[ident].id if ident in done else None,
            state=done[ident].state if ident in done else "",
            state_label=DispatchState(done[ident].state).label if ident in done else "未调度",
            may_begin=ident not in done and bool(may_dispatch(actor, path)),
        )
        for ident, (title, path) in titles.items()
    ]
    rows.sort(key=lambda r: (-r.red_nodes, -r.red, -r.clocks, r.title))
    noting().about(KIND, actor.account_id, count=len(rows))
    return DeskRecord(today, calendar.is_work(today), tuple(rows))


@query("duties.dispatches")
def dispatches(
    *, actor: Actor, now: datetime, engagement: UUID | None = None, page: int = 1
) -> Page[DispatchRow]:
    """Days that were dispatched, the latest first, with what became of the lines the reader sees."""
    rows = Dispatch.objects.filter(within_reach(actor, kind=KIND)).order_by("-on_date", "id")
    if engagement is not None:
        rows = rows.filter(object_id=engagement)
    part, total = page_of(rows, page)
    counted = {
        row["dispatch"]: row
        for row in DispatchLine.objects.filter(dispatch__in=[d.id for d in part])
        .order_by()
        .values("dispatch")
        .annotate(
            lines=Count("id"),
            waived=Count("id", filter=Q(state=LineState.WAIVED)),
            instructed=Count("id", filter=~Q(state__in=[LineState.WAIVED, LineState.PENDING])),
            answered=Count("id", filter=Q(state=LineState.DONE)),
        )
    }
    noting().about(KIND, actor.account_id, count=len(part))
    return Page(
        [
            DispatchRow(
                id=d.id,
                engagement=d.object_id,
                title=d.object_title,
                on_date=d.on_date,
                state=d.state,
                state_label=DispatchState(d.state).label,
                lines=counted[d.id]["lines"] if d.id in counted else 0,
                waived=counted[d.id]["waived"] if d.id in counted else 0,
                instructed=counted[d.id]["instructed"] if d.id in counted else 0,
                answered=counted[d.id]["answered"] if d.id in counted else 0,
            )
            for d in part
        ],
        page,
        total,
    )


@query("duties.dispatch")
def dispatch(*, actor: Actor, now: datetime, dispatch_id: UUID) -> DispatchRecord:
    """One day of an engagement: its lines, what came of the days before, its nodes. Four queries."""
    row = Dispatch.objects.filter(id=dispatch_id).first()
    if row is None:
        raise NotFound
    runs = bool(may_dispatch(actor, row.owner_path))
    day_open = row.state == DispatchState.OPEN
    lines = [_line(x, actor, now, open_day=day_open, runs=runs) for x in row.lines.all()]
    noting().about(KIND, row.id, revision=row.revision, engagement=row.engagement, level=row.level)
    return DispatchRecord(
        id=row.id,
        revision=row.revision,
        engagement=row.object_id,
        title=row.object_title,
        on_date=row.on_date,
        state=row.state,
        state_label=DispatchState(row.state).label,
        words=row.words,
        closed_at=row.closed_at,
        level=row.level,
        lines=tuple(lines),
        earlier=_earlier(row, actor, now),
        nodes=_nodes([row.object_id], now)[row.object_id],
        permitted=acts_of(row, actor),
    )


def _earlier(row: Dispatch, actor: Actor, now: datetime) -> tuple[LineRecord, ...]:
    """All instructions of the last day before, and those of the month before that are not answered."""
    sent = DispatchLine.objects.filter(
        engagement=row.engagement,
        on_date__lt=row.on_date,
        on_date__gte=row.on_date - timedelta(days=DAYS_BACK),
        state__in=[LineState.SENT, LineState.TAKEN, LineState.DONE],
    )
    found = list(sent.order_by("-on_date", "by_day", "id"))
    last: date | None = found[0].on_date if found else None
    shown = [x for x in found if x.on_date == last or x.state != LineState.DONE]
    return tuple(_line(x, actor, now, open_day=False, runs=False) for x in shown)


@query("duties.dispatch_line")
def dispatch_line(*, actor: Actor, now: datetime, line_id: UUID) -> LineRecord:
    """One line, for the office and for the unit that got its instruction."""
    row = DispatchLine.objects.filter(id=line_id).first()
    if row is None:
        raise NotFound
    head = Dispatch.objects.filter(id=row.dispatch_id).first()
    noting().about(LINE, row.id, revision=row.revision, engagement=row.engagement, level=row.level)
    return _line(
        row,
        actor,
        now,
        open_day=head is not None and head.state == DispatchState.OPEN,
        runs=head is not None and bool(may_dispatch(actor, head.owner_path)),
    )


def _line(
    row: DispatchLine, actor: Actor, now: datetime, *, open_day: bool, runs: bool
) -> LineRecord:
    ended = row.done_on or day_of(now)
    return LineRecord(
        id=row.id,
        revision=row.revision,
        dispatch_id=row.dispatch_id,
        engagement=row.engagement,
        on_date=row.on_date,
        duty=row.duty,
        group=row.group,
        group_label=DispatchGroup(row.group).label,
        title=row.title,
        object_title=row.object_title,
        owed_by=row.owed_by,
        owed_by_name=row.owed_by_name,
        due_on=row.due_on,
        light=Light(row.light),
        forced=row.forced,
        state=row.state,
        state_label=LineState(row.state).label,
        unit_id=row.unit,
        unit_name=row.unit_name,
        instruction=row.instruction,
        by_day=row.by_day,
        reason=row.reason,
        taken_on=row.taken_on,
        result=row.result,
        done_on=row.done_on,
        level=row.level,
        late=row.by_day is not None and ended > row.by_day,
        permitted=acts_on(row, actor, open_day=open_day, dispatcher=runs),
    )
