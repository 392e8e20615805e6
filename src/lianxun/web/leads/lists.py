"""The list of leads. Nothing of whoever reported is a column, so nothing of it can be exported."""

from __future__ import annotations

from django.urls import reverse

from lianxun.leads import queries
from lianxun.leads.enums import Discipline, LeadState
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing

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
    load=lambda request, key: queries.lead(actor=request.actor, now=request.now, lead_id=key),
    label=lambda x: f"{x.number} {x.title}",
)
