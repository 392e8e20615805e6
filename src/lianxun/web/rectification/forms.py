"""Forms of the rectification room."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.rectification.enums import (
    ItemType,
    ReopenCause,
    ReportKind,
    ReviewOpinion,
    UseKind,
    Verdict,
)
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


def _area(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **more)


class IssueForm(ActForm):
    title = forms.CharField(label="问题", max_length=300)
    detail = _area("问题表现", required=False)
    type = forms.ChoiceField(label="整改类型", choices=ItemType.choices)
    due_on = forms.DateField(label="完成期限")


class PlanForm(ActForm):
    lead_person = forms.CharField(label="责任领导", max_length=60)
    lead_unit = forms.CharField(label="责任部门", max_length=120)
    measures = _area("整改措施")
    standard = _area("完成标准")
    institution = _area("拟形成的制度", required=False)


class InviteForm(ActForm):
    units = forms.MultipleChoiceField(label="会同办理的单位", widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(label="会同办理截止")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["units"].choices = choices.member_units()[1:]  # type: ignore[attr-defined]


class ReviewForm(ActForm):
    opinion = forms.ChoiceField(label="审核意见", choices=ReviewOpinion.choices)
    text = _area("具体意见", required=False, max_length=500)


class DecideForm(ActForm):
    approves = forms.TypedChoiceField(
        label="归口意见",
        choices=[("yes", "方案通过"), ("no", "退回修改")],
        coerce=lambda v: v == "yes",
    )
    merged = _area("修改意见（退回时填写）", required=False, max_length=500)


class EvidenceForm(ActForm):
    title = forms.CharField(label="材料名称", max_length=200)
    file = forms.FileField(
        label="佐证材料", help_text="Word、Excel、PDF、OFD、图片、CSV、TXT，不超过 100 MB。"
    )


class SubmitForm(ActForm):
    progress = _area("整改情况")


class CheckForm(ActForm):
    verdict = forms.ChoiceField(label="核验结论", choices=Verdict.choices)
    finding = _area("核验情况", max_length=500)
    on_site = forms.BooleanField(label="已现场核验", required=False)
    new_due_on = forms.DateField(label="新的完成期限（退回时填写）", required=False)


class ReopenForm(ActForm):
    cause = forms.ChoiceField(label="起因", choices=ReopenCause.choices)
    text = _area("发现的情况", max_length=500)
    due_on = forms.DateField(label="新的完成期限")


class ExtendForm(ActForm):
    to = forms.DateField(label="申请延至")
    reason = _area("延期理由", max_length=500)


class SignForm(ActForm):
    signed_by = forms.CharField(
        label="签发人（主要负责人）", max_length=40, help_text="职务和姓名，如“董事长 周行远”。"
    )
    signed_on = forms.DateField(label="签发日期")


class ReportForm(ActForm):
    kind = forms.ChoiceField(label="报告类别", choices=ReportKind.choices)
    percent = forms.IntegerField(label="完成比例（%）", min_value=0, max_value=100)
    text = _area("进展情况", max_length=2000)
    obstacle = _area("困难和建议", required=False, max_length=2000)


class PressForm(ActForm):
    demand = _area("督办要求", max_length=2000)
    due_on = forms.DateField(label="答复期限")


class AnswerForm(ActForm):
    answer = _area("办理情况", max_length=2000)


class UseForm(ActForm):
    kind = forms.ChoiceField(label="成果类别", choices=UseKind.choices)
    recipient_id = forms.ChoiceField(label="运用单位")
    text = _area("成果内容", max_length=500)
    document = forms.CharField(label="文件或凭证", max_length=200)
    amount = forms.DecimalField(
        label="金额（元，追缴挽损填写）", max_digits=15, decimal_places=2, required=False
    )
    used_on = forms.DateField(label="日期")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["recipient_id"].choices = choices.units()  # type: ignore[attr-defined]


class BringForm(ActForm):
    supports = forms.TypedChoiceField(
        label="办理意见",
        choices=[("yes", "提请协调对接委员会审批"), ("no", "不同意，退回整改单位")],
        coerce=lambda v: v == "yes",
    )
    opinion = _area("理由", max_length=500)
