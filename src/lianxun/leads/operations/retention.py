"""Leads whose doubt ended: when their time is over and how they are emptied (settled.md 28).

What stays of a destroyed lead is its number, its dates and states, and a digest that says nothing: the
salt it was made with goes too, so that the commitment in the trace stays valid and unguessable.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from lianxun.documents import steps as documents
from lianxun.documents.keepers import Expired, Gone, Keeper, Kept, register
from lianxun.duties import steps as duties
from lianxun.fabric.handlers import handles
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.leads import sources
from lianxun.leads.enums import LeadState
from lianxun.leads.models import EMPTIED, Lead, TransferLine
from lianxun.leads.operations.common import KIND, LEADS, commitment_of, move, stop_clock

CLOCK = "DT-LD-DESTROY"
KEY = "leads.key"
NOUN = "问题线索"
ENDED = (LeadState.RETURNED, LeadState.FORWARDED, LeadState.DONE)
AT_ONCE = 500


def expired(by: date, decided: Q) -> list[Expired]:
    """Leads that ended without a case and whose clock runs out until ``by``."""
    ends = duties.ends_of(object_kind=KIND, template_code=CLOCK, by=by)
    rows = (
        Lead.objects.filter(id__in=list(ends), state__in=ENDED, no_case_on__isnull=False)
        .exclude(decided)
        .order_by("no_case_on", "id")[:AT_ONCE]
    )
    return [
        Expired(
            object_id=row.id,
            object_kind=KIND,
            number=row.number,
            labels=Labels.of(row),
            retention=ends[row.id].template,
            expired_on=ends[row.id].due_on,
            basis=ends[row.id].clause,
        )
        for row in rows
    ]


def find(lead_id: UUID) -> Kept | None:
    """A lead that is not destroyed."""
    row = Lead.objects.filter(id=lead_id).exclude(state=LeadState.DESTROYED).first()
    if row is None:
        return None
    return Kept(object_id=row.id, object_kind=KIND, number=row.number, labels=Labels.of(row))


def destroy(*, actor: Actor, now: datetime, object_id: UUID) -> Gone:
    """Empty the lead, its answers and material; the sealed identity loses its keys after the commit."""
    lead = LEADS.lock(object_id)
    if lead.state == LeadState.DESTROYED:
        raise NotFound
    digest = commitment_of(lead)
    for item in sources.forget(lead=lead.id):
        documents.queue_removal(KEY, str(item), now=now)
    files = documents.destroy_files(now=now, object_kind=KIND, object_id=lead.id)
    TransferLine.objects.filter(lead=lead).exclude(reason="").update(reason=EMPTIED)
    for field in ("summary", "object_name", "object_post", "study_minutes", "objection"):
        setattr(lead, field, "")
    lead.opinion = lead.result = lead.return_reason = ""
    lead.title, lead.salt, lead.in_vault = EMPTIED, b"", False
    move(
        lead,
        LeadState.DESTROYED,
        *("title", "summary", "object_name", "object_post", "study_minutes", "objection"),
        *("opinion", "result", "return_reason", "salt", "in_vault"),
    )
    stop_clock(lead, CLOCK, actor=actor, now=now)
    return Gone(digest, files)


@documents.removes(KEY)
def _erase_key(item: str) -> None:
    sources.erase_keys([UUID(item)])


@handles("documents.held")
def _held(*, actor: Actor, now: datetime, kept_by: str, object_id: UUID) -> None:
    """While a hold stands the clock of destruction stands still: nobody is late for what he may not do."""
    if kept_by == KIND:
        duties.pause_object(
            actor=actor,
            now=now,
            object_kind=KIND,
            object_id=object_id,
            reason="法律保全",
            code=CLOCK,
        )


@handles("documents.released")
def _released(*, actor: Actor, now: datetime, object_kind: str, object_id: UUID) -> None:
    if object_kind == KIND:
        duties.resume_object(
            actor=actor,
            now=now,
            object_kind=KIND,
            object_id=object_id,
            reason="法律保全已解除",
            code=CLOCK,
        )


register(Keeper(name=KIND, noun=NOUN, expired=expired, find=find, destroy=destroy))
