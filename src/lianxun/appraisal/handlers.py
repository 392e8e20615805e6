"""What follows when a body has decided, in the transaction of the deciding vote."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.appraisal.common import APPROVE, OUTCOMES, PERIODS, SCHEMES, SIGN_OFF, USE
from lianxun.appraisal.operations import schemes, signing, using
from lianxun.fabric.handlers import handles
from lianxun.kernel.actor import Actor


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
    """A scheme comes into force, a year is signed, a proposal is decided; or each comes back."""
    given: dict[str, Any] = {"state": state, "comment": comment, "actor": actor, "now": now}
    if code == APPROVE:
        schemes.decided(SCHEMES.lock(object_id), **given)
    elif code == SIGN_OFF:
        signing.decided(PERIODS.lock(object_id), **given)
    elif code == USE:
        using.decided(OUTCOMES.lock(object_id), **given)
