"""What this room does when others decided, in their transaction, and after commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.exchange import keys
from lianxun.exchange.common import REQUESTS
from lianxun.exchange.enums import ReceiptStage
from lianxun.exchange.negative import stop_at
from lianxun.exchange.operations.ladder import RULING, ruled
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
    """The committee or the leading group ruled on a refusal; anything but approval upholds it."""
    if code != RULING:
        return
    row = REQUESTS.lock(object_id)
    ruled(
        row,
        supply=state == "approved",
        rung=int(facts["rung"]),
        comment=comment,
        actor=actor,
        now=now,
    )


@handles("outbox.exchange.shred")
def shred(*, payload: dict[str, Any], key: str, now: datetime) -> None:
    """Destroy the data keys of what was taken out of use; safe to do twice."""
    for one in payload["ids"]:
        keys.forget(UUID(one))


@handles("access.sharing")
def stop_sharing(*, actor: Actor, kind: str, object_id: UUID, words: Mapping[str, str]) -> None:
    """A share to another unit is an exchange: the negative list binds it (settled.md 32). ``words``:
    place → what was written there."""
    for place, text in words.items():
        stop_at(text, place=place, stage=ReceiptStage.REQUEST)
