"""Forms of the inspection room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from lianxun.inspection import queries
from lianxun.inspection.enums import (
    FORWARD,
    Implementation,
    Kind,
    LookBackVerdict,
    MemberChangeKind,
    Profile,
    TeamGroup,
    TeamRole,
)
from lianxun.organisation.enums import Skill
from lianxun.rectification import queries as rectification
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
    with_audit = forms.BooleanField(
        label="巡审联动", required=False, help_text="与本级审计机关组成联合巡视组。"
    )
    partners = forms.MultipleChoiceField(
        label="其他联合单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="选择后为联合检查组：每个联合单位至少有一名确认的组员。",
    )
    look_back_of = forms.ChoiceField(label="“回头看”对应的原任务", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.inspected_units()  # type: ignore[attr-defined]
        self.fields["partners"].choices = choices.member_units()[1:]  # type: ignore[attr-defined]
        earlier = queries.engagements(actor=request.actor, now=request.now, page=1).rows
        self.fields["look_back_of"].choices = [  # type: ignore[attr-defined]
            ("", "不是“回头看”"),
            *((str(t.id), f"{t.number} {t.unit_name}（{t.state_label}）") for t in earlier),
        ]


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


class UngateForm(ActForm):
    gate_id = forms.ChoiceField(label="撤回的关口条目")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["gate_id"].choices = [  # type: ignore[attr-defined]
            (str(g.id), f"{g.stage_label} {g.code} {g.text}") for g in retractable(record)
        ]


def retractable(record: Any) -> list[Any]:
    """Gates that were passed for a stage which has not begun."""
    ahead = {to for start, to in FORWARD if start == record.state}
    return [g for g in record.gates if g.passed_at is not None and g.stage in ahead]


class UnlineForm(ActForm):
    line_id = forms.ChoiceField(label="删除的清单条目")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["line_id"].choices = [  # type: ignore[attr-defined]
            (str(x.id), f"{x.unit_name} {x.risk or x.data_class}") for x in record.list_lines
        ]


class ConsultForm(ActForm):
    held_on = forms.DateField(label="召开日期")
    place = forms.CharField(label="地点", max_length=80)
    units = forms.MultipleChoiceField(label="参加单位", widget=forms.CheckboxSelectMultiple)
    minutes = area("会商纪要", 6)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["units"].choices = choices.member_units()[1:]  # type: ignore[attr-defined]


class LineForm(ActForm):
    consultation_id = forms.ChoiceField(label="议定于哪次会商", required=False)
    unit_id = forms.ChoiceField(label="来源或提供单位")
    focus_id = forms.ChoiceField(label="对应的协作重点", required=False)
    risk = forms.CharField(label="风险点（与信息需求二选一）", max_length=300, required=False)
    data_class_code = forms.ChoiceField(label="信息类别", required=False)
    due_on = forms.DateField(label="提供期限", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]
        self.fields["consultation_id"].choices = [  # type: ignore[attr-defined]
            ("", "未经会商"),
            *((str(c.id), f"{c.held_on} {c.place}") for c in record.consultations),
        ]
        self.fields["focus_id"].choices = [  # type: ignore[attr-defined]
            ("", "不对应"),
            *focus_choices(request, record.id),
        ]
        self.fields["data_class_code"].choices = choices.data_classes()  # type: ignore[attr-defined]


def focus_choices(request: ActorRequest, task: UUID) -> list[tuple[str, str]]:
    found = queries.collaboration(actor=request.actor, now=request.now, engagement_id=task)
    return [(str(f.id), f"{f.number}. {f.text}") for f in found.focus if f.state == "active"]


class FocusForm(ActForm):
    consultation_id = forms.ChoiceField(
        label="确定于哪次会商",
        required=False,
        help_text="进驻之前必须由会商确定；驻点期间可以不选，作为随任务调整，理由留痕。",
    )
    axis = forms.ChoiceField(
        label="四个落实",
        choices=[("", "其他（不归入四个落实）"), *Implementation.choices],
        required=False,
    )
    text = forms.CharField(label="协作重点", min_length=5, max_length=200)
    source_id = forms.ChoiceField(label="来源单位")
    reason = area("确定理由", 2, min_length=5, max_length=300)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["source_id"].choices = choices.member_units()  # type: ignore[attr-defined]
        self.fields["consultation_id"].choices = [  # type: ignore[attr-defined]
            ("", "随任务调整"),
            *((str(c.id), f"{c.held_on} {c.place}") for c in record.consultations),
        ]


class DropFocusForm(ActForm):
    focus_id = forms.ChoiceField(label="调出的协作重点")
    reason = area("调出理由", 2, min_length=5, max_length=300)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["focus_id"].choices = focus_choices(request, record.id)  # type: ignore[attr-defined]


class MemberForm(ActForm):
    unit_id = forms.ChoiceField(label="成员单位")
    change = forms.ChoiceField(label="调整", choices=MemberChangeKind.choices)
    since = forms.DateField(label="起始日期")
    until = forms.DateField(
        label="截止日期",
        required=False,
        help_text="只参加一段时间的填写；到期后席位和访问自动结束，需要时可以再提请延长。",
    )
    reason = area("调整理由", 2, min_length=5, max_length=300)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]


class JointTaskForm(ActForm):
    title = forms.CharField(
        label="任务名称", max_length=120, help_text="写明查什么，如“核查采购支付与招标备案”。"
    )
    content = area(
        "检查内容",
        max_length=500,
        min_length=5,
        help_text="写明核查范围、办法和要提交的证据；承办单位只看得到本任务，看不到底稿。",
    )
    unit_id = forms.ChoiceField(
        label="承办单位",
        help_text="由哪个成员单位办理并提交检查结果；被巡视单位不能承办。",
    )
    focus_id = forms.ChoiceField(
        label="对应的协作重点",
        required=False,
        help_text="任务落实会商确定的哪一项重点；没有对应的不选。",
    )
    due_on = forms.DateField(
        label="完成期限", help_text="承办单位提交检查结果的最后一天，不能早于今天。"
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]
        self.fields["focus_id"].choices = [  # type: ignore[attr-defined]
            ("", "不对应"),
            *focus_choices(request, record.id),
        ]


class PlanForm(ActForm):
    aim = area("目标")
    focus = area("重点（四个落实）")
    secrecy = area("保密与回避要求")
    emergency = area("应急联系人与措施")


class SeatForm(ActForm):
    person_id = forms.ChoiceField(label="人员")
    group = forms.ChoiceField(label="组别", choices=TeamGroup.choices)
    role = forms.ChoiceField(label="职务", choices=TeamRole.choices)
    until = forms.DateField(
        label="访问截止日",
        required=False,
        help_text="专家等只参加一段时间的填写；不填则随全组结束。",
    )
    reason = forms.CharField(label="提名理由", max_length=300, required=False)

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
    skills = forms.MultipleChoiceField(
        label="申请增派的专长",
        choices=Skill.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="需要增派人员时选择；批准后由联络员办公室 3 个工作日内提名、确认。",
    )
    people = forms.IntegerField(label="申请增派人数", required=False, min_value=1, max_value=20)


class PauseForm(ActForm):
    reason = area("暂停理由", max_length=500, min_length=10)


class ResumeForm(ActForm):
    reason = area("恢复的依据", max_length=500)


class LookBackForm(ActForm):
    item_id = forms.ChoiceField(label="原整改事项")
    verdict = forms.ChoiceField(label="核查结论", choices=LookBackVerdict.choices)
    text = area("核查情况", 4, max_length=400, min_length=10)
    due_on = forms.DateField(label="重新整改期限", required=False, help_text="整改到位的不填。")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        """Items of the engagement that is looked back at, less those found already."""
        found = rectification.items(
            actor=request.actor, now=request.now, engagement=record.look_back_of
        ).rows
        known = {f.item_id for f in record.findings}
        self.fields["item_id"].choices = [  # type: ignore[attr-defined]
            (f"{i.id}|{i.number} {i.title}"[:200], f"{i.number} {i.title}（{i.state_label}）")
            for i in found
            if i.id not in known
        ]


class MinutesForm(ActForm):
    consultation_id = forms.ChoiceField(label="信息会商")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["consultation_id"].choices = [  # type: ignore[attr-defined]
            (str(c.id), f"{c.held_on} {c.place}") for c in record.consultations
        ]


class CheckForm(ActForm):
    check_id = forms.ChoiceField(label="清单条目")
    evidence = area("落实情况和依据", 2, max_length=300)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["check_id"].choices = [  # type: ignore[attr-defined]
            (str(c.id), f"{c.phase_label} {c.code} {c.text}")
            for c in record.checks
            if c.passed_at is None
        ]


class CloseRoundForm(ActForm):
    result = area(
        "监督重点落实情况",
        6,
        min_length=20,
        help_text="逐项写明发现了什么、推动解决了什么。",
    )


class EvaluateForm(ActForm):
    effects = area("主要成效", 4, min_length=20, max_length=4000)
    problems = area("存在问题", 4, min_length=20, max_length=4000)
    internal = area("内部评估意见", 4, min_length=20, max_length=4000)
    third_party_name = forms.CharField(label="第三方评估机构", max_length=80)
    third_party = area(
        "第三方评估意见",
        4,
        min_length=20,
        max_length=4000,
        help_text="照录第三方评估机构的书面意见。",
    )
    measures = area("改进措施", 4, min_length=20, max_length=4000)


class RemoveObstacleForm(ActForm):
    how = area("打通的办法", max_length=300)


class ReportForm(ActForm):
    summary = area("报告摘要", 6, min_length=10)


class FeedbackForm(ActForm):
    feedback_on = forms.DateField(label="反馈日")


class ObstacleForm(ActForm):
    text = forms.CharField(label="堵点", max_length=300)
    between = forms.CharField(label="涉及单位", max_length=200)


class RoundDatesForm(ActForm):
    starts_on = forms.DateField(label="计划开始")
    ends_on = forms.DateField(label="计划结束")
    with_tasks = forms.BooleanField(
        label="未进驻的任务随之移动",
        required=False,
        initial=True,
        help_text="进驻日和驻点结束日按计划开始移动的天数移动，遇休息日提前。",
    )
    reason = area("改期理由", max_length=300)
