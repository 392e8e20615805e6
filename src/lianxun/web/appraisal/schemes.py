"""The indicators of a year: the list, drafting, the page with every definition, approval."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.appraisal import operations, queries
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.appraisal import forms
from lianxun.web.appraisal.beginning import begin_page
from lianxun.web.appraisal.lists import SCHEMES
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest

ACTS: dict[str, Act] = {
    "submit": Act(
        "报请委员会批准",
        "报请批准",
        operations.submit_scheme,
        forms.RemarkForm,
        "由协调对接委员会批准；批准后施行，同年的旧版随即停用。",
        "已报委员会批准。",
    )
}


def scheme_list(request: ActorRequest) -> HttpResponse:
    with transaction.atomic():
        desk = queries.desk(actor=request.actor, now=request.now)
    return list_page(
        request,
        SCHEMES,
        lambda: queries.schemes(
            actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
        ),
        tab="schemes",
        begin=reverse("appraisal:scheme_begin") if desk.runs else "",
        begin_label="起草指标体系",
    )


def begin(request: ActorRequest) -> HttpResponse:
    return begin_page(
        request,
        forms.SchemeForm,
        operations.draft_scheme,
        may=lambda desk: desk.runs,
        given=lambda form: form.given(),
        words={
            "heading": "起草考核指标体系",
            "button": "保存草稿",
            "done": "已起草，请报委员会批准。",
            "page": "appraisal:scheme",
            "list": "appraisal:schemes",
            "label": "考核指标体系",
            "note": "定义、分子分母和出处随平台发布；各项权重可以调整，合计须为 100。",
        },
    )


def scheme(request: ActorRequest, scheme_id: UUID) -> HttpResponse:
    found = queries.scheme(actor=request.actor, now=request.now, scheme_id=scheme_id)
    groups = [
        (g, [i for i in found.body.indicators if i.group == g.code]) for g in found.body.groups
    ]
    context = {
        "scheme": found,
        "groups": groups,
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
    }
    return render(request, "appraisal/scheme.html", context)


def scheme_act(request: ActorRequest, scheme_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound
    return act_page(
        request,
        chosen,
        load=lambda r: queries.scheme(actor=r.actor, now=r.now, scheme_id=scheme_id),
        name=name,
        back=lambda found: reverse("appraisal:scheme", args=[found.id]),
        heading=lambda found: found.title,
        given=lambda found, form: {"scheme_id": found.id, **plain(found, form)},
        after=lambda found, _: reverse("appraisal:scheme", args=[found.id]),
    )
