"""Deadlines and warning letters as lists."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html

from lianxun.duties import operations, queries
from lianxun.duties.enums import DutyState
from lianxun.duties.records import LetterRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing
from lianxun.web.many import ManyAct
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest

_SHOWN = (Light.RED, Light.YELLOW, Light.GREEN, Light.PAUSED, Light.DONE, Light.DONE_LATE)

DUTIES = Listing(
    name="duties",
    title="时限",
    columns=(
        Column(
            key="light",
            label="灯",
            value=lambda d: d.light.word,
            html=lambda d: cells.light(d.light.value, d.why),
            fixed=True,
        ),
        Column(
            key="title",
            label="时限",
            value=lambda d: d.title,
            html=lambda d: cells.link(reverse("duties:detail", args=[d.id]), d.title),
            fixed=True,
        ),
        Column(
            key="object",
            label="事项",
            value=lambda d: d.object_title,
            html=lambda d: cells.link(object_url(d.object_kind, d.object_id), d.object_title),
        ),
        Column(key="unit", label="责任单位", value=lambda d: d.responsible_unit_name),
        Column(key="person", label="责任人", value=lambda d: d.responsible_name),
        Column(key="phase", label="阶段", value=lambda d: d.phase_label, shown=False),
        Column(key="clause", label="依据", value=lambda d: d.clause, shown=False),
        Column(
            key="due", label="到期", value=lambda d: d.due_on, html=lambda d: cells.day(d.due_on)
        ),
        Column(key="why", label="说明", value=lambda d: d.why),
        Column(key="state", label="状态", value=lambda d: d.state_label, shown=False),
    ),
    filters=(
        Filter(name="light", label="灯", choices=[(lamp.value, lamp.word) for lamp in _SHOWN]),
        Filter(name="state", label="状态", choices=DutyState.choices),
    ),
    empty="没有符合条件的时限。",
)


def _acknowledge(*, actor: Actor, now: datetime, row: LetterRecord) -> None:
    operations.acknowledge_letter(actor=actor, now=now, letter_id=row.id)


def _letter(request: ActorRequest, key: UUID) -> LetterRecord:
    found = queries.letters(actor=request.actor, now=request.now, unacknowledged=False)
    for letter in found:
        if letter.id == key:
            return letter
    raise NotFound


LETTERS = Listing(
    name="letters",
    title="提醒函",
    columns=(
        Column(key="number", label="文号", value=lambda x: x.number, fixed=True),
        Column(key="step", label="种类", value=lambda x: x.step_label),
        Column(
            key="title",
            label="时限",
            value=lambda x: f"{x.duty_title}：{x.object_title}",
            html=lambda x: cells.link(
                reverse("duties:detail", args=[x.duty]), f"{x.duty_title}：{x.object_title}"
            ),
        ),
        Column(key="unit", label="责任单位", value=lambda x: x.to_unit_name),
        Column(
            key="paper",
            label="公文",
            value=lambda x: "已印制" if x.pdf else "待印制",
            html=lambda x: (
                cells.link(reverse("documents:download", args=[x.pdf]), "查看公文")
                if x.pdf
                else format_html("{}", "待印制")
            ),
        ),
        Column(
            key="due", label="到期", value=lambda x: x.due_on, html=lambda x: cells.day(x.due_on)
        ),
        Column(
            key="issued",
            label="发出",
            value=lambda x: x.issued_on,
            html=lambda x: cells.day(x.issued_on),
        ),
        Column(
            key="acknowledged",
            label="签收",
            value=lambda x: x.acknowledged_on,
            html=lambda x: cells.day(x.acknowledged_on),
        ),
    ),
    filters=(Filter(name="waiting", label="范围", choices=[("1", "尚未签收")]),),
    empty="没有提醒函。",
    many={
        "acknowledge": ManyAct(
            title="签收提醒函",
            button="签收",
            may=lambda x: x.mine and x.acknowledged_on is None,
            why_not=lambda x: "已经签收。" if x.acknowledged_on else "只有收函单位可以签收。",
            call=_acknowledge,
            happens="签收只表示已经知道，时限照常计算。",
            done="已签收",
        )
    },
    load=_letter,
    label=lambda x: f"{x.number} {x.duty_title}：{x.object_title}",
)
