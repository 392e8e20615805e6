"""The two papers of a hand-over: W12 《问题线索移交单》 and W13 《问题线索移交回执》.

What stands on them: numbers, organisation, class, one sentence. Never a reporter: the rows they are made
from have no place for one.
"""

from __future__ import annotations

from datetime import datetime

from lianxun.access.queries import account_names
from lianxun.documents import steps as documents
from lianxun.documents.records import Heading, Official, Paragraph, Table
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.leads.enums import Discipline, LineState
from lianxun.leads.models import Lead, TransferBatch, TransferLine
from lianxun.organisation.models import Unit

KIND = "leads.batch"


def print_transfer(
    *, actor: Actor, now: datetime, batch: TransferBatch, recipient: Unit, leads: list[Lead]
) -> None:
    """Issue the 《问题线索移交单》 of a batch."""
    desk = Unit.objects.get(id=actor.unit_id)
    ids = {x.subject_org for x in leads if x.subject_org}
    names = dict(Unit.objects.filter(id__in=ids).values_list("id", "short_name"))
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
    _issue(actor, now, batch, document)


def print_receipt(*, actor: Actor, now: datetime, batch: TransferBatch) -> None:
    """Issue the 《问题线索移交回执》 once every lead of the batch was answered."""
    lines = list(TransferLine.objects.filter(batch=batch).select_related("lead").order_by("id"))
    people = account_names(x.answered_by_id for x in lines if x.answered_by_id)
    desk = Unit.objects.get(id=batch.owner_unit)
    own = Unit.objects.get(id=batch.recipient_id)
    rows = tuple(
        (
            str(index),
            line.lead.number,
            LineState(line.state).label,
            people.get(line.answered_by_id, "") if line.answered_by_id else "",
            f"{line.answered_at:%Y-%m-%d %H:%M}" if line.answered_at else "",
            line.reason or "—",
        )
        for index, line in enumerate(lines, start=1)
    )
    received = sum(line.state == LineState.RECEIVED for line in lines)
    document = Official(
        issuer=own.name,
        number=documents.next_number(unit_id=actor.unit_id, code=f"线回{desk.code}", year=now.year),
        title="问题线索移交回执",
        addressee=desk.name,
        blocks=(
            Paragraph(
                f"{batch.number}移交的 {len(lines)} 件问题线索，签收 {received} 件，"
                f"提出异议 {len(lines) - received} 件，明细如下。"
            ),
            Table(("序号", "编号", "答复", "经办人", "时间", "理由"), rows, (1, 3, 2, 2, 3, 3)),
        ),
        signed_by=own.short_name,
        signed_on=now.date(),
        level_mark=Level(batch.level).label,
        printed_by=own.short_name,
        signatures=("签收人（签字）",),
    )
    _issue(actor, now, batch, document)


def _issue(actor: Actor, now: datetime, batch: TransferBatch, document: Official) -> None:
    documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=KIND,
        object_id=batch.id,
        labels=Labels.of(batch),
    )
