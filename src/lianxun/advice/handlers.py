"""What this room hears from the leads room, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.access.queries import service_actor
from lianxun.advice import similar, work
from lianxun.advice.enums import SERVICE
from lianxun.advice.models import Advice, Decision, SimilarQuestion
from lianxun.fabric.handlers import handles
from lianxun.fabric.identity import acting_as

DESTROYED = "destroyed"


@handles("leads.registered")
def on_registered(*, lead_id: UUID, now: datetime) -> None:
    """A new lead is read by the job: registration waits for no engine and fails with none."""
    work.queue_prepare(lead_id)


@handles("leads.moved")
def on_moved(*, lead_id: UUID, state: str, no_case: bool) -> None:
    """No case came of it: out of search in the same transaction (settled.md 28). Destroyed: whatever
    this room holds about it goes with it."""
    if not no_case and state != DESTROYED:
        return
    service = service_actor(service=SERVICE)
    with acting_as(service.account_id, service=SERVICE):
        similar.forget(lead_id)
        if state == DESTROYED:
            Decision.objects.filter(lead_id=lead_id).delete()
            Advice.objects.filter(lead_id=lead_id).delete()
            SimilarQuestion.objects.filter(lead_id=lead_id).delete()
