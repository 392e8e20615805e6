"""《整改协同方案》 (W20): draft, ask the helping units, approve, report, look at, print (R-4.2-4, R-1.3.1-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.documents.records import Block, Heading, Official, Paragraph, Table
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, NotFound, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.organisation.queries import body_above
from lianxun.rectification import rules
from lianxun.rectification.common import require, wait_for_numbers, words
from lianxun.rectification.enums import PlanState, SupportKind, SupportState
from lianxun.rectification.models import Item, Support, SupportPlan
from lianxun.rectification.supporting import (
    DO,
    LINE,
    LINES,
    LOOK,
    OBJECT,
    PLAN,
    PLANS,
    TOLD,
    line_facts,
)
from lianxun.trace.door import operation

LEAST = 5


@operation("rectification.draft_support_plan")
def draft_support_plan(*, actor: Actor, now: datetime, engagement_id: UUID, aim: str) -> UUID:
    """Begin the plan of help for the rectification of one engagement. Returns its id."""
    require(rules.may_issue(actor))
    wait_for_numbers(engagement_id)
    first = Item.objects.filter(engagement=engagement_id).order_by("number").first()
    if first is None:
        raise WrongState("该任务还没有整改事项，请先下达整改事项。")
    said = words("aim", aim, "请写明总体要求。", most=2000)
    count = SupportPlan.objects.filter(engagement=engagement_id).count()
    row = SupportPlan.objects.create(
        created_at=now,
        number=f"{first.number.rsplit('-改', 1)[0]}-协{count + 1}",
        aim=said,
        state=PlanState.DRAFT,
        drafted_by_id=actor.account_id,
        **(Labels.of(first).columns() | {"addressee_unit": None, "addressee_path": None}),
    )
    PLANS.note(row)
    return row.id


@operation("rectification.add_support")
def add_support(
    *,
    actor: Actor,
    now: datetime,
    plan_id: UUID,
    revision: int,
    unit_id: UUID,
    kind: str,
    text: str,
    due_on: date,
    standard: str,
    inspect_on: date,
    amount: int | None = None,
    item_id: UUID | None = None,
) -> UUID:
    """Add a line to the draft: who helps with what, by when, to which standard, when the office looks.
    ``amount`` in fen, of money alone."""
    plan = _draft(plan_id, revision, actor)
    unit = Unit.objects.filter(id=unit_id, kind=UnitKind.MEMBER, valid_to__isnull=True).first()
    errors = []
    subject = plan.subject_path or "~"
    if unit is None or unit.path.startswith(subject) or subject.startswith(unit.path):
        errors.append(FieldError("unit_id", "请选择支援单位；被巡视单位不能列为支援单位。"))
    if kind not in SupportKind.values:
        errors.append(FieldError("kind", "请选择支援方式。"))
    for name, value, most in (("text", text, 500), ("standard", standard, 300)):
        if not LEAST <= len(value.strip()) <= most:
            errors.append(FieldError(name, f"请填写 {LEAST}—{most} 字。"))
    if (kind == SupportKind.FUNDS) != (amount is not None and amount > 0):
        errors.append(FieldError("amount", "资金支援须填写大于零的金额，其他支援不填金额。"))
    if due_on <= now.date():
        errors.append(FieldError("due_on", "完成期限须晚于今天。"))
    if inspect_on < due_on:
        errors.append(FieldError("inspect_on", "检查节点不能早于完成期限。"))
    items = Item.objects.filter(engagement=plan.engagement)
    if item_id is not None and not items.filter(id=item_id).exists():
        errors.append(FieldError("item_id", "请选择本任务的整改事项。"))
    if errors or unit is None:
        raise Invalid(*errors)
    row = Support.objects.create(
        created_at=now,
        plan=plan,
        plan_number=plan.number,
        number=plan.lines.count() + 1,
        item_id=item_id,
        unit=unit,
        kind=kind,
        text=text.strip(),
        amount=amount,
        due_on=due_on,
        standard=standard.strip(),
        inspect_on=inspect_on,
        state=SupportState.DRAFT,
        **Labels.of(plan).columns(),
    )
    PLANS.save(plan, line=str(row.id))
    return row.id


def _draft(plan_id: UUID, revision: int, actor: Actor) -> SupportPlan:
    plan: SupportPlan = PLANS.lock(plan_id, revision)
    require(rules.may_support(actor, owner_path=plan.owner_path))
    if plan.state != PlanState.DRAFT:
        raise WrongState("方案正在审批或已经批准，不能再增减事项。")
    return plan


@operation("rectification.ask_supports")
def ask_supports(*, actor: Actor, now: datetime, plan_id: UUID, revision: int) -> int:
    """Every new line goes to its unit for its word. Returns how many."""
    plan = _draft(plan_id, revision, actor)
    rows = list(plan.lines.filter(state=SupportState.DRAFT).select_related("unit"))
    if not rows:
        raise WrongState("没有待征求意见的支援事项，请先增加。")
    for row in rows:
        row.addressee_unit, row.addressee_path = row.unit.id, row.unit.path
        LINES.move(row, SupportState.ASKED, "addressee_unit", "addressee_path")
        _tell(row, NoticeCode.ARRIVED, now=now)
    PLANS.save(plan, asked=len(rows))
    return len(rows)


def _tell(row: Support, code: NoticeCode, *, now: datetime) -> None:
    duties.notify(
        now=now,
        accounts=sorted(accounts_at(unit_id=row.unit_id, roles=TOLD)),
        code=code,
        object_kind=OBJECT,
        object_id=row.id,
    )


@operation("rectification.agree_support")
def agree_support(*, actor: Actor, now: datetime, support_id: UUID, revision: int) -> None:
    """The helping unit takes the line on; it binds when the committee has approved the plan."""
    row = LINES.lock(support_id, revision)
    require(rules.may_answer_support(actor, line_facts(row)))
    row.answered_by_id = actor.account_id
    LINES.move(row, SupportState.AGREED, "answered_by")


@operation("rectification.decline_support")
def decline_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, reason: str
) -> None:
    """The helping unit says why it cannot; the line goes back to the office, which takes it out or asks another."""
    row = LINES.lock(support_id, revision)
    require(rules.may_answer_support(actor, line_facts(row)))
    row.answer, row.answered_by_id = _reason(reason), actor.account_id
    LINES.move(row, SupportState.DECLINED, "answer", "answered_by")


def _reason(reason: str) -> str:
    said = fitting("reason", reason, 300)
    if len(said) < LEAST:
        raise Invalid.at("reason", f"请写明理由（不少于 {LEAST} 个字）。")
    return said


@operation("rectification.withdraw_support")
def withdraw_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, reason: str
) -> None:
    """Take a line out, with the reason; it stays on the plan's page, and its clocks stop."""
    # The plan first, as every act on it: it is not submitted or approved while a line of it goes.
    held = Support.objects.filter(id=support_id).values_list("plan_id", flat=True).first()
    if held is None:
        raise NotFound
    plan: SupportPlan = PLANS.lock(held)
    row = LINES.lock(support_id, revision)
    require(rules.may_support(actor, owner_path=row.owner_path))
    if plan.state == PlanState.PROPOSED:
        raise WrongState("方案正在审批，委员会决定之后才能撤出。")
    if row.state in (SupportState.REPORTED, SupportState.CLOSED):
        raise WrongState("该事项已报告完成，请检查，不能撤出。")
    row.withdrawn_because = _reason(reason)
    LINES.move(row, SupportState.WITHDRAWN, "withdrawn_because")
    duties.cancel(
        actor=actor, now=now, object_kind=OBJECT, object_id=row.id, reason="支援事项已撤出方案"
    )


@operation("rectification.submit_support_plan")
def submit_support_plan(*, actor: Actor, now: datetime, plan_id: UUID, revision: int) -> UUID:
    """Bring the plan before the committee, once every unit has agreed. Returns the matter's id."""
    plan = _draft(plan_id, revision, actor)
    states = list(plan.lines.values_list("state", flat=True))
    agreed = states.count(SupportState.AGREED)
    if not agreed:
        raise WrongState("还没有支援单位同意的事项，请先征求意见。")
    if set(states) - {SupportState.AGREED, SupportState.WITHDRAWN}:
        raise WrongState("还有支援单位没有同意的事项，请等候答复或撤出。")
    PLANS.move(plan, PlanState.PROPOSED)
    return approvals.propose(
        actor=actor,
        now=now,
        code=PLAN,
        object_kind=PLAN,
        object_id=plan.id,
        title=f"{plan.number} 整改协同方案（{agreed} 项支援）",
        summary=plan.aim,
        body_id=body_above(UnitKind.COMMITTEE, path=plan.owner_path).id,
        labels=Labels.of(plan),
        barred=[plan.drafted_by_id],
    )


def decided(
    plan: SupportPlan, *, approved: bool, comment: str, actor: Actor, now: datetime
) -> None:
    """Approved: served on the inspected unit, every agreed line binds; else back to the draft with the word."""
    plan.remark = fitting("comment", comment, 500)
    if not approved:
        PLANS.move(plan, PlanState.DRAFT, "remark")
        return
    plan.approved_by_id, plan.approved_on = actor.account_id, now.date()
    plan.addressee_unit, plan.addressee_path = plan.subject_org, plan.subject_path
    PLANS.move(
        plan,
        PlanState.APPROVED,
        *("remark", "approved_by", "approved_on", "addressee_unit", "addressee_path"),
    )
    owner = Unit.objects.get(id=plan.owner_unit)
    for row in plan.lines.filter(state=SupportState.AGREED).select_related("unit"):
        LINES.move(row, SupportState.OPEN)
        _clock(row, DO, row.unit, row.due_on, actor=actor, now=now)
        _clock(row, LOOK, owner, row.inspect_on, actor=actor, now=now)
        _tell(row, NoticeCode.ARRIVED, now=now)


def _clock(
    row: Support, code: str, unit: Unit, due_on: date, *, actor: Actor, now: datetime
) -> None:
    own = Labels.of(row)
    if code == LOOK:  # the office's own clock is nobody else's business
        own = replace(own, addressee_unit=None, addressee_path=None)
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=OBJECT,
        object_id=row.id,
        title=f"{row.plan_number} 第{row.number}项 {SupportKind(row.kind).label}支援"[:200],
        responsible=Responsible(unit.id, unit.short_name),
        labels=own,
        due_on=due_on,
    )


@operation("rectification.report_support")
def report_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, result: str
) -> None:
    """The helping unit says what it did; its clock stops, the office looks at its point."""
    row = LINES.lock(support_id, revision)
    require(rules.may_report_support(actor, line_facts(row)))
    row.result = words("result", result, "请写明完成情况。", most=500)
    row.reported_by_id, row.reported_on = actor.account_id, now.date()
    LINES.move(row, SupportState.REPORTED, "result", "reported_by", "reported_on")
    _stop(row, DO, actor=actor, now=now)


def _stop(row: Support, code: str, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(actor=actor, now=now, object_kind=OBJECT, object_id=row.id, template_code=code)


@operation("rectification.check_support")
def check_support(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, met: bool, finding: str
) -> None:
    """At the inspection point somebody else holds the result against the standard: met, or back to the unit
    with its clock running again."""
    row = LINES.lock(support_id, revision)
    require(rules.may_check_support(actor, line_facts(row)))
    row.finding = words("finding", finding, "请写明检查情况。", most=500)
    row.checked_by_id, row.checked_on = actor.account_id, now.date()
    to = SupportState.CLOSED if met else SupportState.OPEN
    LINES.move(row, to, "finding", "checked_by", "checked_on", met=met)
    if met:
        _stop(row, LOOK, actor=actor, now=now)
    else:
        _clock(row, DO, row.unit, max(row.due_on, now.date()), actor=actor, now=now)
        _tell(row, NoticeCode.RETURNED, now=now)


@operation("rectification.issue_support_plan")
def issue_support_plan(
    *, actor: Actor, now: datetime, plan_id: UUID, revision: int
) -> tuple[UUID, UUID]:
    """Print 《整改协同方案》 (W20, GB/T 9704): unit, help, day, standard, inspection point."""
    plan = PLANS.lock(plan_id, revision)
    require(rules.may_support(actor, owner_path=plan.owner_path))
    if plan.state != PlanState.APPROVED:
        raise WrongState("方案批准之后才能印制。")
    owner = Unit.objects.get(id=plan.owner_unit)
    subject = Unit.objects.get(id=plan.subject_org or plan.owner_unit)
    rows = list(plan.lines.exclude(state=SupportState.WITHDRAWN).select_related("unit"))
    document = Official(
        issuer=owner.name,
        number=documents.next_number(
            unit_id=actor.unit_id, code=f"巡协方{subject.code}", year=now.year
        ),
        title=f"关于{subject.short_name}巡视整改的协同方案",
        addressee=subject.name,
        blocks=_blocks(plan, rows),
        signed_by=owner.name,
        signed_on=now.date(),
        level_mark=Level(plan.level).label,
        copies_to="，".join(dict.fromkeys(r.unit.short_name for r in rows)),
        printed_by=owner.short_name,
    )
    files = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=PLAN,
        object_id=plan.id,
        labels=Labels.of(plan),
    )
    # Saved, not only noted: a second click of the same page prints no second number.
    PLANS.save(plan, number=document.number)
    return files


def money(amount: int | None) -> str:
    """Fen as yuan with two places, or nothing."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02d} 元"


def _blocks(plan: SupportPlan, rows: list[Support]) -> tuple[Block, ...]:
    lines: tuple[tuple[Any, ...], ...] = tuple(
        (
            str(r.number),
            r.unit.short_name,
            f"{SupportKind(r.kind).label}：{r.text}{money(r.amount)}",
            f"{r.due_on:%Y-%m-%d}",
            r.standard,
            f"{r.inspect_on:%Y-%m-%d}",
        )
        for r in rows
    )
    return (
        Heading("一、总体要求"),
        *(Paragraph(x) for x in plan.aim.splitlines() if x.strip()),
        Heading("二、支援事项"),
        Paragraph(f"共 {len(rows)} 项。支援单位按期完成，由巡视办在检查节点对照标准检查。"),
        Table(
            ("序号", "支援单位", "支援内容", "期限", "标准", "检查节点"), lines, (1, 3, 5, 3, 4, 3)
        ),
    )


__all__ = [
    "LINE",
    "add_support",
    "agree_support",
    "ask_supports",
    "check_support",
    "decided",
    "decline_support",
    "draft_support_plan",
    "issue_support_plan",
    "money",
    "report_support",
    "submit_support_plan",
    "withdraw_support",
]
