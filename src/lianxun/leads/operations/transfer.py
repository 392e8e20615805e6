"""Friday's hand-over with a signed receipt, both ways (W12, W13)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.access.queries import unit_has_clearance
from lianxun.documents import steps as documents
from lianxun.documents.records import Heading, Official, Paragraph, Table
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.leads import rules
from lianxun.leads.enums import BatchState, Discipline, LeadState
from lianxun.leads.models import Lead, TransferBatch
from lianxun.leads.operations.common import (
    facts_of,
    load,
    move,
    open_clock,
    require,
    stop_clock,
)
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation


@operation("leads.transfer")
def transfer(
    *,
    actor: Actor,
    now: datetime,
    lead_ids: tuple[UUID, ...],
    recipient_id: UUID,
    grave: bool = False,
) -> UUID:
    """Hand over approved leads in one batch with one 《问题线索移交单》; all of them or none.

    Refuses a recipient that is the body a lead is about, lies above or below it, or has nobody cleared
    for its level.
    """
    recipient = Unit.objects.filter(id=recipient_id).first()
    if recipient is None:
        raise Invalid.at("recipient_id", "请选择接收单位。")
    if not lead_ids:
        raise Invalid.at("lead_ids", "请至少选择一条线索。")
    leads = [load(i) for i in dict.fromkeys(lead_ids)]
    for lead in leads:
        require(rules.may_transfer(actor, facts_of(lead)))
        if lead.state not in (LeadState.APPROVED, LeadState.OBJECTED):
            raise WrongState(f"{lead.number} 现为“{LeadState(lead.state).label}”，不能移交。")
        fits = rules.recipient_fits(
            recipient_path=recipient.path,
            subject_path=lead.subject_path,
            clearance_ok=unit_has_clearance(unit_id=recipient.id, level=lead.level, duty="leads"),
        )
        if not fits:
            raise Invalid.at("recipient_id", f"{lead.number}：{getattr(fits, 'reason', '')}")
    batch = _open_batch(actor, now, recipient, leads, grave)
    for lead in leads:
        lead.batch, lead.objection = batch, ""
        lead.addressee_unit, lead.addressee_path = recipient.id, recipient.path
        move(lead, LeadState.TRANSFERRED, "batch", "objection", "addressee_unit", "addressee_path")
        who = Responsible(recipient.id, recipient.short_name)
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
    _print(actor, now, batch, recipient, leads)
    noting().about("leads.batch", batch.id, level=batch.level, count=len(leads))
    return batch.id


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


def _print(
    actor: Actor, now: datetime, batch: TransferBatch, recipient: Unit, leads: list[Lead]
) -> None:
    desk = Unit.objects.get(id=actor.unit_id)
    names = dict(
        Unit.objects.filter(id__in=[x.subject_org for x in leads]).values_list("id", "short_name")
    )
    rows = tuple(
        (
            str(index),
            lead.number,
            names.get(lead.subject_org, "") if lead.subject_org else "",
            Discipline(lead.discipline).label,
            lead.title,
        )
        for index, lead in enumerate(leads, start=1)
    )
    document = Official(
        issuer=desk.name,
        number=batch.number,
        title="问题线索移交单",
        addressee=recipient.name,
        blocks=(
            Paragraph(f"现将 {len(leads)} 件问题线索移交你单位，请于 3 个工作日内签收并反馈回执。"),
            Heading("一、线索目录"),
            Table(("序号", "编号", "涉及单位", "类别", "主要问题"), rows, (1, 3, 2, 2, 4)),
            Heading("二、办理要求"),
            Paragraph(
                "自签收之日起 1 个月内提出处置意见，3 个月内反馈办理结果；不得扩大知悉范围。"
            ),
        ),
        signed_by=desk.short_name,
        signed_on=now.date(),
        level_mark=Level(batch.level).label,
        urgency="特急" if batch.grave else "",
        printed_by=desk.short_name,
        signatures=("移交人（签字）", "接收人（签字）"),
    )
    documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind="leads.batch",
        object_id=batch.id,
        labels=Labels.of(batch),
    )


@operation("leads.receive")
def receive(*, actor: Actor, now: datetime, lead_id: UUID, revision: int) -> None:
    """A named person signs; the month for the disposal opinion and the three for the result begin."""
    lead = load(lead_id, revision)
    require(rules.may_receive(actor, facts_of(lead)))
    lead.received_by_id, lead.received_at = actor.account_id, now
    move(lead, LeadState.RECEIVED, "received_by", "received_at")
    stop_clock(lead, "DT-LD-RECEIPT", actor=actor, now=now)
    unit = Unit.objects.get(id=lead.addressee_unit or lead.owner_unit)
    for code in ("DT-LD-OPINION", "DT-LD-RESULT"):
        open_clock(lead, code, Responsible(unit.id, unit.short_name), actor=actor, now=now)
    _settle(lead)


@operation("leads.object_transfer")
def object_transfer(
    *, actor: Actor, now: datetime, lead_id: UUID, revision: int, reason: str
) -> None:
    """Not ours: back to the desk with the reason."""
    lead = load(lead_id, revision)
    require(rules.may_receive(actor, facts_of(lead)))
    if not reason.strip():
        raise Invalid.at("reason", "请写明不予接收的理由和依据。")
    lead.objection = reason.strip()[:300]
    move(lead, LeadState.OBJECTED, "objection")
    stop_clock(lead, "DT-LD-RECEIPT", actor=actor, now=now)
    _settle(lead)


def _settle(lead: Lead) -> None:
    if (
        lead.batch_id
        and not Lead.objects.filter(batch_id=lead.batch_id, state=LeadState.TRANSFERRED).exists()
    ):
        TransferBatch.objects.filter(id=lead.batch_id).update(state=BatchState.SETTLED)
