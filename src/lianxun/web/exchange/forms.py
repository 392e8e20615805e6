"""Forms of the exchange room."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.exchange.catalogue import data_class, is_known
from lianxun.exchange.enums import RefusalReason
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


def _area(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **more)


class DraftForm(ActForm):
    """The class comes by URL (chosen in the catalogue), so that its fields can be ticked here."""

    provider_id = forms.ChoiceField(label="提供单位")
    subject_org = forms.ChoiceField(label="涉及的被巡视单位")
    fields_wanted = forms.MultipleChoiceField(
        label="需要的字段（按最小必要）", widget=forms.CheckboxSelectMultiple
    )
    purpose = _area("用途", max_length=300)
    basis = _area("依据", max_length=300)
    scope = forms.CharField(label="范围说明", max_length=300, required=False)
    period_from = forms.DateField(label="数据起始")
    period_to = forms.DateField(label="数据截止")
    urgent = forms.BooleanField(label="紧急（24 小时内提供）", required=False)
    again_reason = forms.CharField(
        label="已有同类数据仍需再要的理由", max_length=200, required=False
    )

    def prepare(self, request: ActorRequest, code: Any) -> None:
        self.fields["provider_id"].choices = choices.units()  # type: ignore[attr-defined]
        self.fields["subject_org"].choices = choices.inspected_units()  # type: ignore[attr-defined]
        if is_known(code):
            self.fields["fields_wanted"].choices = [  # type: ignore[attr-defined]
                (f.name, f"{f.label_zh}") for t in data_class(code).tables for f in t.fields
            ]


class CheckForm(ActForm):
    passes = forms.TypedChoiceField(
        label="合规审核",
        choices=[("yes", "通过，发送提供单位"), ("no", "退回修改")],
        coerce=lambda v: v == "yes",
    )
    note = _area("意见（退回时填写）", required=False, max_length=500)


class ReasonForm(ActForm):
    reason = _area("理由", max_length=500)


class RefuseForm(ActForm):
    ground = forms.ChoiceField(label="不予提供的事由", choices=RefusalReason.choices)
    reason = _area("理由", max_length=500)


class OutcomeForm(ActForm):
    outcome = _area("协商结果", max_length=300)


class DeliverForm(ActForm):
    file = forms.FileField(
        label="数据文件",
        help_text="Excel、CSV 或 JSON；超过 20 万行请用 CSV。上传后立即给出质量报告。",
    )


class JudgeForm(ActForm):
    accepts = forms.TypedChoiceField(
        label="验收",
        choices=[("yes", "验收，投入使用"), ("no", "退回更正")],
        coerce=lambda v: v == "yes",
    )
    note = _area("意见（退回时写明需更正的内容）", required=False, max_length=300)
    expires_on = forms.DateField(label="使用期限", required=False)


class RecordForm(ActForm):
    record = _area("销毁或停用的方式和见证人", max_length=300)
