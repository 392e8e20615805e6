"""Working papers with their signatures, and questions to units outside of the team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import HiddenInput, IntegerField
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.fabric.paging import page_number
from lianxun.inspection import operations, queries
from lianxun.inspection.enums import CorroborationState
from lianxun.inspection.paper_records import CorroborationRecord, PaperRecord
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, NoFields, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.inspection import paper_forms
from lianxun.web.requests import ActorRequest

PAPER_ACTS: dict[str, Act] = {
    "sign": Act(
        "签署问题底稿",
        "签字",
        operations.sign_paper,
        happens="以下一环节签字人的身份签字；签字后底稿不能修改，退回后签字作废。",
        done="已签字。",
    ),
    "return": Act(
        "退回问题底稿",
        "退回修改",
        operations.return_paper,
        paper_forms.ReturnForm,
        "已有的签字作废，底稿回到起草环节，理由显示在底稿上。",
        "已退回修改。",
        danger=True,
    ),
    "revise": Act(
        "修改问题底稿",
        "修改底稿",
        operations.revise_paper,
        paper_forms.PaperForm,
        "签字之前可以修改；签字之后须先退回。",
        "底稿已修改。",
        values=lambda request, paper: {
            name: getattr(paper, name)
            for name in ("title", "axis", "course", "basis", "responsible", "immediate", "focus_id")
        },
    ),
    "cross_check": Act(
        "交叉核验问题底稿",
        "交叉核验",
        operations.cross_check,
        paper_forms.CrossCheckForm,
        "由另一单位的组员核验；登记后不能修改，副组长、组长签字前可以看到。底稿退回重签后须重新核验。",
        "核验意见已登记。",
    ),
    "ask": Act(
        "发出印证函",
        "请组外单位印证",
        operations.ask_corroboration,
        paper_forms.AskForm,
        "对方只看到所问事实，看不到底稿和其他单位的答复；5 个工作日内答复。",
        "印证函已发出。",
    ),
}
QUESTION_ACTS: dict[str, Act] = {
    "answer": Act(
        "答复印证函",
        "答复",
        operations.answer_corroboration,
        paper_forms.AnswerForm,
        "答复后不能修改；只答复本单位掌握的事实。",
        "印证意见已答复。",
    ),
    "withdraw": Act(
        "撤回印证函",
        "撤回",
        operations.withdraw_corroboration,
        happens="未答复的印证函可以撤回，对方的时限随之终止。",
        done="印证函已撤回。",
    ),
}


def paper(request: ActorRequest, paper_id: UUID) -> HttpResponse:
    """One working paper and what the reader may do with it."""
    found = queries.paper(actor=request.actor, now=request.now, paper_id=paper_id)
    acts = [(n, act) for n, act in PAPER_ACTS.items() if n in found.permitted and n != "sign"]
    context = {"paper": found, "acts": acts, "sign": _to_sign(found)}
    return render(request, "inspection/paper.html", context)


def _to_sign(found: PaperRecord) -> ActForm | None:
    """The button stands under the text: what is signed is the revision that was read, or nothing."""
    if "sign" not in found.permitted:
        return None
    form = NoFields()
    form.fields["revision"] = IntegerField(widget=HiddenInput, initial=found.revision)
    return form


def paper_act(request: ActorRequest, paper_id: UUID, name: str) -> HttpResponse:
    if name not in PAPER_ACTS:
        raise NotFound

    def given(record: PaperRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if name == "ask":
            values.pop("revision", None)
            values["unit_id"] = UUID(values["unit_id"])
        return {"paper_id": record.id, **values}

    return act_page(
        request,
        PAPER_ACTS[name],
        load=lambda r: queries.paper(actor=r.actor, now=r.now, paper_id=paper_id),
        name=name,
        back=lambda record: reverse("inspection:paper", args=[record.id]),
        heading=lambda record: f"{record.number} {record.title}",
        given=given,
    )


def corroborations(request: ActorRequest) -> HttpResponse:
    """What others ask the own unit to confirm."""
    state = request.GET.get("state", "")
    page = queries.corroborations(
        actor=request.actor,
        now=request.now,
        state=state if state in CorroborationState.values else "",
        page=page_number(request.GET.get("page")),
    )
    context = {"page": page, "states": CorroborationState.choices, "state": state}
    return render(request, "inspection/corroborations.html", context)


def corroboration(request: ActorRequest, corroboration_id: UUID) -> HttpResponse:
    found = queries.corroboration(
        actor=request.actor, now=request.now, corroboration_id=corroboration_id
    )
    acts = [(name, act) for name, act in QUESTION_ACTS.items() if name in found.permitted]
    return render(request, "inspection/corroboration.html", {"question": found, "acts": acts})


def corroboration_act(request: ActorRequest, corroboration_id: UUID, name: str) -> HttpResponse:
    if name not in QUESTION_ACTS:
        raise NotFound

    def given(record: CorroborationRecord, form: ActForm) -> dict[str, Any]:
        return {"corroboration_id": record.id, **plain(record, form)}

    return act_page(
        request,
        QUESTION_ACTS[name],
        load=lambda r: queries.corroboration(
            actor=r.actor, now=r.now, corroboration_id=corroboration_id
        ),
        name=name,
        back=lambda record: reverse("inspection:corroboration", args=[record.id]),
        heading=lambda record: f"印证函 {record.number}",
        given=given,
    )
