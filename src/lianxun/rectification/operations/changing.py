"""A line of the approved 《整改协同方案》 changes (R-4.2-4): asked with a reason, agreed anew, put into force, kept."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.rectification import rules_support as rules
from lianxun.rectification.common import require
from lianxun.rectification.enums import ChangeState
from lianxun.rectification.models import Support, SupportChange
from lianxun.rectification.supporting import (
    CHANGES,
    DO,
    LEAST,
    LINES,
    LOOK,
    OBJECT,
    clock,
    line_facts,
    reason_of,
    tell,
    under_way,
)
from lianxun.trace.door import operation

MOVED = "支援事项已变更"


@operation("rectification.change_support")
def change_support(
    *,
    actor: Actor,
    now: datetime,
    support_id: UUID,
    revision: int,
    due_on: date,
    standard: str,
    inspect_on: date,
    reason: str,
) -> UUID:
    """Ask the helping unit for another day, standard or inspection point. Until the change is in force the
    line and its clocks stay as the committee approved them."""
    row = LINES.lock(support_id, revision)
    require(rules.may_change_support(actor, line_facts(row)))
    wanted = standard.strip()
    errors = []
    if due_on <= now.date():
        errors.append(FieldError("due_on", "完成期限须晚于今天。"))
    if inspect_on < due_on:
        errors.append(FieldError("inspect_on", "检查节点不能早于完成期限。"))
    if not LEAST <= len(wanted) <= 300:
        errors.append(FieldError("standard", f"请填写 {LEAST}—300 字。"))
    if (due_on, wanted, inspect_on) == (row.due_on, row.standard, row.inspect_on):
        errors.append(FieldError("due_on", "期限、标准和检查节点都没有改变。"))
    if errors:
        raise Invalid(*errors)
    made = SupportChange.objects.create(
        created_at=now,
        support=row,
        number=row.changes.count() + 1,
        reason=reason_of(reason),
        old_due_on=row.due_on,
        old_standard=row.standard,
        old_inspect_on=row.inspect_on,
        due_on=due_on,
        standard=wanted,
        inspect_on=inspect_on,
        state=ChangeState.ASKED,
        proposed_by_id=actor.account_id,
        proposed_on=now.date(),
        **Labels.of(row).columns(),
    )
    LINES.save(row, change=made.number)
    tell(row, NoticeCode.ARRIVED, now=now)
    return made.id


def _pending(row: Support) -> SupportChange:
    change = under_way(row)
    if change is None:
        raise WrongState("没有正在办理的变更。")
    return CHANGES.lock(change.id)


@operation("rectification.agree_change")
def agree_change(*, actor: Actor, now: datetime, support_id: UUID, revision: int) -> None:
    """The helping unit takes on the changed line; the office puts it into force."""
    row = LINES.lock(support_id, revision)
    require(rules.may_answer_change(actor, line_facts(row)))
    change = _pending(row)
    change.answered_by_id = actor.account_id
    CHANGES.move(change, ChangeState.AGREED, "answered_by")
    LINES.save(row, change=change.number)


@operation("rectification.refuse_change")
def refuse_change(
    *, actor: Actor, now: datetime, support_id: UUID, revision: int, reason: str
) -> None:
    """The helping unit says why it cannot; the line stays as it was approved."""
    row = LINES.lock(support_id, revision)
    require(rules.may_answer_change(actor, line_facts(row)))
    change = _pending(row)
    change.answer, change.answered_by_id = reason_of(reason), actor.account_id
    CHANGES.move(change, ChangeState.REFUSED, "answer", "answered_by")
    LINES.save(row, change=change.number)


@operation("rectification.apply_change")
def apply_change(*, actor: Actor, now: datetime, support_id: UUID, revision: int) -> None:
    """What the unit agreed to is in force: the line says it, both clocks run to the new days."""
    row = LINES.lock(support_id, revision)
    require(rules.may_apply_change(actor, line_facts(row)))
    change = _pending(row)
    change.done_on = now.date()
    CHANGES.move(change, ChangeState.DONE, "done_on")
    row.due_on, row.standard, row.inspect_on = change.due_on, change.standard, change.inspect_on
    LINES.save(row, "due_on", "standard", "inspect_on", change=change.number)
    owner = Unit.objects.get(id=row.owner_unit)
    for code, unit, old, new in (
        (DO, row.unit, change.old_due_on, row.due_on),
        (LOOK, owner, change.old_inspect_on, row.inspect_on),
    ):
        if old != new:
            duties.cancel(
                actor=actor,
                now=now,
                object_kind=OBJECT,
                object_id=row.id,
                reason=MOVED,
                template_code=code,
            )
            clock(row, code, unit, new, actor=actor, now=now)
    tell(row, NoticeCode.ARRIVED, now=now)
