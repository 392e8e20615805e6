"""Forms of the documents room."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.documents import queries
from lianxun.documents.enums import CopyState, LineState, PrintPurpose
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


def _area(label: str, *, most: int, help_text: str = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReviewForm(ActForm):
    keep = forms.MultipleChoiceField(
        label="留存的条目",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不勾选的拟销毁；勾选的留存，一年后再次列入。",
    )
    keep_reason = _area("留存理由", most=200, required=False, help_text="有勾选时必填。")
    opinion = _area("审核意见", most=300, help_text="写明依据和核对情况，印入销毁清册。")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (str(line.id), f"{line.number}{'（有法律保全，应留存）' if line.held else ''}")
            for line in record.lines
            if line.state == LineState.LISTED
        ]
        if self.fields["keep"].choices and not self.is_bound:  # type: ignore[attr-defined]
            self.initial["keep"] = [str(line.id) for line in record.lines if line.held]


class ReasonForm(ActForm):
    reason = _area("理由", most=300)


class RefusalForm(ActForm):
    reason = _area("不予打印的理由", most=200)


class HoldForm(ActForm):
    basis = forms.CharField(label="依据", max_length=120, help_text="文号或案件编号，不写人名。")
    reason = _area("保全理由", most=300, help_text="保全期间任何人不能销毁。")


class PrintForm(ActForm):
    copies = forms.IntegerField(label="份数", min_value=1, max_value=200, initial=1)
    purpose = forms.ChoiceField(label="打印用途", choices=[("", "请选择"), *PrintPurpose.choices])


class SettleForm(ActForm):
    copies = forms.MultipleChoiceField(label="份号", widget=forms.CheckboxSelectMultiple)
    to = forms.ChoiceField(
        label="去向",
        choices=[
            ("", "请选择"),
            *((c.value, c.label) for c in CopyState if c != CopyState.OUT),
        ],
    )
    witness_id = forms.ChoiceField(
        label="监销人", required=False, help_text="销毁纸质文件须由本单位两人在场。"
    )
    remark = _area("说明", most=200, required=False, help_text="下落不明的必填。")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["copies"].choices = [  # type: ignore[attr-defined]
            (str(sheet.serial), f"第 {sheet.serial} 份（{sheet.state_label}）")
            for sheet in record.sheets
            if sheet.open
        ]
        self.fields["witness_id"].choices = [  # type: ignore[attr-defined]
            ("", "不销毁的不选"),
            *queries.witnesses(actor=request.actor),
        ]
