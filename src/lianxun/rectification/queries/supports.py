"""Plans of help (W20): the list, one with its lines, one line for the unit that helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import unit_names
from lianxun.rectification import rules_support as rules
from lianxun.rectification.common import KIND as ITEM_KIND
from lianxun.rectification.enums import OVER, ChangeState, PlanState, SupportKind, SupportState
from lianxun.rectification.models import Item, Support, SupportChange, SupportPlan
from lianxun.rectification.papers_support import money, people
from lianxun.rectification.supporting import LINE, PLAN, line_facts
from lianxun.trace.door import noting, query


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportChangeRecord:
    """One change of a line: what stood before, what was asked, how it was answered."""

    number: int
    reason: str
    proposed_on: date
    old_due_on: date
    old_standard: str
    old_inspect_on: date
    due_on: date
    standard: str
    inspect_on: date
    state: str
    state_label: str
    answer: str
    done_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportRecord:
    """One line. ``amount`` in yuan as text; ``item`` is named for who may see the item; ``light`` of its day."""

    id: UUID
    revision: int
    plan_id: UUID
    plan_number: str
    number: int
    item: UUID | None
    item_title: str
    unit_id: UUID
    unit_name: str
    kind: str
    kind_label: str
    text: str
    amount: str
    people: tuple[str, ...]
    people_called_back: tuple[str, ...]
    due_on: date
    standard: str
    inspect_on: date
    state: str
    state_label: str
    answer: str
    result: str
    reported_on: date | None
    finding: str
    checked_on: date | None
    withdrawn_because: str
    changes: tuple[SupportChangeRecord, ...]
    light: Light
    why: str
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPlanRow:
    """A plan in a list: lines that were not taken out, and how many of them met their standard."""

    id: UUID
    number: str
    subject_name: str
    engagement: UUID | None
    state: str
    state_label: str
    count: int
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPlanRecord(SupportPlanRow):
    revision: int
    aim: str
    drafted_by: str
    approved_by: str
    approved_on: date | None
    remark: str
    outcome: str
    ended_by: str
    ended_on: date | None
    lines: tuple[SupportRecord, ...]
    permitted: frozenset[str]


@query("rectification.support_plans")
def support_plans(
    *,
    actor: Actor,
    now: datetime,
    state: str = "",
    engagement: UUID | None = None,
    page: int = 1,
) -> Page[SupportPlanRow]:
    """Plans the actor may see, the latest first. A fixed number of queries."""
    rows = SupportPlan.objects.filter(
        within_reach(actor, kind=PLAN, library="rectification")
    ).prefetch_related("lines")
    if state:
        rows = rows.filter(state=state)
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    part, total = page_of(rows.order_by("-created_at", "id"), page)
    names = unit_names({p.subject_org for p in part if p.subject_org})
    noting().about(PLAN, actor.account_id, engagement=engagement, count=len(part))
    return Page([SupportPlanRow(**_row(p, names)) for p in part], page, total)


@query("rectification.support_plan")
def support_plan(*, actor: Actor, now: datetime, plan_id: UUID) -> SupportPlanRecord:
    """One plan with the lines the actor may see, each with its light."""
    plan = (
        SupportPlan.objects.select_related("drafted_by", "approved_by", "ended_by")
        .prefetch_related("lines__unit", "lines__helpers", "lines__changes")
        .filter(id=plan_id)
        .first()
    )
    if plan is None:
        raise NotFound
    names = unit_names({plan.subject_org} if plan.subject_org else set())
    rows = sorted(plan.lines.all(), key=lambda r: r.number)
    clocks = duties.clocks_of(actor=actor, now=now, objects=[r.id for r in rows])
    titles = _titles(rows)
    noting().about(
        PLAN, plan.id, revision=plan.revision, engagement=plan.engagement, level=plan.level
    )
    return SupportPlanRecord(
        **_row(plan, names),
        revision=plan.revision,
        aim=plan.aim,
        drafted_by=plan.drafted_by.display_name,
        approved_by=plan.approved_by.display_name if plan.approved_by else "",
        approved_on=plan.approved_on,
        remark=plan.remark,
        outcome=plan.outcome,
        ended_by=plan.ended_by.display_name if plan.ended_by else "",
        ended_on=plan.ended_on,
        lines=tuple(_line(r, actor, clocks.get(r.id), titles) for r in rows),
        permitted=_permitted(plan, actor),
    )


@query("rectification.support_line")
def support_line(*, actor: Actor, now: datetime, support_id: UUID) -> SupportRecord:
    """One line, for the unit that helps as well, which need not see the plan or the item."""
    row = (
        Support.objects.select_related("unit")
        .prefetch_related("helpers", "changes")
        .filter(id=support_id)
        .first()
    )
    if row is None:
        raise NotFound
    clock = duties.clocks_of(actor=actor, now=now, objects=[row.id]).get(row.id)
    noting().about(LINE, row.id, revision=row.revision, engagement=row.engagement, level=row.level)
    return _line(row, actor, clock, _titles([row]))


@query("rectification.item_supports")
def supports_of(*, actor: Actor, now: datetime, item_id: UUID) -> list[SupportRecord]:
    """Help for one item that was asked for and not taken out, as far as the reader sees it."""
    rows = (
        Support.objects.select_related("unit")
        .prefetch_related("helpers", "changes")
        .filter(item_id=item_id)
        .exclude(state__in=(SupportState.DRAFT, SupportState.WITHDRAWN))
        .order_by("plan_number", "number", "id")
    )
    found = list(rows)
    noting().about(ITEM_KIND, item_id, supports=len(found))
    return [_line(r, actor, None, {}) for r in found]


def _titles(rows: list[Support]) -> dict[UUID, str]:
    """Items of the lines by number and title, as far as the actor sees them."""
    wanted = [r.item_id for r in rows if r.item_id]
    found = Item.objects.filter(id__in=wanted).order_by("number") if wanted else ()
    return {i.id: f"{i.number} {i.title}" for i in found}


def _row(plan: SupportPlan, names: dict[UUID, str]) -> dict[str, Any]:
    lines = [r for r in plan.lines.all() if r.state != SupportState.WITHDRAWN]
    return {
        "id": plan.id,
        "number": plan.number,
        "subject_name": names.get(plan.subject_org, "") if plan.subject_org else "",
        "engagement": plan.engagement,
        "state": plan.state,
        "state_label": PlanState(plan.state).label,
        "count": len(lines),
        "closed": sum(r.state == SupportState.CLOSED for r in lines),
    }


def _permitted(plan: SupportPlan, actor: Actor) -> frozenset[str]:
    if not rules.may_support(actor, owner_path=plan.owner_path):
        return frozenset()
    if plan.state == PlanState.DRAFT:
        return frozenset({"line", "ask", "submit", "drop"})
    if plan.state == PlanState.ENDED:
        return frozenset({"issue"})
    if plan.state != PlanState.APPROVED:
        return frozenset()
    over = all(r.state in OVER for r in plan.lines.all())
    return frozenset({"issue", "end"} if over else {"issue"})


def _line(
    row: Support, actor: Actor, clock: DutyRecord | None, titles: dict[UUID, str]
) -> SupportRecord:
    light = clock.light if clock else Light.GREEN
    if row.state == SupportState.WITHDRAWN:
        light = Light.CANCELLED
    elif row.reported_on and row.state in (SupportState.REPORTED, SupportState.CLOSED):
        light = Light.DONE if row.reported_on <= row.due_on else Light.DONE_LATE
    running = clock is not None and row.state == SupportState.OPEN
    return SupportRecord(
        id=row.id,
        revision=row.revision,
        plan_id=row.plan_id,
        plan_number=row.plan_number,
        number=row.number,
        item=row.item_id if row.item_id in titles else None,
        item_title=titles.get(row.item_id, "") if row.item_id else "",
        unit_id=row.unit_id,
        unit_name=row.unit.short_name,
        kind=row.kind,
        kind_label=SupportKind(row.kind).label,
        text=row.text,
        amount=money(row),
        people=people(row),
        people_called_back=people(row, left=True),
        due_on=row.due_on,
        standard=row.standard,
        inspect_on=row.inspect_on,
        state=row.state,
        state_label=SupportState(row.state).label,
        answer=row.answer,
        result=row.result,
        reported_on=row.reported_on,
        finding=row.finding,
        checked_on=row.checked_on,
        withdrawn_because=row.withdrawn_because,
        changes=tuple(_change(c) for c in row.changes.all()),
        light=light,
        why=clock.why if clock and running else SupportState(row.state).label,
        permitted=_acts(row, actor),
    )


def _change(row: SupportChange) -> SupportChangeRecord:
    return SupportChangeRecord(
        number=row.number,
        reason=row.reason,
        proposed_on=row.proposed_on,
        old_due_on=row.old_due_on,
        old_standard=row.old_standard,
        old_inspect_on=row.old_inspect_on,
        due_on=row.due_on,
        standard=row.standard,
        inspect_on=row.inspect_on,
        state=row.state,
        state_label=ChangeState(row.state).label,
        answer=row.answer,
        done_on=row.done_on,
    )


def _acts(row: Support, actor: Actor) -> frozenset[str]:
    facts = line_facts(row)
    found = set()
    if rules.may_answer_support(actor, facts):
        found |= {"agree", "decline"}
    if rules.may_name_helpers(actor, facts):
        found.add("people")
    if rules.may_answer_change(actor, facts):
        found |= {"agree_change", "refuse_change"}
    if rules.may_change_support(actor, facts):
        found.add("change")
    if rules.may_apply_change(actor, facts):
        found.add("apply_change")
    if rules.may_report_support(actor, facts):
        found.add("report")
    if rules.may_check_support(actor, facts):
        found.add("check")
    open_states = (
        *(SupportState.DRAFT, SupportState.ASKED, SupportState.AGREED),
        *(SupportState.DECLINED, SupportState.OPEN),
    )
    if row.state in open_states and rules.may_support(actor, owner_path=row.owner_path):
        found.add("withdraw")
    return frozenset(found)
