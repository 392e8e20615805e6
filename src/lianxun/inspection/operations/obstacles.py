"""Obstacles between units and how they were removed (R-1.4.3)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.inspection.common import labels_of, load, note
from lianxun.inspection.models import Obstacle
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, WrongState
from lianxun.trace.door import operation


@operation("inspection.record_obstacle")
def record_obstacle(
    *, actor: Actor, now: datetime, engagement_id: UUID, text: str, between: str
) -> UUID:
    task = load(engagement_id)
    if not text.strip() or not between.strip():
        raise Invalid.at("text", "请写明堵点和涉及的单位。")
    row = Obstacle.objects.create(
        created_at=now,
        task=task,
        text=text.strip()[:300],
        between=between.strip()[:200],
        **labels_of(task).columns(),
    )
    note(task, obstacle=str(row.id))
    return row.id


@operation("inspection.remove_obstacle")
def remove_obstacle(*, actor: Actor, now: datetime, obstacle_id: UUID, how: str) -> None:
    row = (
        Obstacle.objects.select_for_update(of=("self",))
        .select_related("task")
        .filter(id=obstacle_id)
        .first()
    )
    if row is None:
        raise NotFound
    if row.removed_on is not None:
        raise WrongState("该堵点已经打通。")
    if not how.strip():
        raise Invalid.at("how", "请写明打通的办法。")
    row.removed_on, row.how, row.revision = now.date(), how.strip()[:300], row.revision + 1
    row.save(update_fields=["removed_on", "how", "revision"])
    note(row.task, obstacle=str(row.id))
