"""Meetings and what they decided, as lists."""

from __future__ import annotations

from django.urls import reverse

from lianxun.coordination.enums import DecisionState, MeetingKind, MeetingState
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing

MEETINGS = Listing(
    name="meetings",
    title="协作会商",
    columns=(
        Column(
            key="title",
            label="会议",
            value=lambda m: m.title,
            html=lambda m: cells.link(reverse("coordination:meeting", args=[m.id]), m.title),
            fixed=True,
        ),
        Column(key="kind", label="类别", value=lambda m: m.kind_label),
        Column(key="body", label="召集机构", value=lambda m: m.body_name),
        Column(
            key="planned",
            label="拟召开",
            value=lambda m: m.planned_on,
            html=lambda m: cells.day(m.planned_on),
        ),
        Column(
            key="held",
            label="实际召开",
            value=lambda m: m.held_on,
            html=lambda m: cells.day(m.held_on),
        ),
        Column(key="place", label="地点", value=lambda m: m.place, shown=False),
        Column(key="items", label="议题", value=lambda m: m.items, number=True, shown=False),
        Column(
            key="state",
            label="状态",
            value=lambda m: m.state_label,
            html=lambda m: cells.state(m.state, m.state_label),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=MeetingState.choices),
        Filter(name="kind", label="类别", choices=MeetingKind.choices),
    ),
    empty="没有您可以知悉的会议。",
    template="coordination/list.html",
)

DECISIONS = Listing(
    name="decisions",
    title="议定事项",
    columns=(
        Column(
            key="text",
            label="议定事项",
            value=lambda d: d.text,
            html=lambda d: cells.link(reverse("coordination:decision", args=[d.id]), d.text),
            fixed=True,
        ),
        Column(key="meeting", label="会议", value=lambda d: d.meeting_title),
        Column(key="unit", label="责任单位", value=lambda d: d.unit_name),
        Column(
            key="due", label="期限", value=lambda d: d.due_on, html=lambda d: cells.day(d.due_on)
        ),
        Column(key="report", label="完成情况", value=lambda d: d.report, shown=False),
        Column(
            key="state",
            label="状态",
            value=lambda d: d.state_label,
            html=lambda d: cells.state(d.state, d.state_label),
        ),
    ),
    filters=(
        Filter(
            name="state",
            label="状态",
            choices=[
                (s.value, s.label)
                for s in (DecisionState.OPEN, DecisionState.REPORTED, DecisionState.DONE)
            ],
        ),
        Filter(name="mine", label="范围", choices=[("own", "本单位负责的")]),
    ),
    empty="没有您可以知悉的议定事项。",
    template="coordination/list.html",
)
