"""“回头看”提请: the list, and one of them with where it comes from and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.inspection import operations, queries
from lianxun.inspection.enums import AskState, Profile, RoundState
from lianxun.inspection.queries.asks import AskRecord
from lianxun.kernel.problems import NotFound
from lianxun.rectification import queries as rectification
from lianxun.web import cells
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm, area
from lianxun.web.lists import Column, Filter, Listing, list_page
from lianxun.web.requests import ActorRequest

OBJECT = "inspection.look_back_ask"
LISTING = Listing(
    name="look_back_asks",
    title="“回头看”提请",
    columns=(
        Column(
            key="number",
            label="来源",
            value=lambda a: f"{a.number} {a.unit_name}",
            html=lambda a: cells.link(
                reverse("inspection:ask", args=[a.id]), f"{a.number} {a.unit_name}"
            ),
            fixed=True,
        ),
        Column(key="first", label="原巡视任务", value=lambda a: a.first_number),
        Column(
            key="asked",
            label="提请日期",
            value=lambda a: a.asked_on,
            html=lambda a: cells.day(a.asked_on),
        ),
        Column(key="items", label="须核查事项", value=lambda a: len(a.items)),
        Column(
            key="state",
            label="状态",
            value=lambda a: a.state_label,
            html=lambda a: cells.state(a.state, a.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=AskState.choices),),
    empty="没有您可以知悉的“回头看”提请。联合督办升级到最后一级时，由督办单位提请。",
)


class TakeForm(ActForm):
    round_id = forms.ChoiceField(label="列入轮次", help_text="只能列入尚在起草的轮次。")
    profile = forms.ChoiceField(label="时间类型", choices=Profile.choices)
    entry_on = forms.DateField(label="进驻日")
    on_site_end_on = forms.DateField(label="驻点结束日")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        rounds = queries.rounds(actor=request.actor, now=request.now)
        self.fields["round_id"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((str(r.id), r.name) for r in rounds if r.state == RoundState.DRAFT),
        ]


class DeclineForm(ActForm):
    reason = area("不予安排的理由", min_length=5, max_length=500)


ACTS: dict[str, Act] = {
    "take": Act(
        "列入轮次",
        "列入",
        operations.take_look_back,
        TakeForm,
        "在所选轮次中建立对应原任务的“回头看”，随轮次报领导小组批准；提请的答复时限停止。",
        "已列入轮次。",
    ),
    "decline": Act(
        "不予安排",
        "不予安排",
        operations.decline_look_back,
        DeclineForm,
        "由领导小组成员决定，理由记入提请和联合督办页面。",
        "已答复。",
        danger=True,
    ),
}


def ask_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        LISTING,
        lambda: queries.look_back_asks(
            actor=request.actor,
            now=request.now,
            state=state if state in AskState.values else "",
            page=page_number(request.GET.get("page")),
        ),
    )


def detail(request: ActorRequest, ask_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.look_back_ask(actor=actor, now=now, ask_id=ask_id)
    context = {
        "ask": found,
        "items": rectification.items_named(actor=actor, now=now, items=found.items),
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=OBJECT, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "inspection/ask.html", context)


def act(request: ActorRequest, ask_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(record: AskRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if "round_id" in values:
            values["round_id"] = uuid_or_none(values["round_id"])
        return {"ask_id": record.id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.look_back_ask(actor=r.actor, now=r.now, ask_id=ask_id),
        name=name,
        back=lambda record: reverse("inspection:ask", args=[record.id]),
        heading=lambda record: f"{record.number}：{record.unit_name}",
        given=given,
    )
