"""What followed from results, and the quarterly reports of the units."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.appraisal import operations, queries
from lianxun.appraisal.enums import OutcomeKind, OutcomeState
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.appraisal import forms
from lianxun.web.appraisal.beginning import begin_page, plain_of
from lianxun.web.appraisal.lists import OUTCOMES, REPORTS
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest

ACTS: dict[str, Act] = {
    "submit": Act(
        "报请决定",
        "报请决定",
        operations.submit_outcome,
        forms.SubmitForm,
        "约谈交巡视组组长决定，其余报领导小组或委员会决定；决定之前不生效。",
        "已报请决定。",
    ),
    "talk": Act(
        "决定是否约谈",
        "决定",
        operations.decide_talk,
        forms.TalkForm,
        "决定约谈的，约谈时限开始计时；不约谈的写明理由。",
        "决定已登记。",
    ),
    "complete": Act(
        "登记办理情况",
        "登记办理情况",
        operations.complete_outcome,
        forms.CompleteForm,
        "写明何时、怎样办理，结果如何。",
        "已登记。",
    ),
    "drop": Act(
        "撤下建议",
        "撤下",
        operations.drop_outcome,
        forms.AnswerForm,
        "报请决定之前可以撤下，理由留在记录里。",
        "已撤下。",
        danger=True,
    ),
}


def outcome_list(request: ActorRequest) -> HttpResponse:
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    with transaction.atomic():
        desk = queries.desk(actor=request.actor, now=request.now)
    return list_page(
        request,
        OUTCOMES,
        lambda: queries.outcomes(
            actor=request.actor,
            now=request.now,
            state=state if state in OutcomeState.values else "",
            kind=kind if kind in OutcomeKind.values else "",
            page=page_number(request.GET.get("page")),
        ),
        tab="outcomes",
        begin=reverse("appraisal:outcome_begin") if desk.runs else "",
        begin_label="提出建议",
    )


def begin_outcome(request: ActorRequest) -> HttpResponse:
    return begin_page(
        request,
        forms.OutcomeForm,
        operations.propose,
        may=lambda desk: desk.runs,
        given=plain_of,
        words={
            "heading": "提出处理建议",
            "button": "提出",
            "done": "已提出，报请决定之后才会生效。",
            "page": "appraisal:outcome",
            "list": "appraisal:outcomes",
            "label": "结果运用",
            "note": "批评、诫勉、约谈和否决只对单位；平台列出事实，由机构或巡视组组长决定。",
        },
    )


def outcome(request: ActorRequest, outcome_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.outcome(actor=actor, now=now, outcome_id=outcome_id)
    context = {
        "outcome": found,
        "clocks": duties.duties_of(
            actor=actor, now=now, object_kind="appraisal.outcome", object_id=found.id
        ),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "appraisal/outcome.html", context)


def outcome_act(request: ActorRequest, outcome_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound
    return act_page(
        request,
        chosen,
        load=lambda r: queries.outcome(actor=r.actor, now=r.now, outcome_id=outcome_id),
        name=name,
        back=lambda found: reverse("appraisal:outcome", args=[found.id]),
        heading=lambda found: found.title,
        given=lambda found, form: {"outcome_id": found.id, **plain(found, form)},
        after=lambda found, _: reverse("appraisal:outcome", args=[found.id]),
    )


def report_list(request: ActorRequest) -> HttpResponse:
    with transaction.atomic():
        desk = queries.desk(actor=request.actor, now=request.now)
    return list_page(
        request,
        REPORTS,
        lambda: queries.reports(
            actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
        ),
        tab="reports",
        begin=reverse("appraisal:report_begin") if desk.quarters else "",
        begin_label="报送季度进展",
    )


def begin_report(request: ActorRequest) -> HttpResponse:
    return begin_page(
        request,
        forms.ReportForm,
        operations.report_quarter,
        may=lambda desk: bool(desk.quarters),
        given=lambda form: form.given(),
        words={
            "heading": "报送季度进展",
            "button": "报送",
            "done": "已报送，本季度的报告时限已办结。",
            "page": "appraisal:report",
            "list": "appraisal:reports",
            "label": "季度进展报告",
            "note": "每季度报送一次；连续两次迟报的，由巡视组组长决定是否约谈。",
        },
    )


def report(request: ActorRequest, report_id: UUID) -> HttpResponse:
    found = queries.report(actor=request.actor, now=request.now, report_id=report_id)
    return render(request, "appraisal/report.html", {"report": found})
