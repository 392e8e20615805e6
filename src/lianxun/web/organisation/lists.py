"""The lists of people and of the pool."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from lianxun.kernel.actor import Actor
from lianxun.organisation import operations, queries
from lianxun.organisation.enums import PoolKind, Skill, Tier
from lianxun.organisation.records import PersonRecord
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing
from lianxun.web.many import ManyAct
from lianxun.web.organisation.forms import TrainingForm
from lianxun.web.requests import ActorRequest


def _trained(*, actor: Actor, now: datetime, rows: list[PersonRecord], **fields: Any) -> None:
    operations.record_training(actor=actor, now=now, person_ids=[p.id for p in rows], **fields)


def _load(request: ActorRequest, person_id: UUID) -> PersonRecord:
    return queries.person(actor=request.actor, now=request.now, person_id=person_id).person


PEOPLE = Listing(
    name="people",
    title="人员",
    columns=(
        Column(
            key="name",
            label="姓名",
            value=lambda p: p.name,
            html=lambda p: cells.link(reverse("organisation:person", args=[p.id]), p.name),
            fixed=True,
        ),
        Column(
            key="unit",
            label="单位",
            value=lambda p: p.unit_name,
            html=lambda p: cells.link(reverse("organisation:unit", args=[p.unit_id]), p.unit_name),
        ),
        Column(key="post", label="职务", value=lambda p: p.post),
        Column(key="phone", label="办公电话", value=lambda p: p.phone),
        Column(key="code", label="人员编号", value=lambda p: p.code, shown=False),
    ),
    filters=(
        Filter(name="q", label="姓名、拼音或编号"),
        Filter(name="left", label="是否在岗", choices=[("1", "已离岗")]),
    ),
    empty="没有您可以知悉的人员。可以放宽筛选条件后再查。",
    many={
        "training": ManyAct(
            title="登记培训",
            button="登记培训",
            may=lambda p: "training" in p.permitted,
            together=_trained,
            form=TrainingForm,
            why_not=lambda p: "此人不在您的管理范围内。",
            happens="勾选的人员都登记参加了这次培训；已登记过的不重复登记。",
            done="已登记培训",
        )
    },
    load=_load,
    label=lambda p: f"{p.name}（{p.unit_name} {p.post}）",
)

YEARS = [("1", "满 1 年"), ("3", "满 3 年"), ("5", "满 5 年"), ("10", "满 10 年")]

POOL = Listing(
    name="pool",
    title="人才库",
    template="organisation/pool.html",
    columns=(
        Column(
            key="name",
            label="姓名",
            value=lambda e: e.name,
            html=lambda e: cells.link(reverse("organisation:person", args=[e.person_id]), e.name),
            fixed=True,
        ),
        Column(key="kind", label="类别", value=lambda e: e.kind_label),
        Column(key="unit", label="单位", value=lambda e: e.unit_name),
        Column(key="post", label="职务", value=lambda e: e.post, shown=False),
        Column(key="skills", label="专长", value=lambda e: "、".join(e.skill_labels)),
        Column(key="title", label="高级职称", value=lambda e: e.senior_title),
        Column(key="years", label="从业年限", value=lambda e: e.years, number=True),
        Column(
            key="from",
            label="可抽调自",
            value=lambda e: e.available_from,
            html=lambda e: cells.day(e.available_from),
        ),
        Column(
            key="to",
            label="可抽调至",
            value=lambda e: e.available_to,
            html=lambda e: cells.day(e.available_to),
        ),
        Column(
            key="declared", label="已申报回避", value=lambda e: "是" if e.facts_declared else "否"
        ),
    ),
    filters=(
        Filter(name="kind", label="类别", choices=PoolKind.choices),
        Filter(name="skill", label="专长", choices=Skill.choices),
        Filter(name="years", label="从业年限", choices=YEARS),
        Filter(name="tier", label="层级", choices=Tier.choices),
    ),
    empty="人才库中没有您可以知悉的人员。在人员页面可以“列入人才库”，也可以用表格导入。",
)
