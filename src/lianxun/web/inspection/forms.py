"""Forms of the inspection room."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.inspection.enums import Implementation, Kind, Profile, TeamGroup, TeamRole
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


def area(label: str, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class RoundForm(ActForm):
    name = forms.CharField(label="轮次名称", max_length=80, help_text="如：2026年第四轮巡视")
    year = forms.IntegerField(label="年份", min_value=2020, max_value=2099)
    focus = area("监督重点")
    starts_on = forms.DateField(label="计划开始")
    ends_on = forms.DateField(label="计划结束")
    preset = forms.ChoiceField(
        label="节点方案",
        choices=[
            ("real-practice", "实务通行（按反馈日起算）"),
            ("source-plan", "方案原文（按驻点结束起算）"),
        ],
    )


class EngagementForm(ActForm):
    unit_id = forms.ChoiceField(label="被巡视单位")
    kind = forms.ChoiceField(label="方式", choices=Kind.choices)
    profile = forms.ChoiceField(label="时间类型", choices=Profile.choices)
    entry_on = forms.DateField(label="进驻日")
    on_site_end_on = forms.DateField(label="驻点结束日")
    with_audit = forms.BooleanField(label="巡审联动", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.inspected_units()  # type: ignore[attr-defined]


class AdvanceForm(ActForm):
    to = forms.ChoiceField(label="进入阶段")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["to"].choices = [s for s in record.next_states if s[0] != "fed_back"]  # type: ignore[attr-defined]


class GateForm(ActForm):
    gate_id = forms.ChoiceField(label="关口条目")
    evidence = area("通过的依据", 2, max_length=300)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["gate_id"].choices = [  # type: ignore[attr-defined]
            (str(g.id), f"{g.stage_label} {g.code} {g.text}")
            for g in record.gates
            if g.passed_at is None
        ]


class ConsultForm(ActForm):
    held_on = forms.DateField(label="召开日期")
    place = forms.CharField(label="地点", max_length=80)
    units = forms.MultipleChoiceField(label="参加单位", widget=forms.CheckboxSelectMultiple)
    minutes = area("会商纪要", 6)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["units"].choices = choices.member_units()[1:]  # type: ignore[attr-defined]


class LineForm(ActForm):
    unit_id = forms.ChoiceField(label="来源或提供单位")
    risk = forms.CharField(label="风险点（与信息需求二选一）", max_length=300, required=False)
    data_class_code = forms.ChoiceField(label="信息类别", required=False)
    due_on = forms.DateField(label="提供期限", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]
        self.fields["data_class_code"].choices = choices.data_classes()  # type: ignore[attr-defined]


class PlanForm(ActForm):
    aim = area("目标")
    focus = area("重点（四个落实）")
    secrecy = area("保密与回避要求")
    emergency = area("应急联系人与措施")


class SeatForm(ActForm):
    person_id = forms.ChoiceField(label="人员")
    group = forms.ChoiceField(label="组别", choices=TeamGroup.choices)
    role = forms.ChoiceField(label="职务", choices=TeamRole.choices)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["person_id"].choices = choices.people()  # type: ignore[attr-defined]


class TeamForm(ActForm):
    group = forms.ChoiceField(label="组别", choices=TeamGroup.choices)


class RescheduleForm(ActForm):
    entry_on = forms.DateField(label="进驻日")
    on_site_end_on = forms.DateField(label="驻点结束日")
    reason = area("改期理由", max_length=300)


class ExtendForm(ActForm):
    to = forms.DateField(label="申请延至")
    reason = area("延期理由", max_length=500)


class PauseForm(ActForm):
    reason = area("暂停理由", max_length=500, min_length=10)


class ResumeForm(ActForm):
    reason = area("恢复的依据", max_length=500)


class PaperForm(ActForm):
    title = forms.CharField(label="问题", max_length=200)
    axis = forms.ChoiceField(label="四个落实", choices=Implementation.choices)
    course = area("查证经过", 5)
    basis = area("定性依据")
    responsible = forms.CharField(label="责任主体", max_length=120)
    immediate = forms.BooleanField(label="立行立改", required=False)


class CorroborateForm(ActForm):
    confirms = forms.TypedChoiceField(
        label="印证结论", choices=[("yes", "属实"), ("no", "不能印证")], coerce=lambda v: v == "yes"
    )
    statement = area("印证说明", max_length=500)


class ReportForm(ActForm):
    summary = area("报告摘要", 6, min_length=10)


class FeedbackForm(ActForm):
    feedback_on = forms.DateField(label="反馈日")


class ObstacleForm(ActForm):
    text = forms.CharField(label="堵点", max_length=300)
    between = forms.CharField(label="涉及单位", max_length=200)
