"""What this room does when a body has decided, in the transaction of the deciding vote."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.fabric.handlers import handles
from lianxun.kernel.actor import Actor
from lianxun.regulations.operations import adoption


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
    """The committee or the leading group decided about an institution document."""
    if code == adoption.CODE:
        adoption.decided(
            actor=actor,
            now=now,
            institution_id=object_id,
            state=state,
            comment=comment,
            facts=facts,
        )
