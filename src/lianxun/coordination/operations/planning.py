"""年度协调对接计划 (W01): draft, agree, approve, adjust in the middle of the year, report, strike off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.approvals import steps as approvals
from lianxun.coordination import rules
from lianxun.coordination.common import LINES, PLANS, TOLD, line_facts
from lianxun.coordination.enums import LineState, PlanSource, PlanState
from lianxun.coordination.models import PlanLine, YearPlan
from lianxun.coordination.operations.convening import body_named
from lianxun.coordination.operations.plan_paper import require_running
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.handlers import handles
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

COMMITTEE, GROUP = "coordination.year_plan", "coordination.year_plan_group"
CLOCK, KIND = "DT-CD-PLAN", "coordination.plan_line"
LEAST = 5


@operation("coordination.draft_year_plan")
def draft_year_plan(
    *,
    actor: Actor,
    now: datetime,
    body_id: UUID,
    year: int,
    aim: str,
    to_group: bool = False,
) -> UUID:
    """Begin the committee's plan of a year; open lines of the year before are carried over by
    ``carry_over``. Returns its id."""
    body = body_named(body_id, actor)
    errors = []
    if body.kind != UnitKind.COMMITTEE:
        errors.append(FieldError("body_id", "年度计划由协调对接委员会议定，请选择委员会。"))
    if not now.year - 1 <= year <= now.year + 1:
        errors.append(FieldError("year", "请填写去年、今年或明年的年度。"))
    elif YearPlan.objects.filter(body=body, year=year).exists():
        errors.append(FieldError("year", f"{year}年的计划已经起草。"))
    if not 10 <= len(aim.strip()) <= 2000:
        errors.append(FieldError("aim", "请写明总体要求（10—2000 字）。"))
    if errors:
        raise Invalid(*errors)
    plan = YearPlan.objects.create(
        created_at=now,
        body=body,
        year=year,
        aim=aim.strip(),
        to_group=to_group,
        state=PlanState.DRAFT,
        drafted_by_id=actor.account_id,
        level=Level.INTERNAL,
        region=body.region,
        owner_unit=body.id,
        owner_path=body.path,
    )
    PLANS.note(plan, year=year)
    return plan.id


@operation("coordination.add_plan_line")
def add_plan_line(
    *,
    actor: Actor,
    now: datetime,
    plan_id: UUID,
    revision: int,
    text: str,
    unit_id: UUID,
    due_on: date,
    source: str,
    source_name: str,
    reason: str = "",
) -> UUID:
    """Add a line. To a plan in force it is an adjustment: with its reason, and it binds at once."""
    plan = PLANS.lock(plan_id, revision)
    require_running(plan, actor)
    in_force = plan.state == PlanState.APPROVED
    if not in_force and plan.state != PlanState.DRAFT:
        raise WrongState("计划正在审批，退回之后才能修改。")
    unit = Unit.objects.filter(id=unit_id, valid_to__isnull=True).first()
    errors = []
    if not LEAST <= len(text.strip()) <= 200:
        errors.append(FieldError("text", f"请写明事项（{LEAST}—200 字）。"))
    if unit is None:
        errors.append(FieldError("unit_id", "请选择责任单位。"))
    if due_on.year != plan.year or (in_force and due_on < now.date()):
        errors.append(
            FieldError("due_on", f"完成期限须在{plan.year}年之内，年中增加的不早于今天。")
        )
    if source not in PlanSource.values:
        errors.append(FieldError("source", "请选择来源。"))
    if not 0 < len(source_name.strip()) <= 120:
        errors.append(
            FieldError("source_name", "请写明来源（哪个轮次、任务或哪项职责，不超过 120 字）。")
        )
    if in_force and not LEAST <= len(reason.strip()) <= 300:
        errors.append(FieldError("reason", f"年中增加事项须写明理由（{LEAST}—300 字）。"))
    if errors or unit is None:
        raise Invalid(*errors)
    row = _add(
        plan,
        now=now,
        unit=unit,
        text=text.strip(),
        due_on=due_on,
        source=source,
        source_name=source_name.strip(),
        adjusted_because=reason.strip() if in_force else "",
    )
    PLANS.save(plan, line=str(row.id))
    if in_force:
        _bind(row, actor=actor, now=now)
    return row.id


def _add(plan: YearPlan, *, now: datetime, unit: Unit, **values: Any) -> PlanLine:
    """A line of the draft; it is served on its unit when the plan comes into force."""
    return PlanLine.objects.create(
        created_at=now,
        plan=plan,
        plan_year=plan.year,
        number=plan.lines.count() + 1,
        unit=unit,
        state=LineState.DRAFT,
        **values,
        **Labels.of(plan).columns(),
    )


def _bind(row: PlanLine, *, actor: Actor, now: datetime) -> None:
    """Served on its unit, its clock starts, its people are told."""
    row.addressee_unit, row.addressee_path = row.unit.id, row.unit.path
    LINES.move(row, LineState.OPEN, "addressee_unit", "addressee_path")
    _start(row, actor=actor, now=now)
    _tell(row, NoticeCode.ARRIVED, now=now)


def _tell(row: PlanLine, code: NoticeCode, *, now: datetime) -> None:
    duties.notify(
        now=now,
        accounts=sorted(accounts_at(unit_id=row.unit_id, roles=TOLD)),
        code=code,
        object_kind=KIND,
        object_id=row.id,
    )


def _start(row: PlanLine, *, actor: Actor, now: datetime) -> None:
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=CLOCK,
        object_kind=KIND,
        object_id=row.id,
        title=f"{row.plan_year}年计划第{row.number}项 {row.text}"[:200],
        responsible=Responsible(row.unit_id, row.unit.short_name),
        labels=Labels.of(row),
        due_on=row.due_on,
    )


@operation("coordination.carry_over")
def carry_over(*, actor: Actor, now: datetime, plan_id: UUID, revision: int) -> int:
    """Take what is still open of the year before into this draft, due at its end. Returns how many lines."""
    plan = PLANS.lock(plan_id, revision)
    require_running(plan, actor)
    if plan.state != PlanState.DRAFT:
        raise WrongState("只有起草中的计划可以结转。")
    earlier = PlanLine.objects.select_related("unit").filter(
        plan__body=plan.body,
        plan__year=plan.year - 1,
        state__in=(LineState.OPEN, LineState.REPORTED),
        carried_to__isnull=True,
    )
    rows = list(earlier.order_by("number"))
    if not rows:
        raise WrongState(f"{plan.year - 1}年的计划没有可以结转的未办结事项。")
    for old in rows:
        _add(
            plan,
            now=now,
            unit=old.unit,
            text=old.text,
            due_on=date(plan.year, 12, 31),
            source=PlanSource.CARRIED,
            source_name=f"{old.plan_year}年计划第{old.number}项",
            carried_from=old,
        )
    PLANS.save(plan, carried=len(rows))
    return len(rows)


@operation("coordination.submit_year_plan")
def submit_year_plan(*, actor: Actor, now: datetime, plan_id: UUID, revision: int) -> UUID:
    """Bring the draft before the committee. Returns the matter's id."""
    plan = PLANS.lock(plan_id, revision)
    require_running(plan, actor)
    count = plan.lines.filter(state=LineState.DRAFT).count()
    if not count:
        raise WrongState("计划还没有事项，请先逐项登记。")
    PLANS.move(plan, PlanState.PROPOSED)
    return _propose(plan, COMMITTEE, plan.body, count, actor=actor, now=now)


def _propose(
    plan: YearPlan, code: str, body: Unit, count: int, *, actor: Actor, now: datetime
) -> UUID:
    return approvals.propose(
        actor=actor,
        now=now,
        code=code,
        object_kind="coordination.year_plan",
        object_id=plan.id,
        title=f"{plan.year}年度协调对接计划（{count} 项）",
        summary=plan.aim,
        body_id=body.id,
        labels=Labels.of(plan),
        barred=[plan.drafted_by_id],
    )


@handles("approvals.decided")
def plan_decided(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    object_id: UUID,
    state: str,
    matter_id: UUID,
    comment: str,
    facts: dict[str, Any],
) -> None:
    """The committee agreed, or the leading group approved: the plan moves on; else back to the draft."""
    if code not in (COMMITTEE, GROUP):
        return
    plan = PLANS.lock(object_id)
    if state != "approved":
        PLANS.move(plan, PlanState.DRAFT)
        return
    if code == COMMITTEE:
        plan.agreed_by_id, plan.agreed_on = actor.account_id, now.date()
        PLANS.move(plan, PlanState.AGREED, "agreed_by", "agreed_on")
        if plan.to_group:
            top = plan.body.path.split("/", 1)[0] + "/"
            group = Unit.objects.filter(
                kind=UnitKind.LEADING_GROUP, tier=plan.body.tier, path__startswith=top
            ).first()
            if group is None:
                raise WrongState("本级没有登记领导小组，请先在“组织”中登记。")
            _propose(plan, GROUP, group, plan.lines.count(), actor=actor, now=now)
            return
    plan.approved_by_id, plan.approved_on = actor.account_id, now.date()
    PLANS.move(plan, PlanState.APPROVED, "approved_by", "approved_on")
    for row in plan.lines.filter(state=LineState.DRAFT).select_related("unit", "carried_from"):
        if row.carried_from and row.carried_from.state == LineState.CLOSED:
            row.adjusted_because = "上年已经办结销号，不再结转"
            LINES.move(row, LineState.WITHDRAWN, "adjusted_because")
            continue
        if row.carried_from:
            _hand_on(row.carried_from, row, actor=actor, now=now)
        _bind(row, actor=actor, now=now)


def _hand_on(old: PlanLine, new: PlanLine, *, actor: Actor, now: datetime) -> None:
    """One matter has one clock: last year's line ends where this year's begins."""
    old.adjusted_because = f"结转至{new.plan_year}年计划第{new.number}项"
    was_open = old.state == LineState.OPEN
    LINES.move(old, LineState.WITHDRAWN, "adjusted_because")
    if was_open:
        duties.cancel(
            actor=actor, now=now, object_kind=KIND, object_id=old.id, reason=old.adjusted_because
        )


@operation("coordination.report_plan_line")
def report_plan_line(
    *, actor: Actor, now: datetime, line_id: UUID, revision: int, result: str
) -> None:
    """The unit says what was done; its clock stops."""
    row = LINES.lock(line_id, revision)
    require(rules.may_report_line(actor, line_facts(row)))
    if len(result.strip()) < LEAST:
        raise Invalid.at("result", f"请写明完成情况（不少于 {LEAST} 个字）。")
    row.result = fitting("result", result, 500)
    row.reported_by_id, row.reported_on, row.remark = actor.account_id, now.date(), ""
    LINES.move(row, LineState.REPORTED, "result", "reported_by", "reported_on", "remark")
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind=KIND,
        object_id=row.id,
        template_code=CLOCK,
        reason="已报告完成，待销号",
    )


@operation("coordination.strike_plan_line")
def strike_plan_line(*, actor: Actor, now: datetime, line_id: UUID, revision: int) -> None:
    """销号: by somebody else than who reported."""
    row = LINES.lock(line_id, revision)
    require(rules.may_strike_line(actor, line_facts(row)))
    row.closed_by_id, row.closed_on = actor.account_id, now.date()
    LINES.move(row, LineState.CLOSED, "closed_by", "closed_on")


@operation("coordination.return_plan_line")
def return_plan_line(
    *, actor: Actor, now: datetime, line_id: UUID, revision: int, reason: str
) -> None:
    row = LINES.lock(line_id, revision)
    require(rules.may_strike_line(actor, line_facts(row)))
    row.remark = fitting("reason", reason, 300)
    if len(row.remark) < LEAST:
        raise Invalid.at("reason", f"请写明还缺什么（不少于 {LEAST} 个字）。")
    LINES.move(row, LineState.OPEN, "remark")
    _start(row, actor=actor, now=now)


@operation("coordination.withdraw_plan_line")
def withdraw_plan_line(
    *, actor: Actor, now: datetime, line_id: UUID, revision: int, reason: str
) -> None:
    """Take a line out, from the draft or in the middle of the year; it stays on the page with the reason."""
    row = LINES.lock(line_id, revision)
    require_running(row.plan, actor)
    row.adjusted_because = fitting("reason", reason, 300)
    if len(row.adjusted_because) < LEAST:
        raise Invalid.at("reason", f"请写明撤出计划的理由（不少于 {LEAST} 个字）。")
    if row.plan.state in (PlanState.PROPOSED, PlanState.AGREED):
        raise WrongState("计划正在审批，退回之后才能修改。")
    if row.state == LineState.REPORTED:
        raise WrongState("该事项已报告完成，请销号或退回，不能撤出。")
    was_open = row.state == LineState.OPEN
    LINES.move(row, LineState.WITHDRAWN, "adjusted_because")
    if was_open:
        duties.cancel(
            actor=actor, now=now, object_kind=KIND, object_id=row.id, reason="年中调整，撤出计划"
        )
        _tell(row, NoticeCode.WITHDRAWN, now=now)
