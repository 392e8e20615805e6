"""年度协调对接计划 on paper (W01), and who runs it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.coordination import rules
from lianxun.coordination.common import PLANS
from lianxun.coordination.enums import LineState, PlanState
from lianxun.coordination.models import PlanLine, YearPlan
from lianxun.documents import steps as documents
from lianxun.documents.records import Block, Heading, Official, Paragraph, Table
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import WrongState
from lianxun.trace.door import operation
from lianxun.trace.rows import require


def require_running(plan: YearPlan, actor: Actor) -> None:
    """The office of the committee that the plan belongs to."""
    require(rules.may_run(actor, body_path=plan.body.path, region=plan.region))


@operation("coordination.issue_year_plan")
def issue_year_plan(
    *, actor: Actor, now: datetime, plan_id: UUID, revision: int
) -> tuple[UUID, UUID]:
    """Print the plan as it stands (W01, GB/T 9704): item, owner, day, source, struck off or not."""
    plan = PLANS.lock(plan_id, revision)
    require_running(plan, actor)
    if plan.state != PlanState.APPROVED:
        raise WrongState("计划批准之后才能印制。")
    rows = list(plan.lines.exclude(state=LineState.WITHDRAWN).select_related("unit"))
    document = Official(
        issuer=plan.body.name,
        number=documents.next_number(
            unit_id=actor.unit_id, code=f"巡协计{plan.body.code}", year=now.year
        ),
        title=f"{plan.year}年度协调对接计划",
        addressee="各成员单位",
        blocks=_blocks(plan, rows),
        signed_by=plan.body.short_name,
        signed_on=now.date(),
        level_mark=Level(plan.level).label,
        printed_by=plan.body.short_name,
    )
    files = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind="coordination.year_plan",
        object_id=plan.id,
        labels=Labels.of(plan),
    )
    PLANS.note(plan, number=document.number)
    return files


def _blocks(plan: YearPlan, rows: list[PlanLine]) -> tuple[Block, ...]:
    closed = sum(r.state == LineState.CLOSED for r in rows)
    lines = tuple(
        (
            str(r.number),
            r.text,
            r.unit.short_name,
            f"{r.due_on:%Y-%m-%d}",
            r.source_name,
            f"{r.closed_on:%Y-%m-%d} 销号" if r.closed_on else r.get_state_display(),
        )
        for r in rows
    )
    return (
        Heading("一、总体要求"),
        *(Paragraph(x) for x in plan.aim.splitlines() if x.strip()),
        Heading("二、计划事项"),
        Paragraph(f"共 {len(rows)} 项，已销号 {closed} 项。"),
        Table(("序号", "事项", "责任单位", "期限", "来源", "销号"), lines, (1, 5, 3, 3, 3, 3)),
    )
