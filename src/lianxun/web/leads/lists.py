"""The list of leads. Nothing of whoever reported is a column, so nothing of it can be exported."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from lianxun.kernel.actor import Actor
from lianxun.leads import operations, queries
from lianxun.leads.enums import Discipline, LeadState
from lianxun.leads.records import LeadRecord
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing
from lianxun.web.many import ManyAct


def _approve(*, actor: Actor, now: datetime, row: LeadRecord) -> None:
    operations.approve(actor=actor, now=now, lead_id=row.id, revision=row.revision)


def _receive(*, actor: Actor, now: datetime, row: LeadRecord) -> None:
    operations.receive(actor=actor, now=now, lead_id=row.id, revision=row.revision)


MANY = {
    "approve": ManyAct(
        title="批量签批移交",
        button="签批",
        may=lambda x: "approve" in x.permitted,
        why_not=lambda x: f"现为“{x.state_label}”，不由您签批。",
        call=_approve,
        happens="签批后进入待移交，每周五由联络员办公室移交；每一件单独留痕。",
        done="已签批",
        in_place=True,
    ),
    "receive": ManyAct(
        title="批量签收线索",
        button="签收",
        may=lambda x: "receive" in x.permitted,
        why_not=lambda x: f"现为“{x.state_label}”，不由您签收。",
        call=_receive,
        happens="签收后 1 个月内提出处置意见，3 个月内反馈结果；全部答复后自动生成移交回执。",
        done="已签收",
        in_place=True,
    ),
}

LISTING = Listing(
    name="leads",
    title="问题线索",
    columns=(
        Column(
            key="number",
            label="编号",
            value=lambda x: x.number,
            html=lambda x: cells.link(reverse("leads:detail", args=[x.id]), x.number),
            fixed=True,
        ),
        Column(key="title", label="主要问题", value=lambda x: x.title),
        Column(key="subject", label="涉及单位", value=lambda x: x.subject_name),
        Column(key="discipline", label="所涉纪律", value=lambda x: x.discipline_label),
        Column(key="source", label="来源", value=lambda x: x.source_label, shown=False),
        Column(key="owner", label="登记单位", value=lambda x: x.owner_name, shown=False),
        Column(key="recipient", label="接收单位", value=lambda x: x.recipient_name, shown=False),
        Column(key="batch", label="移交单", value=lambda x: x.batch_number, shown=False),
        Column(
            key="state",
            label="状态",
            value=lambda x: x.state_label,
            html=lambda x: cells.state(x.state, x.state_label),
        ),
        Column(
            key="at",
            label="登记时间",
            value=lambda x: x.created_at,
            html=lambda x: cells.moment(x.created_at),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=LeadState.choices),
        Filter(name="discipline", label="所涉纪律", choices=Discipline.choices),
        Filter(name="number", label="编号"),
    ),
    empty="没有您可以知悉的线索。可以放宽筛选条件，或登记新线索。",
    many=MANY,
    load=lambda request, key: queries.lead(actor=request.actor, now=request.now, lead_id=key),
    label=lambda x: f"{x.number} {x.title}",
)
