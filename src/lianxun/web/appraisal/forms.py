"""Forms of the room. Which units, cases and quarters there are, the page tells each form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from lianxun.appraisal import queries
from lianxun.appraisal.enums import Cause, OutcomeKind, Treatment
from lianxun.appraisal.records import DeskRecord, ObjectionRecord, OutcomeRecord, SheetRecord
from lianxun.web.acts import uuid_or_none
from lianxun.web.forms import ActForm, area
from lianxun.web.requests import ActorRequest

QUARTERS = [(0, "全年"), (1, "第一季度"), (2, "第二季度"), (3, "第三季度"), (4, "第四季度")]
EMPTY = [("", "请选择")]


class BeginForm(ActForm):
    year = forms.TypedChoiceField(label="年度", coerce=int)
    quarter = forms.TypedChoiceField(label="考核期", choices=QUARTERS, coerce=int)

    def offer(self, desk: DeskRecord) -> None:
        self.fields["year"].choices = [(y, f"{y}年") for y in desk.years]  # type: ignore[attr-defined]


class RemarkForm(ActForm):
    remark = area("说明（退回后再报时写明改了什么）", max_length=500, required=False)


class ObjectForm(ActForm):
    code = forms.ChoiceField(label="指标")
    reason = area("理由", max_length=500, help_text="写明哪里算错、依据是什么（不少于 10 个字）。")
    cases = forms.TypedMultipleChoiceField(
        label="所指事项",
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只列出没有按期的事项；说不清是哪一件的可以不勾。",
    )

    def prepare(self, request: ActorRequest, sheet: SheetRecord) -> None:
        self.fields["code"].choices = EMPTY + [  # type: ignore[attr-defined]
            (x.code, f"{x.number}. {x.title}（{x.met}/{x.due}）") for x in sheet.lines if x.due
        ]
        self.fields["cases"].choices = [  # type: ignore[attr-defined]
            (str(c.id), f"{title}：{c.object_title}，应于 {c.due_on} 完成，{c.words}")
            for title, c in sheet.late
        ]


class DecideForm(ActForm):
    upheld = forms.TypedChoiceField(
        label="裁定",
        choices=[("", "请选择"), ("yes", "异议成立，予以更正"), ("no", "异议不成立")],
        coerce=lambda v: v == "yes",
    )
    treatment = forms.ChoiceField(
        label="如何更正（成立的必选）",
        choices=[("", "请选择"), *Treatment.choices],
        required=False,
    )
    cases = forms.TypedMultipleChoiceField(
        label="更正的事项（成立的必选）",
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    finding = area("裁定理由", max_length=500)

    def prepare(self, request: ActorRequest, objection: ObjectionRecord) -> None:
        self.fields["cases"].choices = [  # type: ignore[attr-defined]
            (str(c.id), f"{c.title}：{c.object_title}，应于 {c.due_on} 完成，{c.words}")
            for c in objection.late
        ]
        self.fields["cases"].initial = [str(c) for c in objection.case_ids]


class SchemeForm(ActForm):
    """The weights of the shipped body may be changed; together they stay 100."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    share = forms.IntegerField(label="在单位年度考核中的权重（%）", initial=20, min_value=1)
    note = area("起草说明", max_length=300, required=False)

    def offer(self, desk: DeskRecord) -> None:
        years = [(y, f"{y}年") for y in (desk.years[0] + 1, *desk.years)] if desk.years else []
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        if years:
            self.fields["year"].initial = desk.years[0]
        for line in desk.indicators:
            weight = forms.IntegerField(
                label=f"{line.code} {line.title}",
                initial=line.weight,
                min_value=0,
                max_value=100,
                help_text=line.definition,
            )
            self.add(f"weight_{line.code}", weight)

    def given(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "year": values["year"],
            "share": values["share"],
            "note": values["note"],
            "weights": {
                name.removeprefix("weight_"): value
                for name, value in values.items()
                if name.startswith("weight_")
            },
        }


class OutcomeForm(ActForm):
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), *OutcomeKind.choices])
    cause = forms.ChoiceField(label="事由", choices=[("", "请选择"), *Cause.choices])
    unit_id = forms.TypedChoiceField(label="单位", coerce=UUID)
    period_id = forms.TypedChoiceField(
        label="考核期", coerce=uuid_or_none, empty_value=None, required=False
    )
    facts = area(
        "事实", max_length=1000, help_text="写明时间、事项和出处；由机构或组长决定，不自动生效。"
    )
    person_post = forms.CharField(
        label="受表扬人员职务",
        max_length=60,
        required=False,
        help_text="只用于评先评优和通报表扬。",
    )
    person_name = forms.CharField(label="受表扬人员姓名", max_length=40, required=False)
    consented = forms.BooleanField(label="本人同意写明姓名", required=False)
    cause_key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def offer(self, desk: DeskRecord) -> None:
        self.fields["unit_id"].choices = EMPTY + [(str(i), n) for i, n in desk.units]  # type: ignore[attr-defined]
        periods = [("", "不涉及"), *((str(i), n) for i, n in desk.periods)]
        self.fields["period_id"].choices = periods  # type: ignore[attr-defined]


class SubmitForm(ActForm):
    team_id = forms.TypedChoiceField(
        label="由哪个巡视组组长约谈", coerce=uuid_or_none, empty_value=None, required=False
    )
    remark = area("说明（退回后再报时写明改了什么）", max_length=500, required=False)

    def prepare(self, request: ActorRequest, outcome: OutcomeRecord) -> None:
        if outcome.kind == OutcomeKind.TALK:
            desk = queries.desk(actor=request.actor, now=request.now)
            teams = EMPTY + [(str(i), n) for i, n in desk.teams]
            self.fields["team_id"].choices = teams  # type: ignore[attr-defined]
            self.fields["team_id"].required = True
        else:
            del self.fields["team_id"]


class AnswerForm(ActForm):
    answer = area("理由", max_length=500)


class TalkForm(ActForm):
    holds = forms.TypedChoiceField(
        label="决定",
        choices=[("", "请选择"), ("yes", "约谈"), ("no", "不约谈")],
        coerce=lambda v: v == "yes",
    )
    answer = area("理由", max_length=500)


class CompleteForm(ActForm):
    done_on = forms.DateField(label="办理日期")
    result = area("办理情况", max_length=1000)


class ReportForm(ActForm):
    quarter = forms.ChoiceField(label="季度")
    done = area("工作进展", max_length=4000)
    problems = area("存在问题", max_length=4000, required=False)
    plans = area("下步打算", max_length=4000)

    def offer(self, desk: DeskRecord) -> None:
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (f"{year}-{quarter}", name) for year, quarter, name in desk.quarters
        ]

    def given(self) -> dict[str, Any]:
        values = {k: v for k, v in self.cleaned_data.items() if k != "submission_key"}
        year, quarter = values.pop("quarter").split("-")
        return {**values, "year": int(year), "quarter": int(quarter)}
