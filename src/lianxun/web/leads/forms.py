"""Forms of the leads room. The question that seals is asked on a page of its own, before any text."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.leads.enums import WAYS, Discipline, SealRule, Source
from lianxun.organisation.enums import UnitKind
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class SealForm(ActForm):
    seal_rule = forms.ChoiceField(
        label="该线索是否属于下列情形？",
        choices=SealRule.choices,
        widget=forms.RadioSelect,
        help_text="属于前三种情形的不得进入平台，请装入密封件直接报送；平台只记录规则、日期和经办单位。",
    )


class RegisterForm(ActForm):
    source = forms.ChoiceField(label="来源", choices=Source.choices)
    subject_org = forms.ChoiceField(label="被反映的单位")
    object_name = forms.CharField(label="被反映人", max_length=40, required=False)
    object_post = forms.CharField(label="被反映人职务", max_length=60, required=False)
    discipline = forms.ChoiceField(label="所涉纪律", choices=Discipline.choices)
    title = forms.CharField(label="主要问题", max_length=120, help_text="一句话，不写反映人。")
    summary = forms.CharField(
        label="问题摘要",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=10_000,
        help_text="时间、地点、人物、金额、经过。不要写反映人的姓名和联系方式，请填在下面的封存栏。",
    )
    named = forms.BooleanField(label="实名反映", required=False)
    reporter_name = forms.CharField(label="反映人姓名（封存）", max_length=40, required=False)
    reporter_contact = forms.CharField(label="联系方式（封存）", max_length=80, required=False)
    reporter_note = forms.CharField(
        label="其他身份信息（封存）",
        max_length=200,
        required=False,
        help_text="封存后只有身份保管员批准才能查看，移交单、检索、日志和导出中都不出现。",
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["subject_org"].choices = choices.units(UnitKind.INSPECTED, UnitKind.MEMBER)  # type: ignore[attr-defined]


class ScreenForm(ActForm):
    discipline = forms.ChoiceField(label="所涉纪律", choices=Discipline.choices)


class ReasonForm(ActForm):
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=300)


class StudyForm(ActForm):
    minutes = forms.CharField(
        label="集体研究意见", widget=forms.Textarea(attrs={"rows": 4}), max_length=500
    )


class TransferForm(ActForm):
    recipient_id = forms.ChoiceField(label="接收单位")
    grave = forms.BooleanField(label="重大线索，即时移交", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["recipient_id"].choices = choices.member_units()  # type: ignore[attr-defined]


class DisposeForm(ActForm):
    way = forms.ChoiceField(label="处置方式", choices=[(w.value, w.label) for w in WAYS])
    opinion = forms.CharField(
        label="处置意见和集体研究情况", widget=forms.Textarea(attrs={"rows": 4}), max_length=500
    )


class ResultForm(ActForm):
    result = forms.CharField(
        label="办理结果", widget=forms.Textarea(attrs={"rows": 5}), max_length=1000
    )


class PurposeForm(ActForm):
    purpose = forms.CharField(
        label="调阅用途", widget=forms.Textarea(attrs={"rows": 3}), min_length=10, max_length=300
    )
