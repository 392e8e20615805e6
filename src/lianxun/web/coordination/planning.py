"""年度协调对接计划: the years, one year with its progress, one line for whoever owes it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.approvals import queries as approvals
from lianxun.coordination import operations, queries
from lianxun.coordination.enums import PlanSource
from lianxun.coordination.records import PlanLineRecord, YearPlanRecord
from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.web import cells, choices
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm, area
from lianxun.web.lists import Column, Listing, list_page
from lianxun.web.requests import ActorRequest

PLAN, LINE = "coordination.year_plan", "coordination.plan_line"
LISTING = Listing(
    name="year_plans",
    title="年度协调对接计划",
    columns=(
        Column(
            key="year",
            label="年度",
            value=lambda p: f"{p.year}年",
            html=lambda p: cells.link(
                reverse("coordination:year_plan", args=[p.id]), f"{p.year}年度计划"
            ),
            fixed=True,
        ),
        Column(key="body", label="委员会", value=lambda p: p.body_name),
        Column(key="count", label="事项", value=lambda p: p.count, number=True),
        Column(key="closed", label="已销号", value=lambda p: p.closed, number=True),
        Column(
            key="state",
            label="状态",
            value=lambda p: p.state_label,
            html=lambda p: cells.state(p.state, p.state_label),
        ),
    ),
    empty="没有您可以知悉的年度计划。由联络员办公室起草，协调对接委员会议定。",
    template="coordination/list.html",
)


class PlanForm(ActForm):
    body_id = forms.ChoiceField(label="委员会")
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2099)
    aim = area("总体要求", min_length=10, max_length=2000)
    to_group = forms.BooleanField(
        label="委员会议定后报领导小组批准", required=False, help_text="不选的，委员会议定即生效。"
    )


class LineForm(ActForm):
    text = forms.CharField(label="事项", min_length=5, max_length=200)
    unit_id = forms.ChoiceField(label="责任单位")
    due_on = forms.DateField(label="完成期限")
    source = forms.ChoiceField(
        label="来源", choices=[c for c in PlanSource.choices if c[0] != PlanSource.CARRIED]
    )
    source_name = forms.CharField(
        label="来源说明", max_length=120, help_text="哪个轮次、哪项任务或者哪项常态职责。"
    )
    reason = forms.CharField(
        label="年中增加的理由",
        max_length=300,
        required=False,
        help_text="计划批准之后增加的必须写明。",
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = [("", "请选择"), *choices.units()]  # type: ignore[attr-defined]


class ResultForm(ActForm):
    result = area("完成情况", min_length=5, max_length=500)


class ReasonForm(ActForm):
    reason = area("理由", min_length=5, max_length=300)


PLAN_ACTS: dict[str, Act] = {
    "line": Act(
        "增加计划事项",
        "增加事项",
        operations.add_plan_line,
        LineForm,
        "起草时随计划报批；计划批准之后增加的为年中调整，立即送达责任单位并开始计时。",
        "事项已列入。",
    ),
    "carry": Act(
        "结转上年事项",
        "结转上年事项",
        operations.carry_over,
        happens="把上一年度没有销号的事项全部列入，期限为本年末，注明来源。",
        done="上年事项已结转。",
    ),
    "submit": Act(
        "提请委员会议定",
        "提请议定",
        operations.submit_year_plan,
        happens="由协调对接委员会审议；注明报领导小组的，委员会议定后自动报批。",
        done="已提请协调对接委员会议定。",
    ),
    "issue": Act(
        "印制年度计划",
        "印制计划",
        operations.issue_year_plan,
        happens="按公文格式生成 Word 和 PDF，列明现在的销号情况。",
        done="年度计划已印制，见本页“文书”。",
    ),
}
LINE_ACTS: dict[str, Act] = {
    "report": Act(
        "报告完成",
        "报告完成",
        operations.report_plan_line,
        ResultForm,
        "报告后由联络员办公室或委员会另一名同志核实销号；本单位的时限随之停止。",
        "已报告，等待销号。",
    ),
    "strike": Act(
        "销号",
        "核实销号",
        operations.strike_plan_line,
        happens="核实完成情况属实后销号；销号后不再变动。",
        done="已销号。",
    ),
    "return": Act(
        "退回",
        "退回补办",
        operations.return_plan_line,
        ReasonForm,
        "退回责任单位，期限不变。",
        "已退回。",
        danger=True,
    ),
    "withdraw": Act(
        "撤出计划",
        "撤出计划",
        operations.withdraw_plan_line,
        ReasonForm,
        "撤出后时限终止，理由保留在计划页。",
        "已撤出计划。",
        danger=True,
    ),
}


def plan_list(request: ActorRequest) -> HttpResponse:
    room = queries.room(actor=request.actor, now=request.now)
    return list_page(
        request,
        LISTING,
        lambda: queries.year_plans(
            actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
        ),
        tab="plans",
        may_plan=bool(room.bodies),
    )


def new_plan(request: ActorRequest) -> HttpResponse:
    """Begin a plan; for nobody who runs no body (404)."""
    with transaction.atomic():
        room = queries.room(actor=request.actor, now=request.now)
        form = PlanForm(request.POST or None, initial={"year": request.now.year})
        form.fields["body_id"].choices = [  # type: ignore[attr-defined]
            (str(ident), name) for ident, name in room.bodies
        ]
    if not room.bodies:
        raise NotFound
    if request.method == "POST":

        def draft() -> UUID:
            given = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
            given["body_id"] = UUID(given["body_id"])
            return operations.draft_year_plan(actor=request.actor, now=request.now, **given)

        done, made = form.perform(draft)
        if done:
            messages.success(request, "年度计划已起草，请逐项登记事项。")
            return redirect(
                reverse("coordination:year_plan", args=[made])
                if made
                else reverse("coordination:year_plans")
            )
    with transaction.atomic():
        failed = request.method == "POST"
        return render(
            request, "coordination/new_plan.html", {"form": form}, status=422 if failed else 200
        )


def year(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """The year: progress by unit, each number leading to its lines; then the lines."""
    actor, now = request.actor, request.now
    found = queries.year_plan(actor=actor, now=now, plan_id=plan_id)
    unit = uuid_or_none(request.GET.get("unit", ""))
    shown = [x for x in found.lines if unit is None or x.unit_id == unit]
    context = {
        "plan": found,
        "lines": shown,
        "chosen": shown[0].unit_name if unit and shown else "",
        "acts": [(name, act) for name, act in PLAN_ACTS.items() if name in found.permitted],
        "matters": approvals.of_object(actor=actor, object_kind=PLAN, object_id=found.id),
        "files": documents.of_object(actor=actor, object_kind=PLAN, object_id=found.id),
    }
    return render(request, "coordination/year_plan.html", context)


def plan_act(request: ActorRequest, plan_id: UUID, name: str) -> HttpResponse:
    if name not in PLAN_ACTS:
        raise NotFound

    def given(record: YearPlanRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if "unit_id" in values:
            values["unit_id"] = uuid_or_none(values["unit_id"])
        return {"plan_id": record.id, **values}

    return act_page(
        request,
        PLAN_ACTS[name],
        load=lambda r: queries.year_plan(actor=r.actor, now=r.now, plan_id=plan_id),
        name=name,
        back=lambda record: reverse("coordination:year_plan", args=[record.id]),
        heading=lambda record: f"{record.year}年度协调对接计划",
        given=given,
    )


def line(request: ActorRequest, line_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.plan_line(actor=actor, now=now, line_id=line_id)
    context = {
        "line": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=LINE, object_id=found.id),
        "acts": [(name, act) for name, act in LINE_ACTS.items() if name in found.permitted],
    }
    return render(request, "coordination/plan_line.html", context)


def line_act(request: ActorRequest, line_id: UUID, name: str) -> HttpResponse:
    if name not in LINE_ACTS:
        raise NotFound

    def given(record: PlanLineRecord, form: ActForm) -> dict[str, Any]:
        return {"line_id": record.id, **plain(record, form)}

    return act_page(
        request,
        LINE_ACTS[name],
        load=lambda r: queries.plan_line(actor=r.actor, now=r.now, line_id=line_id),
        name=name,
        back=lambda record: reverse("coordination:plan_line", args=[record.id]),
        heading=lambda record: f"{record.plan_year}年计划第{record.number}项",
        given=given,
    )
