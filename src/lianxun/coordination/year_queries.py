"""Reads of the year's plan: the years, one year with its progress, one line for whoever owes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.coordination import rules
from lianxun.coordination.common import line_facts
from lianxun.coordination.enums import LineState, PlanSource, PlanState
from lianxun.coordination.models import PlanLine, YearPlan
from lianxun.coordination.records import PlanLineRecord, UnitProgress, YearPlanRecord, YearPlanRow
from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query

PLAN, LINE = "coordination.year_plan", "coordination.plan_line"


@query("coordination.year_plans")
def year_plans(*, actor: Actor, now: datetime, page: int = 1) -> Page[YearPlanRow]:
    """Plans the actor may see, the latest year first."""
    rows = (
        YearPlan.objects.filter(within_reach(actor, kind=PLAN, library=rules.ROOM))
        .select_related("body")
        .prefetch_related("lines")
        .order_by("-year", "id")
    )
    part, total = page_of(rows, page)
    noting().about(PLAN, actor.account_id, count=len(part))
    return Page([YearPlanRow(**_row(p)) for p in part], page, total)


@query("coordination.year_plan")
def year_plan(*, actor: Actor, now: datetime, plan_id: UUID) -> YearPlanRecord:
    """One year's plan with the lines the actor may see, each with its light; progress by unit."""
    plan = (
        YearPlan.objects.select_related("body", "drafted_by", "agreed_by", "approved_by")
        .filter(id=plan_id)
        .first()
    )
    if plan is None:
        raise NotFound
    rows = list(plan.lines.select_related("unit", "plan__body", "carried_from").order_by("number"))
    clocks = duties.clocks_of(actor=actor, now=now, objects=[r.id for r in rows])
    lines = tuple(_line(r, actor, clocks.get(r.id)) for r in rows)
    noting().about(PLAN, plan.id, revision=plan.revision, level=plan.level)
    return YearPlanRecord(
        **_row(plan, rows),
        revision=plan.revision,
        aim=plan.aim,
        to_group=plan.to_group,
        drafted_by=plan.drafted_by.display_name,
        agreed_by=plan.agreed_by.display_name if plan.agreed_by else "",
        agreed_on=plan.agreed_on,
        approved_by=plan.approved_by.display_name if plan.approved_by else "",
        approved_on=plan.approved_on,
        lines=lines,
        progress=_progress(lines),
        permitted=_permitted(plan, actor),
    )


@query("coordination.plan_line")
def plan_line(*, actor: Actor, now: datetime, line_id: UUID) -> PlanLineRecord:
    """One line, for the unit that answers for it as well, which need not see the plan."""
    row = PlanLine.objects.select_related("unit").filter(id=line_id).first()
    if row is None:
        raise NotFound
    clock = duties.clocks_of(actor=actor, now=now, objects=[row.id]).get(row.id)
    noting().about(LINE, row.id, revision=row.revision, level=row.level)
    return _line(row, actor, clock)


def _row(p: YearPlan, rows: list[PlanLine] | None = None) -> dict[str, Any]:
    lines = [
        x
        for x in (rows if rows is not None else list(p.lines.all()))
        if x.state != LineState.WITHDRAWN
    ]
    return {
        "id": p.id,
        "year": p.year,
        "body_name": p.body.short_name,
        "state": p.state,
        "state_label": PlanState(p.state).label,
        "count": len(lines),
        "closed": sum(x.state == LineState.CLOSED for x in lines),
    }


def _permitted(plan: YearPlan, actor: Actor) -> frozenset[str]:
    if not rules.may_run(actor, body_path=plan.body.path, region=plan.region):
        return frozenset()
    if plan.state == PlanState.DRAFT:
        return frozenset({"line", "carry", "submit"})
    if plan.state == PlanState.APPROVED:
        return frozenset({"line", "issue"})
    return frozenset()


def _line(row: PlanLine, actor: Actor, clock: DutyRecord | None) -> PlanLineRecord:
    light = clock.light if clock else Light.GREEN
    if row.state == LineState.WITHDRAWN:
        light = Light.CANCELLED
    elif row.state in (LineState.REPORTED, LineState.CLOSED) and row.reported_on:
        light = Light.DONE if row.reported_on <= row.due_on else Light.DONE_LATE
    running = clock is not None and row.state == LineState.OPEN
    return PlanLineRecord(
        id=row.id,
        revision=row.revision,
        plan_id=row.plan_id,
        plan_year=row.plan_year,
        number=row.number,
        text=row.text,
        unit_id=row.unit_id,
        unit_name=row.unit.short_name,
        due_on=row.due_on,
        source=row.source,
        source_label=PlanSource(row.source).label,
        source_name=row.source_name,
        state=row.state,
        state_label=LineState(row.state).label,
        adjusted_because=row.adjusted_because,
        carried=row.carried_from_id is not None,
        result=row.result,
        reported_on=row.reported_on,
        closed_on=row.closed_on,
        remark=row.remark,
        level=row.level,
        light=light,
        why=clock.why if clock and running else LineState(row.state).label,
        permitted=_acts(row, actor),
    )


def _acts(row: PlanLine, actor: Actor) -> frozenset[str]:
    facts = line_facts(row)
    found = set()
    if rules.may_report_line(actor, facts):
        found.add("report")
    if rules.may_strike_line(actor, facts):
        found |= {"strike", "return"}
    changeable = row.state in (LineState.DRAFT, LineState.OPEN)
    if changeable and rules.may_run(actor, body_path=row.owner_path, region=row.region):
        found.add("withdraw")
    return frozenset(found)


def _progress(lines: tuple[PlanLineRecord, ...]) -> tuple[UnitProgress, ...]:
    """How far each unit is; the unit with most open lines first."""
    names = dict.fromkeys(x.unit_name for x in lines if x.state != LineState.WITHDRAWN)
    found = []
    for name in names:
        own = [x for x in lines if x.unit_name == name and x.state != LineState.WITHDRAWN]
        found.append(
            UnitProgress(
                unit_id=own[0].unit_id,
                unit_name=name,
                count=len(own),
                closed=sum(x.state == LineState.CLOSED for x in own),
                waiting=sum(x.state == LineState.REPORTED for x in own),
                late=sum(x.light is Light.RED for x in own),
            )
        )
    return tuple(sorted(found, key=lambda p: (p.closed - p.count, p.unit_name)))
