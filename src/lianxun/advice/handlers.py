"""What this room hears from the leads room, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.access.queries import service_actor
from lianxun.advice import similar, work
from lianxun.advice.enums import SERVICE
from lianxun.fabric.handlers import handles
from lianxun.fabric.identity import acting_as
from lianxun.leads.texts import NO_CASE


@handles("leads.registered")
def on_registered(*, lead_id: UUID, now: datetime) -> None:
    """A new lead is read by the job: registration waits for no engine and fails with none."""
    work.queue_prepare(lead_id)


@handles("leads.moved")
def on_moved(*, lead_id: UUID, state: str) -> None:
    """No case came of it: out of search in the same transaction (settled.md 28)."""
    if state not in NO_CASE:
        return
    service = service_actor(service=SERVICE)
    with acting_as(service.account_id, service=SERVICE):
        similar.forget(lead_id)
