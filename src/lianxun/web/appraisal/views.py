"""Periods with all units for the office, own sheets for units, the cases behind every figure."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.appraisal import operations, queries
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.appraisal import forms
from lianxun.web.appraisal.beginning import begin_page, plain_of
from lianxun.web.appraisal.lists import PERIODS, RANKINGS, SHEETS
from lianxun.web.lists import list_page
from lianxun.web.requests import ActorRequest

PERIOD_ACTS: dict[str, Act] = {
    "show": Act(
        "送单位复核",
        "送单位复核",
        operations.show,
        happens="按此刻的办结情况重新核算并固定事实，各单位只看到本单位的考核表，复核时限开始计时。",
        done="已送各单位复核。",
    ),
    "recount": Act(
        "重新核算",
        "重新核算",
        operations.recount,
        happens="按此刻的办结情况重新核算；送单位复核之前可以多次核算。",
        done="已重新核算。",
    ),
    "close": Act(
        "结束复核",
        "结束复核",
        operations.close_review,
        happens="各单位已复核或期限已过、异议已全部裁定的，可以结束；没有答复的视为无异议。",
        done="复核已结束。",
    ),
    "submit": Act(
        "报请领导小组审签",
        "报请审签",
        operations.submit_period,
        forms.RemarkForm,
        "领导小组成员审签；核算人不参加表决。",
        "已报领导小组审签。",
    ),
    "publish": Act(
        "公布考核结果",
        "公布",
        operations.publish,
        happens="向各成员单位公布名单，印制送组织部门的《年度考核结果通报》。",
        done="已公布，通报已印制。",
    ),
    "finish": Act(
        "办结结果运用",
        "办结运用",
        operations.finish,
        happens="评先评优、表扬等运用全部办理后办结本年度考核。",
        done="本年度考核已办结。",
    ),
}
SHEET_ACTS: dict[str, Act] = {
    "confirm": Act(
        "复核无异议",
        "复核无异议",
        operations.confirm_sheet,
        happens="代表本单位确认考核表无误，确认后不能再提出异议。",
        done="已确认。",
    ),
    "object": Act(
        "提出异议",
        "提出异议",
        operations.object_to,
        forms.ObjectForm,
        "逐项提出，写明理由；由核算人以外的同志裁定，成立的更正并留下记录。",
        "异议已提交。",
    ),
    "print": Act(
        "打印考核表",
        "打印考核表",
        operations.print_sheet,
        happens="印制本单位的考核表（Word 和 PDF），逐项列出计算过程。",
        done="考核表已印制。",
    ),
}
OBJECTION_ACTS: dict[str, Act] = {
    "decide": Act(
        "裁定异议",
        "裁定",
        operations.decide_objection,
        forms.DecideForm,
        "成立的勾选要更正的事项，考核表随即重算，更正前后的数字都留下记录。",
        "裁定已登记。",
    )
}


def period_list(request: ActorRequest) -> HttpResponse:
    """The office's periods; a unit begins with its own sheets."""
    if (
        not request.actor.has_role("leader", "coordinator")
        or request.actor.region[0] > request.actor.region[1]
    ):
        return sheet_list(request)
    with transaction.atomic():
        desk = queries.desk(actor=request.actor, now=request.now)
        hints = queries.suggestions(actor=request.actor, now=request.now) if desk.runs else []
    return list_page(
        request,
        PERIODS,
        lambda: queries.periods(
            actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
        ),
        tab="periods",
        begin=reverse("appraisal:begin") if desk.runs else "",
        begin_label="开始核算",
        hints=hints,
    )


def sheet_list(request: ActorRequest) -> HttpResponse:
    mine = request.GET.get("mine") == "own"
    return list_page(
        request,
        SHEETS,
        lambda: queries.sheets(
            actor=request.actor,
            now=request.now,
            mine=mine,
            page=page_number(request.GET.get("page")),
        ),
        tab="sheets",
    )


def published(request: ActorRequest) -> HttpResponse:
    return list_page(
        request,
        RANKINGS,
        lambda: queries.rankings(
            actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
        ),
        tab="published",
    )


def begin(request: ActorRequest) -> HttpResponse:
    return begin_page(
        request,
        forms.BeginForm,
        operations.calculate,
        may=lambda desk: desk.runs,
        given=plain_of,
        words={
            "heading": "开始核算",
            "button": "核算",
            "done": "核算完成。",
            "page": "appraisal:period",
            "list": "appraisal:periods",
            "label": "考核评价",
            "note": "按批准的指标体系，从办结和超期的时限事项核算各成员单位；指标体系未批准的年度不能核算。",
        },
    )


def period(request: ActorRequest, period_id: UUID) -> HttpResponse:
    found = queries.period(actor=request.actor, now=request.now, period_id=period_id)
    context = {
        "period": found,
        "acts": [(name, act) for name, act in PERIOD_ACTS.items() if name in found.permitted],
    }
    return render(request, "appraisal/period.html", context)


def period_act(request: ActorRequest, period_id: UUID, name: str) -> HttpResponse:
    return act_page(
        request,
        _chosen(PERIOD_ACTS, name),
        load=lambda r: queries.period(actor=r.actor, now=r.now, period_id=period_id),
        name=name,
        back=lambda found: reverse("appraisal:period", args=[found.id]),
        heading=lambda found: f"{found.name}考核",
        given=lambda found, form: {"period_id": found.id, **plain(found, form)},
        after=lambda found, _: reverse("appraisal:period", args=[found.id]),
    )


def sheet(request: ActorRequest, sheet_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.sheet(actor=actor, now=now, sheet_id=sheet_id)
    context = {
        "sheet": found,
        "clocks": duties.duties_of(
            actor=actor, now=now, object_kind="appraisal.sheet", object_id=found.id
        ),
        "acts": [(name, act) for name, act in SHEET_ACTS.items() if name in found.permitted],
        "all": actor.region[0] <= actor.region[1],
    }
    return render(request, "appraisal/sheet.html", context)


def line(request: ActorRequest, sheet_id: UUID, code: str) -> HttpResponse:
    found = queries.line_cases(actor=request.actor, now=request.now, sheet_id=sheet_id, code=code)
    return render(request, "appraisal/line.html", {"found": found})


def sheet_act(request: ActorRequest, sheet_id: UUID, name: str) -> HttpResponse:
    return act_page(
        request,
        _chosen(SHEET_ACTS, name),
        load=lambda r: queries.sheet(actor=r.actor, now=r.now, sheet_id=sheet_id),
        name=name,
        back=lambda found: reverse("appraisal:sheet", args=[found.id]),
        heading=lambda found: found.title,
        given=lambda found, form: {"sheet_id": found.id, **plain(found, form)},
        after=lambda found, _: reverse("appraisal:sheet", args=[found.id]),
    )


def objection_act(request: ActorRequest, objection_id: UUID, name: str) -> HttpResponse:
    return act_page(
        request,
        _chosen(OBJECTION_ACTS, name),
        load=lambda r: queries.objection(actor=r.actor, now=r.now, objection_id=objection_id),
        name=name,
        back=lambda found: reverse("appraisal:sheet", args=[found.sheet_id]),
        heading=lambda found: f"{found.sheet_title}：{found.title}",
        given=lambda found, form: {"objection_id": found.id, **plain(found, form)},
    )


def _chosen(acts: dict[str, Act], name: str) -> Act:
    found = acts.get(name)
    if found is None:
        raise NotFound
    return found
