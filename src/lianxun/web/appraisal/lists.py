"""Periods, sheets, schemes, uses, reports and the published list, as lists."""

from __future__ import annotations

from django.urls import reverse

from lianxun.appraisal.enums import OutcomeKind, OutcomeState
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing

_STATE = Column(
    key="state",
    label="状态",
    value=lambda x: x.state_label,
    html=lambda x: cells.state(x.state, x.state_label),
)
TEMPLATE = "appraisal/list.html"

PERIODS = Listing(
    name="appraisals",
    title="考核评价",
    columns=(
        Column(
            key="name",
            label="考核期",
            value=lambda p: p.name,
            html=lambda p: cells.link(reverse("appraisal:period", args=[p.id]), p.name),
            fixed=True,
        ),
        Column(key="units", label="单位", value=lambda p: p.units, number=True),
        Column(
            key="from",
            label="开始",
            value=lambda p: p.starts_on,
            html=lambda p: cells.day(p.starts_on),
        ),
        Column(
            key="to", label="结束", value=lambda p: p.ends_on, html=lambda p: cells.day(p.ends_on)
        ),
        _STATE,
    ),
    empty="还没有核算过的考核期。",
    template=TEMPLATE,
)

SHEETS = Listing(
    name="sheets",
    title="单位考核表",
    columns=(
        Column(
            key="title",
            label="考核表",
            value=lambda s: s.title,
            html=lambda s: cells.link(reverse("appraisal:sheet", args=[s.id]), s.title),
            fixed=True,
        ),
        Column(key="unit", label="单位", value=lambda s: s.unit_name),
        Column(key="total", label="总分", value=lambda s: s.points, number=True),
        Column(key="grade", label="等次", value=lambda s: s.grade_label),
        Column(
            key="until",
            label="复核截止",
            value=lambda s: s.object_until,
            html=lambda s: cells.day(s.object_until),
        ),
        _STATE,
    ),
    filters=(Filter(name="mine", label="范围", choices=[("own", "本单位的")]),),
    empty="没有您可以知悉的考核表；送单位复核之后，本单位的考核表在这里。",
    template=TEMPLATE,
)

RANKINGS = Listing(
    name="published",
    title="公布的考核结果",
    columns=(
        Column(key="title", label="考核", value=lambda r: r.title),
        Column(key="unit", label="单位", value=lambda r: r.unit_name, fixed=True),
        Column(key="total", label="总分", value=lambda r: r.points, number=True),
        Column(key="grade", label="等次", value=lambda r: r.grade_label),
    ),
    empty="还没有公布的考核结果。",
    template=TEMPLATE,
)

SCHEMES = Listing(
    name="schemes",
    title="考核指标体系",
    columns=(
        Column(
            key="title",
            label="指标体系",
            value=lambda s: s.title,
            html=lambda s: cells.link(reverse("appraisal:scheme", args=[s.id]), s.title),
            fixed=True,
        ),
        Column(key="share", label="年度考核权重", value=lambda s: f"{s.share}%", number=True),
        _STATE,
    ),
    empty="还没有起草或批准的指标体系。",
    template=TEMPLATE,
)

OUTCOMES = Listing(
    name="outcomes",
    title="结果运用",
    columns=(
        Column(
            key="title",
            label="事项",
            value=lambda o: o.title,
            html=lambda o: cells.link(reverse("appraisal:outcome", args=[o.id]), o.title),
            fixed=True,
        ),
        Column(key="cause", label="事由", value=lambda o: o.cause_label),
        Column(key="body", label="决定机构", value=lambda o: o.body_name),
        Column(
            key="decided",
            label="决定时间",
            value=lambda o: o.decided_at,
            html=lambda o: cells.moment(o.decided_at),
        ),
        _STATE,
    ),
    filters=(
        Filter(name="state", label="状态", choices=OutcomeState.choices),
        Filter(name="kind", label="类别", choices=OutcomeKind.choices),
    ),
    empty="没有您可以知悉的结果运用。",
    template=TEMPLATE,
)

REPORTS = Listing(
    name="progress-reports",
    title="季度进展报告",
    columns=(
        Column(
            key="name",
            label="报告",
            value=lambda r: r.name,
            html=lambda r: cells.link(
                reverse("appraisal:report", args=[r.id]), f"{r.unit_name} {r.name}"
            ),
            fixed=True,
        ),
        Column(key="unit", label="单位", value=lambda r: r.unit_name, shown=False),
        Column(
            key="on",
            label="报告日期",
            value=lambda r: r.reported_on,
            html=lambda r: cells.day(r.reported_on),
        ),
        Column(
            key="due",
            label="应报日期",
            value=lambda r: r.due_on,
            html=lambda r: cells.day(r.due_on),
        ),
        Column(key="late", label="是否按期", value=lambda r: "迟报" if r.late else "按期"),
    ),
    empty="没有您可以知悉的季度进展报告。",
    template=TEMPLATE,
)
