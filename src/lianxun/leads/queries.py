"""Reads of the leads room."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.access.queries import account_names
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.fabric.search import matching
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.leads import rules, sources
from lianxun.leads.enums import BatchState, Discipline, LeadState, Source
from lianxun.leads.models import Lead, TransferBatch
from lianxun.leads.operations.common import facts_of
from lianxun.leads.records import BatchRecord, LeadRecord, OpeningRecord
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query


def _rows() -> QuerySet[Lead]:
    return Lead.objects.select_related("batch")


@query("leads.list")
def leads(
    *,
    actor: Actor,
    now: datetime,
    state: str = "",
    discipline: str = "",
    engagement: UUID | None = None,
    number: str = "",
    search: str = "",
    page: int = 1,
) -> Page[LeadRecord]:
    """Leads the actor may see, newest first."""
    reach = within_reach(actor, kind="leads.lead", library="leads")
    rows = _rows().filter(reach).order_by("-created_at", "-id")
    if state:
        rows = rows.filter(state=state)
    if discipline:
        rows = rows.filter(discipline=discipline)
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if number:
        rows = rows.filter(number=number)
    more = False
    if search:
        hits = matching("leads_lead", search)
        rows, more = rows.filter(id__in=hits.ids), hits.more
    part, total = page_of(rows, page)
    found = _records(part, actor)
    noting().about("leads.lead", actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total, more=more)


@query("leads.lead")
def lead(*, actor: Actor, now: datetime, lead_id: UUID) -> LeadRecord:
    row = _rows().filter(id=lead_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "leads.lead", row.id, revision=row.revision, engagement=row.engagement, level=row.level
    )
    return _records([row], actor)[0]


@query("leads.batch")
def batch(*, actor: Actor, now: datetime, batch_id: UUID) -> BatchRecord:
    row = TransferBatch.objects.select_related("recipient").filter(id=batch_id).first()
    if row is None:
        raise NotFound
    noting().about("leads.batch", row.id, revision=row.revision, level=row.level)
    rows = list(_rows().filter(batch=row).order_by("number"))
    return BatchRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        recipient_name=row.recipient.short_name,
        handed_on=row.handed_on,
        grave=row.grave,
        state_label=BatchState(row.state).label,
        leads=tuple(_records(rows, actor)),
    )


@query("leads.openings")
def openings(*, actor: Actor, now: datetime) -> list[OpeningRecord]:
    """Openings of the vault that wait for the acting custodian."""
    waiting = sources.waiting()
    numbers = dict(
        Lead.objects.filter(id__in=[w.lead for w in waiting]).values_list("id", "number")
    )
    names = account_names([w.asked_by for w in waiting])
    noting().about("leads.opening", actor.account_id, count=len(waiting))
    return [
        OpeningRecord(
            id=w.id,
            lead_number=numbers.get(w.lead, "（编号不在您的知悉范围）"),
            asked_by=names.get(w.asked_by, ""),
            purpose=w.purpose,
            asked_at=w.asked_at,
        )
        for w in waiting
    ]


def _records(rows: list[Lead], actor: Actor) -> list[LeadRecord]:
    ids = {i for r in rows for i in (r.owner_unit, r.subject_org, r.addressee_unit) if i}
    names = dict(Unit.objects.filter(id__in=ids).values_list("id", "short_name"))
    return [_record(r, actor, names) for r in rows]


def _record(row: Lead, actor: Actor, names: dict[UUID, str]) -> LeadRecord:
    return LeadRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        source_label=Source(row.source).label,
        title=row.title,
        summary=row.summary,
        object_name=row.object_name,
        object_post=row.object_post,
        subject_org=row.subject_org,
        subject_name=names.get(row.subject_org, "") if row.subject_org else "",
        discipline=row.discipline,
        discipline_label=Discipline(row.discipline).label,
        named=row.named,
        in_vault=row.in_vault,
        state=row.state,
        state_label=LeadState(row.state).label,
        engagement=row.engagement,
        owner_name=names.get(row.owner_unit, ""),
        recipient_name=names.get(row.addressee_unit, "") if row.addressee_unit else "",
        batch_id=row.batch_id,
        batch_number=row.batch.number if row.batch else "",
        study_minutes=row.study_minutes,
        objection=row.objection,
        opinion=row.opinion,
        result=row.result,
        return_reason=row.return_reason,
        duplicate_of=row.duplicate_of_id,
        level=row.level,
        created_at=row.created_at,
        received_at=row.received_at,
        permitted=rules.permitted(actor, facts_of(row)),
    )
