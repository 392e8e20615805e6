"""The list of information requests."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString

from lianxun.exchange.enums import RequestState
from lianxun.exchange.records import RequestRecord
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing


def _number(r: RequestRecord) -> SafeString:
    mark = cells.state("urgent", "紧急", "bad") if r.urgent else ""
    return cells.joined(cells.link(reverse("exchange:detail", args=[r.id]), r.number), mark)


LISTING = Listing(
    name="requests",
    title="信息需求",
    columns=(
        Column(key="number", label="编号", value=lambda r: r.number, html=_number, fixed=True),
        Column(key="class", label="信息类别", value=lambda r: f"{r.data_class} {r.class_name}"),
        Column(key="owner", label="需求单位", value=lambda r: r.owner_name),
        Column(key="provider", label="提供单位", value=lambda r: r.provider_name),
        Column(key="subject", label="涉及单位", value=lambda r: r.subject_name),
        Column(key="purpose", label="用途", value=lambda r: r.purpose, shown=False),
        Column(
            key="sent",
            label="送达时间",
            value=lambda r: r.sent_at,
            html=lambda r: cells.moment(r.sent_at),
            shown=False,
        ),
        Column(
            key="deliveries",
            label="提供次数",
            value=lambda r: len(r.deliveries),
            shown=False,
            number=True,
        ),
        Column(
            key="state",
            label="状态",
            value=lambda r: r.state_label,
            html=lambda r: cells.state(r.state, r.state_label),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=RequestState.choices),
        Filter(name="mine", label="范围", choices=[("1", "送达本单位")]),
    ),
    empty="没有您可以知悉的信息需求。",
)
