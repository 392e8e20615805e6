"""The receiving unit's answer to a hand-over (W13): signed for, or sent back with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.duties.records import Responsible
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, Problem
from lianxun.leads import rules
from lianxun.leads.enums import BatchState, LeadState, LineState
from lianxun.leads.models import Lead, TransferBatch, TransferLine
from lianxun.leads.operations.common import (
    LEADS,
    facts_of,
    move,
    open_clock,
    require,
    stop_clock,
    words,
)
from lianxun.leads.operations.papers import print_receipt
from lianxun.leads.records import Handed
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation


@operation("leads.receive")
def receive(*, actor: Actor, now: datetime, lead_id: UUID, revision: int) -> None:
    """A named person signs; the month for the disposal opinion and the three for the result begin."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_receive(actor, facts_of(lead)))
    _sign(lead, actor, now)
    _settle(lead, actor, now)


@operation("leads.receive_many")
def receive_many(
    *, actor: Actor, now: datetime, rows: Sequence[tuple[UUID, int]]
) -> tuple[Handed, ...]:
    """Sign for several leads (id, revision) at once; each row is answered, none stops the others."""
    if not rows:
        raise Invalid.at("rows", "请至少选择一条线索。")
    answers = []
    signed: list[Lead] = []
    for lead_id, revision in dict(rows).items():
        try:
            lead = LEADS.lock(lead_id, revision)
            require(rules.may_receive(actor, facts_of(lead)))
            _sign(lead, actor, now)
        except Problem as refused:
            answers.append(Handed(lead_id=lead_id, done=False, message=refused.message))
            continue
        signed.append(lead)
        answers.append(Handed(lead_id=lead.id, number=lead.number, done=True, message="已签收"))
    for lead in {x.batch_id: x for x in signed}.values():
        _settle(lead, actor, now)
    noting().about(
        "leads.batch", actor.unit_id, count=len(signed), refused=len(answers) - len(signed)
    )
    return tuple(answers)


def _sign(lead: Lead, actor: Actor, now: datetime) -> None:
    lead.received_by_id, lead.received_at = actor.account_id, now
    move(lead, LeadState.RECEIVED, "received_by", "received_at")
    _answer(lead, actor, now, LineState.RECEIVED)
    stop_clock(lead, "DT-LD-RECEIPT", actor=actor, now=now)
    unit = Unit.objects.get(id=lead.addressee_unit or lead.owner_unit)
    for code in ("DT-LD-OPINION", rules.result_clock(lead.source)):
        open_clock(lead, code, Responsible(unit.id, unit.short_name), actor=actor, now=now)


@operation("leads.object_transfer")
def object_transfer(
    *, actor: Actor, now: datetime, lead_id: UUID, revision: int, reason: str
) -> None:
    """Not ours: back to the desk with the reason."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_receive(actor, facts_of(lead)))
    lead.objection = words("reason", reason, most=300, missing="请写明不予接收的理由和依据。")
    move(lead, LeadState.OBJECTED, "objection")
    _answer(lead, actor, now, LineState.OBJECTED, reason=lead.objection)
    stop_clock(lead, "DT-LD-RECEIPT", actor=actor, now=now)
    _settle(lead, actor, now)


def _answer(lead: Lead, actor: Actor, now: datetime, state: LineState, *, reason: str = "") -> None:
    TransferLine.objects.filter(batch_id=lead.batch_id, lead=lead).update(
        state=state, answered_by=actor.account_id, answered_at=now, reason=reason
    )


def _settle(lead: Lead, actor: Actor, now: datetime) -> None:
    """The last answer closes the batch: the receipt is made and the desk is told."""
    if lead.batch_id is None:
        return
    batch = TransferBatch.objects.select_for_update().filter(id=lead.batch_id).first()
    if batch is None or batch.state == BatchState.SETTLED:
        return
    if TransferLine.objects.filter(batch=batch, state=LineState.SENT).exists():
        return
    batch.state, batch.revision = BatchState.SETTLED, batch.revision + 1
    batch.save(update_fields=["state", "revision"])
    print_receipt(actor=actor, now=now, batch=batch)
    duties.notify(
        now=now,
        accounts=accounts_at(unit_id=batch.owner_unit, roles=["coordinator"]),
        code=NoticeCode.ANSWERED,
        object_kind="leads.batch",
        object_id=batch.id,
    )
