"""Pages of single questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.exchange import operations, queries, subjects
from lianxun.exchange.catalogue import data_class, is_known, question_only
from lianxun.exchange.enums import QuestionState
from lianxun.exchange.records import QuestionRecord
from lianxun.exchange.rules import may_draft
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.exchange import forms
from lianxun.web.exchange.lists import QUESTIONS
from lianxun.web.forms import ActForm
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest, any_task, there_for

ACTS: dict[str, Act] = {
    "approve": Act(
        "批准核验",
        "批准或不批准",
        operations.approve_question,
        forms.ApproveForm,
        "只批准这一件；批准后立即送核验单位，答复时限开始计算。",
        "已办理。",
    ),
    "answer": Act(
        "答复核验",
        "答复",
        operations.answer_question,
        forms.AnswerForm,
        "只答“是”“否”或“无法核实”，不提供其他信息；答复后不能更改。",
        "已答复。",
    ),
    "refuse": Act(
        "不予答复",
        "不予答复",
        operations.refuse_question,
        forms.NoteForm,
        done="已登记。",
        danger=True,
    ),
    "withdraw": Act("撤回核验", "撤回", operations.withdraw_question, done="已撤回。", danger=True),
}


def question_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        QUESTIONS,
        lambda: queries.questions(
            actor=request.actor,
            now=request.now,
            state=state if state in QuestionState.values else "",
            mine=request.GET.get("mine") == "1",
            page=page_number(request.GET.get("page")),
        ),
        buttons=[(reverse("exchange:catalogue"), "按目录提出")],
    )


def ask(request: ActorRequest, code: str) -> HttpResponse:
    """One question of a question-only class."""
    there_for(may_draft(request.actor, engagement=any_task(request)))
    if not is_known(code) or not question_only(code):
        raise NotFound
    form = forms.QuestionForm(request.POST or None)
    with transaction.atomic():
        form.prepare(request, code)
    if request.method == "POST" and form.is_valid():
        done, made = form.perform(lambda: _ask(request, form, code))
        if done:
            messages.success(request, "核验已提出，等待批准。")
            return redirect(
                reverse("exchange:question", args=[made]) if made else reverse("exchange:questions")
            )
    with transaction.atomic():
        return render(
            request,
            "exchange/ask.html",
            {"form": form, "wanted": data_class(code), "ask": subjects.asks(code)},
            status=422 if request.method == "POST" else 200,
        )


def _ask(request: ActorRequest, form: ActForm, code: str) -> UUID:
    data = form.cleaned_data
    made: UUID = operations.receipted(operations.ask_question)(
        actor=request.actor,
        now=request.now,
        engagement_id=UUID(data["engagement"]),
        subject_org=UUID(data["subject_org"]),
        provider_id=UUID(data["provider_id"]),
        data_class_code=code,
        subject={part.key: data[part.key] for part in subjects.parts_of(code)},
        purpose=data["purpose"],
        basis=data["basis"],
        necessity=data["necessity"],
        candidate_from=data["candidate_from"],
        urgent=data["urgent"],
    )
    return made


def detail(request: ActorRequest, question_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.question(actor=actor, now=now, question_id=question_id)
    context = {
        "q": found,
        "clocks": duties.duties_of(
            actor=actor, now=now, object_kind="exchange.question", object_id=found.id
        ),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "exchange/question.html", context)


def subject(request: ActorRequest, question_id: UUID) -> HttpResponse:
    """Whom it is about, opened on record; kept by no cache."""
    about = operations.show_subject(actor=request.actor, now=request.now, question_id=question_id)
    answer = render(request, "exchange/subject.html", {"about": about, "question_id": question_id})
    answer["Cache-Control"] = "no-store"
    return answer


def act(request: ActorRequest, question_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: QuestionRecord, form: ActForm) -> dict[str, Any]:
        return {"question_id": found.id, **plain(found, form)}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.question(actor=r.actor, now=r.now, question_id=question_id),
        name=name,
        back=lambda found: reverse("exchange:question", args=[found.id]),
        heading=lambda found: f"核验单 {found.number}",
        given=given,
    )
