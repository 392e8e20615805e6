"""《整改协同方案》: the list, one plan with its lines, one line for the unit that helps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.approvals import queries as approvals
from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.inspection import queries as inspection
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import people_of
from lianxun.rectification import operations, queries
from lianxun.rectification.enums import PlanState, SupportKind
from lianxun.rectification.queries.supports import SupportPlanRecord, SupportRecord
from lianxun.web import cells, choices
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm, area
from lianxun.web.lists import Column, Filter, Listing, list_page
from lianxun.web.requests import ActorRequest, uuid_given

PLAN, OBJECT = "rectification.support_plan", "duties.support"
LISTING = Listing(
    name="support_plans",
    title="整改协同方案",
    columns=(
        Column(
            key="number",
            label="方案",
            value=lambda p: f"{p.number} {p.subject_name}",
            html=lambda p: cells.link(
                reverse("rectification:support_plan", args=[p.id]), f"{p.number} {p.subject_name}"
            ),
            fixed=True,
        ),
        Column(key="count", label="支援事项", value=lambda p: p.count, number=True),
        Column(key="closed", label="检查合格", value=lambda p: p.closed, number=True),
        Column(
            key="state",
            label="状态",
            value=lambda p: p.state_label,
            html=lambda p: cells.state(p.state, p.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=PlanState.choices),),
    empty="没有您可以知悉的整改协同方案。由巡视办在巡视任务的“整改”页起草。",
)


class DraftForm(ActForm):
    aim = area("总体要求", min_length=10, max_length=2000)


class LineForm(ActForm):
    unit_id = forms.ChoiceField(label="支援单位")
    item_id = forms.ChoiceField(label="对应的整改事项", required=False)
    kind = forms.ChoiceField(label="支援方式", choices=SupportKind.choices)
    text = area("支援内容", min_length=5, max_length=500)
    amount = forms.DecimalField(
        label="金额（元）",
        required=False,
        min_value=0,
        max_digits=15,
        decimal_places=2,
        help_text="只在支援方式为资金时填写。",
    )
    due_on = forms.DateField(label="完成期限")
    standard = area("完成标准", min_length=5, max_length=300)
    inspect_on = forms.DateField(label="检查节点", help_text="巡视办对照标准检查的日期。")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]
        items = queries.items(
            actor=request.actor, now=request.now, engagement=record.engagement
        ).rows
        self.fields["item_id"].choices = [  # type: ignore[attr-defined]
            ("", "不对应某一事项"),
            *((str(i.id), f"{i.number} {i.title}") for i in items),
        ]


class PeopleForm(ActForm):
    """Who comes, out of the helping unit's own people; the reader of another unit lists nobody."""

    people = forms.MultipleChoiceField(
        label="支援人员",
        widget=forms.CheckboxSelectMultiple,
        help_text="从本单位在岗人员中选择；对被巡视单位应当回避的不能选派。",
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (str(ident), name) for ident, name in people_of(record.unit_id)
        ]


class AgreeForm(PeopleForm):
    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["people"].required = False
        if record.kind != SupportKind.PEOPLE:
            del self.fields["people"]
            return
        super().prepare(request, record)


class ReasonForm(ActForm):
    reason = area("理由", min_length=5, max_length=300)


class ChangeForm(ActForm):
    due_on = forms.DateField(label="完成期限")
    standard = area("完成标准", min_length=5, max_length=300)
    inspect_on = forms.DateField(label="检查节点", help_text="巡视办对照标准检查的日期。")
    reason = area("变更理由", min_length=5, max_length=300)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        for name in ("due_on", "standard", "inspect_on"):
            self.fields[name].initial = getattr(record, name)


class OutcomeForm(ActForm):
    outcome = area("办结小结", min_length=10, max_length=1000)


class ResultForm(ActForm):
    result = area("完成情况", min_length=5, max_length=500)


class CheckForm(ActForm):
    met = forms.ChoiceField(label="检查结论", choices=[("yes", "达到标准"), ("no", "没有达到")])
    finding = area("检查情况", min_length=5, max_length=500)


DRAFTING = Act(
    "起草整改协同方案",
    "起草",
    operations.draft_support_plan,
    DraftForm,
    "起草后逐项列明支援单位、内容、期限、标准和检查节点，征求支援单位意见后报委员会。",
    "方案已起草，请增加支援事项。",
)
PLAN_ACTS: dict[str, Act] = {
    "line": Act(
        "增加支援事项",
        "增加事项",
        operations.add_support,
        LineForm,
        "列入方案草稿；征求意见之前支援单位看不到。",
        "支援事项已列入。",
    ),
    "ask": Act(
        "征求支援单位意见",
        "征求意见",
        operations.ask_supports,
        happens="新列入的事项分别送达支援单位，各单位只看到自己的事项。",
        done="已送支援单位征求意见。",
    ),
    "submit": Act(
        "提请委员会审批",
        "提请审批",
        operations.submit_support_plan,
        happens="支援单位都同意之后提请协调对接委员会；批准后送达被巡视单位，支援时限开始计算。",
        done="已提请协调对接委员会。",
    ),
    "issue": Act(
        "印制整改协同方案",
        "印制方案",
        operations.issue_support_plan,
        happens="按公文格式生成 Word 和 PDF。",
        done="方案已印制，见本页“文书”。",
    ),
    "end": Act(
        "办结整改协同方案",
        "办结方案",
        operations.end_support_plan,
        OutcomeForm,
        "各项支援都已检查合格或撤出；小结留在方案页。",
        "方案已办结。",
    ),
    "drop": Act(
        "撤销方案草稿",
        "撤销草稿",
        operations.drop_support_plan,
        ReasonForm,
        "草稿和其中的事项不再办理，理由留在方案页。",
        "草稿已撤销。",
        danger=True,
    ),
}
LINE_ACTS: dict[str, Act] = {
    "agree": Act(
        "同意支援",
        "同意",
        operations.agree_support,
        AgreeForm,
        "委员会批准方案之后开始计时。人员支援可以同时指定支援人员，也可以同意之后再指定。",
        "已同意。",
    ),
    "people": Act(
        "指定支援人员",
        "指定人员",
        operations.name_helpers,
        PeopleForm,
        "以这次选定的人员为准：不再选定的撤回，留有记录。巡视办和方案公文只列姓名。",
        "支援人员已指定。",
    ),
    "decline": Act(
        "不同意支援",
        "不同意",
        operations.decline_support,
        ReasonForm,
        "理由送回巡视办，由巡视办撤出或另请单位。",
        "已答复。",
        danger=True,
    ),
    "change": Act(
        "提出支援事项变更",
        "提出变更",
        operations.change_support,
        ChangeForm,
        "送支援单位重新同意；执行之前期限、标准和检查节点不变。",
        "变更已送支援单位。",
    ),
    "agree_change": Act(
        "同意变更",
        "同意变更",
        operations.agree_change,
        happens="由巡视办执行变更，时限随之改变。",
        done="已同意变更。",
    ),
    "refuse_change": Act(
        "不同意变更",
        "不同意变更",
        operations.refuse_change,
        ReasonForm,
        "事项按原期限和标准办理，理由送回巡视办。",
        "已答复。",
        danger=True,
    ),
    "apply_change": Act(
        "执行变更",
        "执行变更",
        operations.apply_change,
        happens="事项改为变更后的期限、标准和检查节点，时限重新计算，原内容留在变更记录中。",
        done="变更已执行。",
    ),
    "report": Act(
        "报告支援完成",
        "报告完成",
        operations.report_support,
        ResultForm,
        "报告后本单位时限停止，由巡视办在检查节点对照标准检查。",
        "已报告，等待检查。",
    ),
    "check": Act(
        "检查支援事项",
        "检查",
        operations.check_support,
        CheckForm,
        "达到标准的办结；没有达到的退回支援单位，时限继续。",
        "检查情况已登记。",
    ),
    "withdraw": Act(
        "撤出支援事项",
        "撤出方案",
        operations.withdraw_support,
        ReasonForm,
        "撤出后时限终止，理由保留在方案页。",
        "已撤出。",
        danger=True,
    ),
}


def plan_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        LISTING,
        lambda: queries.support_plans(
            actor=request.actor,
            now=request.now,
            state=state if state in PlanState.values else "",
            engagement=uuid_given(request.GET.get("engagement")),
            page=page_number(request.GET.get("page")),
        ),
    )


def begin(request: ActorRequest, engagement_id: UUID) -> HttpResponse:
    """Draft a plan of help for the rectification of an engagement."""
    return act_page(
        request,
        DRAFTING,
        load=lambda r: inspection.engagement(actor=r.actor, now=r.now, engagement_id=engagement_id),
        name="open",
        back=lambda task: reverse("inspection:tab", args=[task.id, "issues"]),
        heading=lambda task: f"{task.number} {task.unit_name}",
        given=lambda task, form: {
            "engagement_id": task.id,
            "aim": form.cleaned_data["aim"],
        },
        after=lambda task, made: reverse("rectification:support_plan", args=[made]),
    )


def plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.support_plan(actor=actor, now=now, plan_id=plan_id)
    context = {
        "plan": found,
        "acts": [(name, act) for name, act in PLAN_ACTS.items() if name in found.permitted],
        "matters": approvals.of_object(actor=actor, object_kind=PLAN, object_id=found.id),
        "files": documents.of_object(actor=actor, object_kind=PLAN, object_id=found.id),
    }
    return render(request, "rectification/support_plan.html", context)


def plan_act(request: ActorRequest, plan_id: UUID, name: str) -> HttpResponse:
    if name not in PLAN_ACTS:
        raise NotFound

    def given(record: SupportPlanRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        for key in ("unit_id", "item_id"):
            if key in values:
                values[key] = uuid_or_none(values[key])
        if values.get("amount") is not None:
            values["amount"] = int(values["amount"] * 100)
        return {"plan_id": record.id, **values}

    return act_page(
        request,
        PLAN_ACTS[name],
        load=lambda r: queries.support_plan(actor=r.actor, now=r.now, plan_id=plan_id),
        name=name,
        back=lambda record: reverse("rectification:support_plan", args=[record.id]),
        heading=lambda record: f"{record.number} {record.subject_name}",
        given=given,
    )


def line(request: ActorRequest, support_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.support_line(actor=actor, now=now, support_id=support_id)
    context = {
        "line": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=OBJECT, object_id=found.id),
        "acts": [(name, act) for name, act in LINE_ACTS.items() if name in found.permitted],
    }
    return render(request, "rectification/support.html", context)


def line_act(request: ActorRequest, support_id: UUID, name: str) -> HttpResponse:
    if name not in LINE_ACTS:
        raise NotFound

    def given(record: SupportRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if "people" in values:
            values["people"] = [UUID(x) for x in values["people"]]
        if "met" in values:
            values["met"] = values["met"] == "yes"
        return {"support_id": record.id, **values}

    return act_page(
        request,
        LINE_ACTS[name],
        load=lambda r: queries.support_line(actor=r.actor, now=r.now, support_id=support_id),
        name=name,
        back=lambda record: reverse("rectification:support", args=[record.id]),
        heading=lambda record: f"{record.plan_number} 第{record.number}项",
        given=given,
    )
