"""Obstacles between units and how they were removed (R-1.4.3)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.inspection import rules
from lianxun.inspection.common import facts_of, labels_of, load, note, require
from lianxun.inspection.models import Obstacle
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows

OBSTACLES = Rows(Obstacle, kind="inspection.obstacle", noun="堵点", related=("task",))


@operation("inspection.record_obstacle")
def record_obstacle(
    *, actor: Actor, now: datetime, engagement_id: UUID, text: str, between: str
) -> UUID:
    """Write down what stands between units in an engagement."""
    task = load(engagement_id)
    require(rules.may_record_obstacle(actor, facts_of(task)))
    errors = []
    if not text.strip():
        errors.append(FieldError("text", "请写明堵点。"))
    if not between.strip():
        errors.append(FieldError("between", "请写明涉及的单位。"))
    if errors:
        raise Invalid(*errors)
    row = Obstacle.objects.create(
        created_at=now,
        task=task,
        text=fitting("text", text, 300),
        between=fitting("between", between, 200),
        recorded_by_id=actor.account_id,
        **labels_of(task).columns(),
    )
    note(task, obstacle=str(row.id))
    return row.id


@operation("inspection.remove_obstacle")
def remove_obstacle(
    *, actor: Actor, now: datetime, obstacle_id: UUID, revision: int, how: str
) -> None:
    """Say how an obstacle was removed: what others may do the same way."""
    row = OBSTACLES.lock(obstacle_id, revision)
    require(rules.may_record_obstacle(actor, facts_of(row.task)))
    if row.removed_on is not None:
        raise WrongState("该堵点已经打通。")
    if not how.strip():
        raise Invalid.at("how", "请写明打通的办法。")
    row.removed_on, row.removed_by_id, row.how = (
        now.date(),
        actor.account_id,
        fitting("how", how, 300),
    )
    OBSTACLES.save(row, "removed_on", "removed_by", "how")
