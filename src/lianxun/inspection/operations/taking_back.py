"""Acts inside the unit that may be taken back while nothing was built on them yet.

What was done stays in the trace, and so does the taking back; only the present state changes.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.inspection import rules
from lianxun.inspection.common import facts_of, load, note, require
from lianxun.inspection.enums import FORWARD
from lianxun.inspection.models import Gate, ListLine
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, Stale, WrongState
from lianxun.trace.door import operation


@operation("inspection.withdraw_gate")
def withdraw_gate(*, actor: Actor, now: datetime, gate_id: UUID, revision: int) -> None:
    """A line of the checklist was ticked too early: open again, until its stage has begun."""
    gate = Gate.objects.select_for_update().filter(id=gate_id).first()
    if gate is None:
        raise NotFound
    if gate.revision != revision:
        raise Stale
    task = load(gate.task_id)
    decision = rules.may_prepare(actor, facts_of(task))
    if not decision:
        decision = rules.may_enter_site(actor, facts_of(task))
    require(decision)
    if gate.passed_at is None:
        raise WrongState("该条目还没有通过，不需要撤回。")
    if not any(start == task.state and to == gate.stage for start, to in FORWARD):
        raise WrongState("该条目所在的阶段已经开始，不能撤回；发现问题请申请暂停任务。")
    gate.passed_at, gate.passed_by, gate.evidence = None, None, ""
    gate.revision += 1
    gate.save(update_fields=["passed_at", "passed_by", "evidence", "revision"])
    note(task, gate=gate.code)


@operation("inspection.drop_line")
def drop_line(*, actor: Actor, now: datetime, engagement_id: UUID, line_id: UUID) -> None:
    """A line of the collaboration list was entered wrongly. A list printed before stays as it was."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    line = ListLine.objects.select_for_update().filter(id=line_id, task=task).first()
    if line is None:
        raise NotFound
    line.delete()
    note(task, line=str(line_id))
