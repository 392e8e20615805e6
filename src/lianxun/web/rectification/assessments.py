"""Pages of the joint assessment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound
from lianxun.rectification import operations, queries
from lianxun.rectification.enums import AssessmentState
from lianxun.rectification.records import AssessmentRecord, ReadyRecord
from lianxun.rectification.scoring import LONGEST_REASON, schemes
from lianxun.web import choices
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm, area
from lianxun.web.lists import list_page
from lianxun.web.rectification.lists import ASSESSMENTS
from lianxun.web.requests import ActorRequest

KIND = "rectification.assessment"


class OpenForm(ActForm):
    scheme = forms.ChoiceField(label="评估办法")
    units = forms.MultipleChoiceField(label="评估单位", widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(label="评分截止")
    open_reason = area("未销号事项的原因（有未销号事项时填写）", required=False, max_length=500)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["scheme"].choices = [(s.code, s.name) for s in schemes()]  # type: ignore[attr-defined]
        self.fields["units"].choices = choices.member_units()[1:]  # type: ignore[attr-defined]


class ScoreForm(ActForm):
    """One pair of fields for each indicator of the scheme; a machine sends them under the indicator's code."""

    by_key: ClassVar[Mapping[str, str]] = {
        "points": "各指标扣分，以指标代码为键；每个指标都要给出，不扣分的写 0",
        "reason": "各指标扣分依据，以指标代码为键；扣分的必须写明",
    }

    def prepare(self, request: ActorRequest, record: AssessmentRecord) -> None:
        for one in record.indicators:
            self.add(
                f"points_{one.code}",
                forms.DecimalField(
                    label=f"{one.name}扣分（满分 {one.weight} 分）",
                    min_value=0,
                    max_value=one.weight,
                    decimal_places=1,
                    max_digits=4,
                    initial=0,
                    help_text=one.asks,
                ),
            )
            self.add(
                f"reason_{one.code}",
                area(
                    f"{one.name}扣分依据（扣分时填写）", required=False, max_length=LONGEST_REASON
                ),
            )


class MergeForm(ActForm):
    summary = area("评估意见（分歧较大的指标逐项说明）", max_length=2000)


class ReasonForm(ActForm):
    reason = area("异议事项和理由", max_length=2000)


class AnswerForm(ActForm):
    stands = forms.TypedChoiceField(
        label="答复",
        choices=[("yes", "评估结论成立"), ("no", "异议成立，重新评分")],
        coerce=lambda v: v == "yes",
    )
    answer = area("答复理由", max_length=2000)


OPENING = Act(
    "开展整改评估",
    "开展评估",
    operations.open_assessment,
    OpenForm,
    "所选单位各自评分，互不可见；由巡视办归口，协调对接委员会审定后送达被巡视单位。节点八随之办结。",
    "已开展评估，等待各单位评分。",
)
ACTS: dict[str, Act] = {
    "score": Act(
        "整改评分",
        "提交评分",
        operations.score,
        ScoreForm,
        "百分制扣分，每一处扣分写明依据；提交后不能修改，其他单位看不到本单位的评分。",
        "已评分。",
    ),
    "merge": Act(
        "归口评分",
        "归口并提请审定",
        operations.merge_scores,
        MergeForm,
        "按各单位评分取平均；提请协调对接委员会审定。",
        "已提请协调对接委员会审定。",
    ),
    "object": Act(
        "提出异议",
        "提出异议",
        operations.object_assessment,
        ReasonForm,
        "异议由归口人以外的人员答复。",
        "异议已提出。",
    ),
    "answer": Act(
        "答复异议",
        "答复异议",
        operations.answer_objection,
        AnswerForm,
        "异议成立的重新评分；结论成立的即行生效。",
        "已答复。",
    ),
    "conclude": Act(
        "确认评估结论",
        "确认无异议",
        operations.conclude_assessment,
        happens="评估结论即行生效，不能再提出异议。",
        done="评估结论已生效。",
    ),
    "print": Act(
        "印制评估报告",
        "印制评估报告",
        operations.print_assessment,
        happens="按公文格式生成整改评估报告（Word 和 PDF）。",
        done="已生成，见“材料”。",
    ),
}


def assessment_list(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    return list_page(
        request,
        ASSESSMENTS,
        lambda: queries.assessments(
            actor=request.actor,
            now=request.now,
            state=state if state in AssessmentState.values else "",
            page=page_number(request.GET.get("page")),
        ),
    )


def detail(request: ActorRequest, assessment_id: UUID) -> HttpResponse:
    actor, now = request.actor, request.now
    found = queries.assessment(actor=actor, now=now, assessment_id=assessment_id)
    context = {
        "found": found,
        "clocks": duties.duties_of(actor=actor, now=now, object_kind=KIND, object_id=found.id),
        "files": documents.of_object(actor=actor, object_kind=KIND, object_id=found.id),
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
        "base": reverse("rectification:assessment", args=[found.id]),
    }
    return render(request, "rectification/assessment.html", context)


def begin(request: ActorRequest, engagement_id: UUID) -> HttpResponse:
    """Open the assessment of an engagement."""

    def given(ready: ReadyRecord, form: ActForm) -> dict[str, Any]:
        values = plain(ready, form)
        units = tuple(UUID(u) for u in values.pop("units"))
        return {**values, "units": units, "engagement_id": ready.engagement}

    return act_page(
        request,
        OPENING,
        load=lambda r: queries.ready_to_assess(
            actor=r.actor, now=r.now, engagement_id=engagement_id
        ),
        name="open",
        back=lambda ready: reverse("inspection:tab", args=[ready.engagement, "issues"]),
        heading=lambda ready: (
            f"{ready.unit_name}：整改事项 {ready.items} 项，未销号 {len(ready.unfinished)} 项"
        ),
        given=given,
        after=lambda ready, made: reverse("rectification:assessment", args=[made]),
    )


def act(request: ActorRequest, assessment_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: AssessmentRecord, form: ActForm) -> dict[str, Any]:
        values = plain(found, form)
        if name == "score":
            values = {
                "revision": values["revision"],
                "deductions": {i.code: str(values[f"points_{i.code}"]) for i in found.indicators},
                "reasons": {i.code: values[f"reason_{i.code}"] for i in found.indicators},
            }
        return {"assessment_id": found.id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.assessment(actor=r.actor, now=r.now, assessment_id=assessment_id),
        name=name,
        back=lambda found: reverse("rectification:assessment", args=[found.id]),
        heading=lambda found: f"整改评估 {found.number}",
        given=given,
    )
