"""The ledger of rectification items."""

from __future__ import annotations

from django.urls import reverse

from lianxun.rectification.enums import AssessmentState, ItemState, SupervisionState
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing

LISTING = Listing(
    name="items",
    title="整改台账",
    columns=(
        Column(
            key="number",
            label="编号",
            value=lambda i: i.number,
            html=lambda i: cells.link(reverse("rectification:detail", args=[i.id]), i.number),
            fixed=True,
        ),
        Column(key="title", label="问题", value=lambda i: i.title),
        Column(key="subject", label="整改单位", value=lambda i: i.subject_name),
        Column(key="type", label="类型", value=lambda i: i.type_label),
        Column(key="lead", label="责任领导", value=lambda i: i.lead_person, shown=False),
        Column(key="measures", label="整改措施", value=lambda i: i.measures, shown=False),
        Column(key="standard", label="完成标准", value=lambda i: i.standard, shown=False),
        Column(key="institution", label="制度成果", value=lambda i: i.institution, shown=False),
        Column(key="head", label="签发人", value=lambda i: i.signed_by, shown=False),
        Column(
            key="sham", label="虚假整改", value=lambda i: i.sham_times, shown=False, number=True
        ),
        Column(
            key="due", label="期限", value=lambda i: i.due_on, html=lambda i: cells.day(i.due_on)
        ),
        Column(
            key="light",
            label="灯",
            value=lambda i: i.light.word if i.light else "",
            html=lambda i: (
                cells.light(i.light.value, i.why) if i.light else cells.joined(cells.NONE)
            ),
        ),
        Column(
            key="closed",
            label="销号",
            value=lambda i: i.closed_on,
            html=lambda i: cells.day(i.closed_on),
            shown=False,
        ),
        Column(
            key="state",
            label="状态",
            value=lambda i: i.state_label,
            html=lambda i: cells.state(i.state, i.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=ItemState.choices),),
    empty="没有您可以知悉的整改事项。",
)

ASSESSMENTS = Listing(
    name="assessments",
    title="整改评估",
    columns=(
        Column(
            key="number",
            label="编号",
            value=lambda a: a.number,
            html=lambda a: cells.link(reverse("rectification:assessment", args=[a.id]), a.number),
            fixed=True,
        ),
        Column(key="subject", label="被评估单位", value=lambda a: a.subject_name),
        Column(key="scheme", label="评估办法", value=lambda a: a.scheme_name, shown=False),
        Column(key="total", label="总分", value=lambda a: a.total, number=True),
        Column(key="grade", label="等次", value=lambda a: a.grade),
        Column(
            key="served",
            label="送达",
            value=lambda a: a.served_on,
            html=lambda a: cells.day(a.served_on),
        ),
        Column(
            key="state",
            label="状态",
            value=lambda a: a.state_label,
            html=lambda a: cells.state(a.state, a.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=AssessmentState.choices),),
    empty="没有您可以知悉的整改评估。评估从巡视任务的“整改”页开展。",
)

SUPERVISIONS = Listing(
    name="supervisions",
    title="联合督办",
    columns=(
        Column(
            key="number",
            label="编号",
            value=lambda s: s.number,
            html=lambda s: cells.link(reverse("rectification:supervision", args=[s.id]), s.number),
            fixed=True,
        ),
        Column(key="subject", label="被督办单位", value=lambda s: s.subject_name),
        Column(key="units", label="督办单位", value=lambda s: "、".join(s.unit_names)),
        Column(key="items", label="事项", value=lambda s: len(s.listed), number=True),
        Column(key="closed", label="已销号", value=lambda s: s.closed, number=True),
        Column(
            key="due",
            label="答复期限",
            value=lambda s: s.due_on,
            html=lambda s: cells.day(s.due_on),
        ),
        Column(key="turn", label="第几次答复", value=lambda s: s.turn, number=True, shown=False),
        Column(
            key="state",
            label="状态",
            value=lambda s: s.state_label,
            html=lambda s: cells.state(s.state, s.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=SupervisionState.choices),),
    empty="没有您可以知悉的联合督办。",
    template="rectification/supervisions.html",
)

SUPERVISED = Listing(
    name="supervised",
    title="督办清单",
    columns=(
        Column(
            key="number",
            label="事项编号",
            value=lambda s: s.number,
            html=lambda s: cells.link(
                reverse("rectification:detail", args=[s.item]) if s.seen else "", s.number
            ),
            fixed=True,
        ),
        Column(key="title", label="问题", value=lambda s: s.title),
        Column(key="subject", label="被督办单位", value=lambda s: s.subject_name),
        Column(
            key="supervision",
            label="督办",
            value=lambda s: s.supervision_number,
            html=lambda s: cells.link(
                reverse("rectification:supervision", args=[s.supervision]), s.supervision_number
            ),
        ),
        Column(key="lead", label="责任领导", value=lambda s: s.lead_person),
        Column(key="lead_unit", label="责任部门", value=lambda s: s.lead_unit, shown=False),
        Column(
            key="due", label="期限", value=lambda s: s.due_on, html=lambda s: cells.day(s.due_on)
        ),
        Column(
            key="light",
            label="灯",
            value=lambda s: s.light.word if s.light else "",
            html=lambda s: cells.light(s.light) if s.light else cells.joined(cells.NONE),
        ),
        Column(
            key="state",
            label="状态",
            value=lambda s: s.state_label,
            html=lambda s: cells.state(s.state, s.state_label) if s.state else cells.joined("—"),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=ItemState.choices),
        Filter(name="late", label="超期", choices=[("overdue", "超期未整改到位")]),
    ),
    empty="没有您可以知悉的督办事项。",
    template="rectification/supervisions.html",
)
