"""The list of engagements."""

from __future__ import annotations

from django.urls import reverse

from lianxun.inspection.enums import State
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing

LISTING = Listing(
    name="engagements",
    title="巡视任务",
    columns=(
        Column(
            key="number",
            label="编号",
            value=lambda t: t.number,
            html=lambda t: cells.link(reverse("inspection:workspace", args=[t.id]), t.number),
            fixed=True,
        ),
        Column(key="unit", label="被巡视单位", value=lambda t: t.unit_name),
        Column(key="round", label="轮次", value=lambda t: t.round_name),
        Column(key="kind", label="方式", value=lambda t: t.kind_label),
        Column(
            key="entry",
            label="进驻",
            value=lambda t: t.entry_on,
            html=lambda t: cells.day(t.entry_on),
        ),
        Column(
            key="end",
            label="驻点结束",
            value=lambda t: t.on_site_end_on,
            html=lambda t: cells.day(t.on_site_end_on),
            shown=False,
        ),
        Column(
            key="state",
            label="阶段",
            value=lambda t: t.state_label,
            html=lambda t: cells.state(t.state, t.state_label),
        ),
    ),
    filters=(
        Filter(name="state", label="阶段", choices=State.choices),
        Filter(name="q", label="单位或编号"),
    ),
    empty="没有您可以知悉的巡视任务。",
)
