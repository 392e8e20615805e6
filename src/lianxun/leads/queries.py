"""Reads of the leads room."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.access.queries import account_names
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.fabric.search import matching, newest_of
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.leads import rules, sources
from lianxun.leads.enums import BatchState, Discipline, LeadState, LineState, Outcome, Source
from lianxun.leads.models import Lead, TransferBatch, TransferLine
from lianxun.leads.operations.common import facts_of
from lianxun.leads.operations.copies import folder as copies_folder
from lianxun.leads.records import (
    BatchRecord,
    CustodyRecord,
    LeadRecord,
    LineRecord,
    OpeningRecord,
    RecoveryRecord,
)
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query

HIDDEN = "（编号不在您的知悉范围）"
SEALED_LABELS = {"identity": "反映人身份", "original": "封存原件"}
HANDOVER_MOST = 200


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
    owner: UUID | None = None,
    handed_in: int | None = None,
    number: str = "",
    search: str = "",
    page: int = 1,
) -> Page[LeadRecord]:
    """Leads the actor may see, newest first. ``handed_in``: handed over to another unit in that year."""
    reach = within_reach(actor, kind="leads.lead", library="leads")
    rows = _rows().filter(reach).order_by("-created_at", "-id")
    if state:
        rows = rows.filter(state=state)
    if discipline:
        rows = rows.filter(discipline=discipline)
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if owner is not None:
        rows = rows.filter(owner_unit=owner)
    if handed_in is not None:
        rows = rows.filter(batch__handed_on__year=handed_in)
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


@query("leads.find")
def find(*, actor: Actor, now: datetime, text: str) -> list[tuple[UUID, str]]:
    """The newest leads with these words or this number, by number."""
    found = newest_of(Lead.objects.all(), "leads_lead", text, ("number",))
    noting().about("leads.lead", actor.account_id, count=len(found))
    return [(ident, number) for ident, number in found]


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
    lines = _lines(row, actor)
    return BatchRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        recipient_name=row.recipient.short_name,
        handed_on=row.handed_on,
        grave=row.grave,
        state_label=BatchState(row.state).label,
        lines=lines,
        may_sign=any(line.may_sign for line in lines),
    )


def _lines(batch_row: TransferBatch, actor: Actor) -> tuple[LineRecord, ...]:
    rows = list(
        TransferLine.objects.filter(batch=batch_row).select_related("lead").order_by("id")[:500]
    )
    people = account_names({x.answered_by_id for x in rows if x.answered_by_id})
    subjects = {x.subject_org for x in rows if x.subject_org}
    names = dict(Unit.objects.filter(id__in=subjects).values_list("id", "short_name"))
    return tuple(
        LineRecord(
            lead_id=x.lead_id,
            lead_number=x.lead.number,
            lead_title=x.lead.title,
            lead_revision=x.lead.revision,
            subject_name=names.get(x.subject_org, "") if x.subject_org else "",
            discipline_label=Discipline(x.lead.discipline).label,
            state=x.state,
            state_label=LineState(x.state).label,
            answered_by=people.get(x.answered_by_id, "") if x.answered_by_id else "",
            answered_at=x.answered_at,
            reason=x.reason,
            may_sign=x.state == LineState.SENT
            and x.lead.batch_id == batch_row.id
            and bool(rules.may_receive(actor, facts_of(x.lead))),
        )
        for x in rows
    )


@query("leads.handover")
def handover(*, actor: Actor, now: datetime) -> list[LeadRecord]:
    """What waits for the Friday hand-over, oldest first. Raises ``NotFound`` for all but the desk."""
    if not rules.may_transfer(actor, None):
        raise NotFound
    rows = list(
        _rows()
        .filter(state__in=[LeadState.APPROVED, LeadState.OBJECTED])
        .order_by("created_at", "id")[:HANDOVER_MOST]
    )
    noting().about("leads.lead", actor.account_id, count=len(rows))
    return _records(rows, actor)


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
            lead_number=numbers.get(w.lead, HIDDEN),
            kind_label=SEALED_LABELS[w.kind],
            asked_by=names.get(w.asked_by, ""),
            purpose=w.purpose,
            asked_at=w.asked_at,
            until=w.until,
        )
        for w in waiting
    ]


@query("leads.custody")
def custody(*, actor: Actor, now: datetime) -> CustodyRecord:
    """How things stand with keys, for custodians and escrow holders; nothing of what is sealed."""
    if not actor.has_role("custodian", "escrow"):
        raise NotFound
    custodians, escrow = sources.ready()
    wanted = sources.recoveries()
    lost = sources.lost(account=actor.account_id) if actor.has_role("custodian") else []
    ids = [*(w.lead for w in wanted), *lost]
    numbers = dict(Lead.objects.filter(id__in=ids).values_list("id", "number"))
    made = sources.copies(copies_folder())
    names = account_names({w.asked_by for w in wanted})
    noting().about("leads.custodian", actor.account_id, count=len(wanted))
    return CustodyRecord(
        custodians=custodians,
        escrow=escrow,
        outdated=len(sources.outdated()),
        newest_copy=made[0].name if made else "",
        lost=tuple((lead_id, numbers.get(lead_id, HIDDEN)) for lead_id in lost),
        recoveries=tuple(
            RecoveryRecord(
                id=w.id,
                lead_number=numbers.get(w.lead, HIDDEN),
                asked_by=names.get(w.asked_by, ""),
                purpose=w.purpose,
                asked_at=w.asked_at,
                released=w.released,
                released_by_me=w.mine,
                mine=w.asked_by == actor.account_id,
            )
            for w in wanted
        ),
    )


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
        outcome_label=Outcome(row.outcome).label if row.outcome else "",
        result=row.result,
        return_reason=row.return_reason,
        no_case_on=row.no_case_on,
        duplicate_of=row.duplicate_of_id,
        level=row.level,
        created_at=row.created_at,
        received_at=row.received_at,
        permitted=rules.permitted(actor, facts_of(row)),
    )
