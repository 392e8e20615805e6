"""Friday's hand-over (W12): chosen leads, one sheet for each receiving unit, an answer for each row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lianxun.access.queries import accounts_at, unit_has_clearance
from lianxun.documents import steps as documents
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Problem, Stale, WrongState
from lianxun.leads import rules
from lianxun.leads.enums import BatchState, LeadState, LineState
from lianxun.leads.models import Lead, TransferBatch, TransferLine
from lianxun.leads.operations.common import LEADS, facts_of, move, open_clock, require
from lianxun.leads.operations.papers import print_transfer
from lianxun.leads.records import Handed, HandOver
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation

MOST = 200  # rows of one hand-over: a page of choices somebody has looked at


@operation("leads.transfer")
def transfer(
    *,
    actor: Actor,
    now: datetime,
    lead_ids: tuple[UUID, ...],
    recipient_id: UUID,
    grave: bool = False,
) -> UUID:
    """Hand over approved leads to one unit with one 《问题线索移交单》; all of them or none.

    Refuses a recipient that is the body a lead is about, lies above or below it, or has nobody cleared
    for its level.
    """
    recipient = Unit.objects.filter(id=recipient_id).first()
    if recipient is None:
        raise Invalid.at("recipient_id", "请选择接收单位。")
    if not lead_ids:
        raise Invalid.at("lead_ids", "请至少选择一条线索。")
    leads = [LEADS.lock(i) for i in dict.fromkeys(lead_ids)]
    for lead in leads:
        require(rules.may_transfer(actor, facts_of(lead)))
        problem = unfit(lead, recipient)
        if isinstance(problem, WrongState):
            raise problem
        if problem is not None:
            raise Invalid.at("recipient_id", problem.message)
    batch = _send(actor, now, recipient, leads, grave=grave)
    noting().about("leads.batch", batch.id, level=batch.level, count=len(leads))
    return batch.id


@operation("leads.hand_over")
def hand_over(
    *, actor: Actor, now: datetime, rows: Sequence[HandOver], grave: bool = False
) -> tuple[Handed, ...]:
    """Hand over every row that fits, with one sheet for each receiving unit; the others stay where they
    are and are told why. Nothing chosen goes unanswered.
    """
    if not rows:
        raise Invalid.at("rows", "请至少选择一条线索。")
    if len(rows) > MOST:
        raise Invalid.at("rows", f"一次最多移交 {MOST} 条，请分批办理。")
    require(rules.may_transfer(actor, None))
    units = {u.id: u for u in Unit.objects.filter(id__in={r.recipient_id for r in rows})}
    answers: dict[UUID, Handed] = {}
    groups: dict[UUID, list[Lead]] = {}
    for row in rows:
        if row.lead_id in answers:
            continue
        try:
            lead = LEADS.lock(row.lead_id, row.revision)
            if row.recipient_id not in units:
                raise Invalid.at("recipient_id", "请选择接收单位。")
            problem = unfit(lead, units[row.recipient_id])
            if problem is not None:
                raise problem
        except (NotFound, Stale, Invalid, WrongState) as refused:
            answers[row.lead_id] = Handed(lead_id=row.lead_id, done=False, message=refused.message)
            continue
        groups.setdefault(row.recipient_id, []).append(lead)
        answers[row.lead_id] = Handed(lead_id=row.lead_id, number=lead.number, done=True)
    sent = 0
    for recipient_id, leads in groups.items():
        batch = _send(actor, now, units[recipient_id], leads, grave=grave)
        sent += len(leads)
        for lead in leads:
            answers[lead.id] = Handed(
                lead_id=lead.id,
                number=lead.number,
                done=True,
                message=f"已移交{units[recipient_id].short_name}",
                batch_id=batch.id,
                batch_number=batch.number,
            )
    noting().about("leads.batch", actor.unit_id, count=sent, refused=len(answers) - sent)
    return tuple(answers.values())


def unfit(lead: Lead, recipient: Unit) -> Problem | None:
    """Why this lead cannot go to this unit now, or ``None``."""
    if lead.state not in (LeadState.APPROVED, LeadState.OBJECTED):
        return WrongState(f"{lead.number} 现为“{LeadState(lead.state).label}”，不能移交。")
    fits = rules.recipient_fits(
        recipient_path=recipient.path,
        subject_path=lead.subject_path,
        clearance_ok=unit_has_clearance(unit_id=recipient.id, level=lead.level, duty="leads"),
    )
    if isinstance(fits, Denied):
        return Invalid.at("recipient_id", f"{lead.number}：{fits.reason}")
    return None


def _send(
    actor: Actor, now: datetime, recipient: Unit, leads: list[Lead], *, grave: bool
) -> TransferBatch:
    batch = _open_batch(actor, now, recipient, leads, grave)
    who = Responsible(recipient.id, recipient.short_name)
    for lead in leads:
        lead.batch, lead.objection = batch, ""
        lead.addressee_unit, lead.addressee_path = recipient.id, recipient.path
        move(lead, LeadState.TRANSFERRED, "batch", "objection", "addressee_unit", "addressee_path")
        TransferLine.objects.create(
            created_at=now, batch=batch, lead=lead, state=LineState.SENT, **_labels(lead)
        )
        documents.relabel(object_kind="leads.lead", object_id=lead.id, labels=Labels.of(lead))
        duties.relabel(object_kind="leads.lead", object_id=lead.id, labels=Labels.of(lead))
        open_clock(lead, "DT-LD-RECEIPT", who, actor=actor, now=now)
        if lead.engagement is not None:  # node 5: the Friday hand-over of its engagement
            duties.fulfil(
                actor=actor,
                now=now,
                object_kind=duties.ENGAGEMENT_KIND,
                object_id=lead.engagement,
                template_code="MS-N5",
            )
    print_transfer(actor=actor, now=now, batch=batch, recipient=recipient, leads=leads)
    duties.notify(
        now=now,
        accounts=accounts_at(unit_id=recipient.id, roles=["liaison_officer"]),
        code=NoticeCode.ARRIVED,
        object_kind="leads.batch",
        object_id=batch.id,
    )
    return batch


def _labels(lead: Lead) -> dict[str, object]:
    return Labels.of(lead).columns()


def _open_batch(
    actor: Actor, now: datetime, recipient: Unit, leads: list[Lead], grave: bool
) -> TransferBatch:
    desk = Unit.objects.get(id=actor.unit_id)
    one = leads[0]
    same_engagement = {x.engagement for x in leads} == {one.engagement}
    return TransferBatch.objects.create(
        id=new_id(),
        created_at=now,
        number=documents.next_number(
            unit_id=actor.unit_id, code=f"线移{recipient.code}", year=now.year
        ),
        recipient=recipient,
        handed_on=now.date(),
        handed_by_id=actor.account_id,
        grave=grave,
        state=BatchState.SENT,
        level=max(x.level for x in leads),
        region=desk.region,
        owner_unit=desk.id,
        owner_path=desk.path,
        engagement=one.engagement if same_engagement else None,
        addressee_unit=recipient.id,
        addressee_path=recipient.path,
    )
