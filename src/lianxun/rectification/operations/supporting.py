"""《整改协同方案》 (W20): draft, ask the helping units, approve, end, print (R-4.2-4, R-1.3.1-3)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.organisation.queries import body_above
from lianxun.rectification import rules, rules_support
from lianxun.rectification.common import require, wait_for_numbers, words
from lianxun.rectification.enums import OVER, PlanState, SupportKind, SupportState
from lianxun.rectification.models import Item, Support, SupportPlan
from lianxun.rectification.papers_support import plan_document
from lianxun.rectification.supporting import (
    DO,
    LEAST,
    LINES,
    LOOK,
    PLAN,
    PLANS,
    clock,
    reason_of,
    take_out,
    tell,
)
from lianxun.trace.door import operation


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
    require(rules_support.may_support(actor, owner_path=plan.owner_path))
    if plan.state != PlanState.DRAFT:
        raise WrongState("方案正在审批或已经批准、了结，只有草稿可以办理。")
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
        tell(row, NoticeCode.ARRIVED, now=now)
    PLANS.save(plan, asked=len(rows))
    return len(rows)


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
        clock(row, DO, row.unit, row.due_on, actor=actor, now=now)
        clock(row, LOOK, owner, row.inspect_on, actor=actor, now=now)
        tell(row, NoticeCode.ARRIVED, now=now)


@operation("rectification.end_support_plan")
def end_support_plan(
    *, actor: Actor, now: datetime, plan_id: UUID, revision: int, outcome: str
) -> None:
    """Nothing of the plan runs any more: the office says what came of it."""
    plan = PLANS.lock(plan_id, revision)
    require(rules_support.may_support(actor, owner_path=plan.owner_path))
    if plan.state != PlanState.APPROVED:
        raise WrongState("已批准的方案才能办结。")
    left = plan.lines.exclude(state__in=OVER).count()
    if left:
        raise WrongState(f"还有 {left} 项支援没有检查合格或撤出，请逐项办理后再办结。")
    _over(
        plan, PlanState.ENDED, words("outcome", outcome, "请写明办结小结。", most=1000), actor, now
    )


@operation("rectification.drop_support_plan")
def drop_support_plan(
    *, actor: Actor, now: datetime, plan_id: UUID, revision: int, reason: str
) -> None:
    """Give up a draft, with the reason; its lines go with it."""
    plan = _draft(plan_id, revision, actor)
    said = reason_of(reason)
    for row in plan.lines.select_for_update().exclude(state__in=OVER).order_by("number"):
        take_out(row, said, now=now)
    _over(plan, PlanState.DROPPED, said, actor, now)


def _over(plan: SupportPlan, to: PlanState, outcome: str, actor: Actor, now: datetime) -> None:
    plan.outcome, plan.ended_by_id, plan.ended_on = outcome, actor.account_id, now.date()
    PLANS.move(plan, to, "outcome", "ended_by", "ended_on")


@operation("rectification.issue_support_plan")
def issue_support_plan(
    *, actor: Actor, now: datetime, plan_id: UUID, revision: int
) -> tuple[UUID, UUID]:
    """Print 《整改协同方案》 (W20, GB/T 9704): unit, help, day, standard, inspection point."""
    plan = PLANS.lock(plan_id, revision)
    require(rules_support.may_support(actor, owner_path=plan.owner_path))
    if plan.state not in (PlanState.APPROVED, PlanState.ENDED):
        raise WrongState("方案批准之后才能印制。")
    owner = Unit.objects.get(id=plan.owner_unit)
    subject = Unit.objects.get(id=plan.subject_org or plan.owner_unit)
    rows = list(
        plan.lines.exclude(state=SupportState.WITHDRAWN)
        .select_related("unit")
        .prefetch_related("helpers")
    )
    document = plan_document(
        plan,
        rows,
        number=documents.next_number(
            unit_id=actor.unit_id, code=f"巡协方{subject.code}", year=now.year
        ),
        owner=owner,
        subject=subject,
        now=now,
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
