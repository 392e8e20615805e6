"""What meetings decided: who answers for it, how far it is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.coordination import operations, queries
from lianxun.coordination.enums import DecisionState
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.coordination import forms
from lianxun.web.coordination.lists import DECISIONS
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest

KIND = "coordination.decision"
ACTS: dict[str, Act] = {
    "report": Act(
        "报告完成情况",
        "报告完成",
        operations.report_decision,
        forms.ReportForm,
        "报告后由召集机构或办公室另一名同志核验，核验通过后时限办结。",
        "已报告，等待核验。",
    ),
    "check": Act(
        "核验完成情况",
        "核验",
        operations.check_decision,
        forms.CheckForm,
        "确认完成的时限办结；退回的继续办理，原期限不变。",
        "核验已登记。",
    ),
    "drop": Act(
        "撤下议定事项",
        "撤下",
        operations.drop_decision,
        happens="纪要确认之前可以撤下登记有误的议定事项。",
        done="已撤下。",
        danger=True,
    ),
}


def decision_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        DECISIONS,
        lambda: queries.decisions(
            actor=request.actor,
            now=request.now,
            state=state if state in DecisionState.values else "",
            mine=request.GET.get("mine") == "own",
            page=page_number(request.GET.get("page")),
        ),
        tab="decisions",
    )


def detail(request: ActorRequest, decision_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.decision(actor=actor, now=now, decision_id=decision_id)
    context = {
        "decision": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=KIND, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "coordination/decision.html", context)


def act(request: ActorRequest, decision_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound
    return act_page(
        request,
        chosen,
        load=lambda r: queries.decision(actor=r.actor, now=r.now, decision_id=decision_id),
        name=name,
        back=lambda found: (
            reverse("coordination:meeting", args=[found.meeting_id])
            if name == "drop"
            else reverse("coordination:decision", args=[found.id])
        ),
        heading=lambda found: found.text,
        given=lambda found, form: {"decision_id": found.id, **plain(found, form)},
    )
