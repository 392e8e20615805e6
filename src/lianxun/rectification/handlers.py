"""What follows when a body has decided, in the transaction of the deciding vote."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.duties import steps as duties
from lianxun.fabric.handlers import handles
from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import UnitKind
from lianxun.rectification.operations import EXTENSION, KIND, load


@handles("approvals.decided")
def decided(
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
    """An approved extension moves the item's own day and its clock, once."""
    if code != EXTENSION or state != "approved":
        return
    item = load(object_id)
    for duty_id in duties.open_ids(object_kind=KIND, object_id=item.id, template_code="DT-RC-ITEM"):
        item.due_on = duties.extend(
            actor=actor,
            now=now,
            duty_id=duty_id,
            to=date.fromisoformat(facts["to"]),
            reason="协调对接委员会批准延期",
            body_kind=UnitKind.COMMITTEE,
        )
    item.revision += 1
    item.save(update_fields=["due_on", "revision"])
