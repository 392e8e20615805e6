"""Forms of the exchange room."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.exchange.catalogue import data_class, is_known, needed_fields
from lianxun.exchange.enums import Answer, DeliveryState, RefusalReason
from lianxun.exchange.queries import providers
from lianxun.exchange.subjects import parts_of
from lianxun.inspection import queries as inspection
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest
from lianxun.web.templatetags.lx import cn_time


def _area(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **more)


class WishForm(ActForm):
    """What a request says; the class comes by URL (chosen in the catalogue), its fields are ticked here."""

    fields_wanted = forms.MultipleChoiceField(
        label="需要的字段（按最小必要）", widget=forms.CheckboxSelectMultiple
    )
    purpose = _area("用途", max_length=300)
    basis = _area("依据", max_length=300)
    scope = forms.CharField(label="范围说明", max_length=300, required=False)
    period_from = forms.DateField(label="数据起始")
    period_to = forms.DateField(label="数据截止")
    urgent = forms.BooleanField(label="紧急（24 小时内提供）", required=False)

    def offer(self, code: str) -> None:
        """The fields of a class, marked where they identify a row or must be filled."""
        self.fields["fields_wanted"].choices = [  # type: ignore[attr-defined]
            (f.name, f"{f.label_zh}{'（必备）' if f.key or f.required else ''}")
            for t in data_class(code).tables
            for f in t.fields
        ]


class DraftForm(WishForm):
    provider_id = forms.ChoiceField(label="提供单位")
    subject_org = forms.ChoiceField(label="涉及的被巡视单位")
    again_reason = forms.CharField(
        label="已有同类数据仍需再要的理由", max_length=200, required=False
    )
    field_order = ("provider_id", "subject_org", "fields_wanted")

    def prepare(self, request: ActorRequest, code: Any) -> None:
        self.fields["provider_id"].choices = choices.units()  # type: ignore[attr-defined]
        self.fields["subject_org"].choices = choices.inspected_units()  # type: ignore[attr-defined]
        if is_known(code):
            self.offer(code)
            self.initial.setdefault("provider_id", str(providers(code) or ""))
            self.initial.setdefault("fields_wanted", list(needed_fields(code)))


class ChangeForm(WishForm):
    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.offer(record.data_class)


class CheckForm(ActForm):
    passes = forms.TypedChoiceField(
        label="合规审核",
        choices=[("yes", "通过，发送提供单位"), ("no", "退回修改")],
        coerce=lambda v: v == "yes",
    )
    note = _area("意见（退回时填写）", required=False, max_length=2000)


class ReasonForm(ActForm):
    reason = _area("理由", max_length=2000)


class RefuseForm(ActForm):
    ground = forms.ChoiceField(label="不予提供的事由", choices=RefusalReason.choices)
    reason = _area("理由", max_length=2000)


class OutcomeForm(ActForm):
    outcome = _area("协商结果", max_length=2000)


class LadderForm(ActForm):
    result = forms.ChoiceField(
        label="协商结果",
        choices=[
            ("supply", "提供单位同意提供"),
            ("stands", "不予提供的理由成立，不再索取"),
            ("committee", "协商不成，提请协调对接委员会裁定"),
        ],
        widget=forms.RadioSelect,
    )
    outcome = _area("协商情况", max_length=2000)


_FILE_HELP = "Excel（.xlsx）、CSV 或 JSON，可压缩为 .zip（只放一个数据文件）；超过 20 万行请用 CSV。第一行为列名。"


class DeliverForm(ActForm):
    file = forms.FileField(label="数据文件", help_text=_FILE_HELP)
    declared_rows = forms.IntegerField(
        label="应有行数",
        min_value=0,
        required=False,
        help_text="填写后与文件核对，防止只传了一半；不含列名行。",
    )
    declared_sha256 = forms.CharField(
        label="文件摘要（SHA-256）",
        max_length=80,
        required=False,
        help_text="有则填写，与收到的文件核对。",
    )


class CorrectForm(DeliverForm):
    delivery_id = forms.ChoiceField(
        label="更正的那一份",
        required=False,
        help_text="只作废选中的这一份，其他各份继续使用。",
    )
    correction = _area("更正说明（更正了哪些行、列）", max_length=300)
    field_order = ("delivery_id", "correction", "file")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        """Which of several files in use is mended; where there is one, it is the one."""
        in_use = [d for d in record.deliveries if d.state == DeliveryState.ACCEPTED]
        named = [
            (str(d.id), f"{cn_time(d.created_at)}提供，{d.rows} 行，《{d.file_name}》")
            for d in reversed(in_use)
        ]
        several = len(named) > 1
        field = self.fields["delivery_id"]
        field.choices = [*choices.EMPTY, *named] if several else named  # type: ignore[attr-defined]
        field.required = several


class TryForm(ActForm):
    file = forms.FileField(label="数据文件", help_text=_FILE_HELP + "只检查，不保存，不算提供。")
    declared_rows = forms.IntegerField(label="应有行数", min_value=0, required=False)
    marked = forms.BooleanField(
        label="有问题时直接下载批注后的文件",
        required=False,
        help_text="还是您的那份文件，末尾多一列“校验结果”。",
    )


class JudgeForm(ActForm):
    accepts = forms.TypedChoiceField(
        label="验收",
        choices=[("yes", "验收，投入使用"), ("no", "退回更正")],
        coerce=lambda v: v == "yes",
    )
    note = _area("意见（退回时写明需更正的内容）", required=False, max_length=300)
    expires_on = forms.DateField(
        label="使用期限", required=False, help_text="验收时必填，一年以内；到期自动停止访问。"
    )


class RecordForm(ActForm):
    record = _area("销毁或停用的方式和见证人", max_length=2000)


class QuestionForm(ActForm):
    """One question: its own parts come with the class."""

    engagement = forms.ChoiceField(label="巡视任务")
    subject_org = forms.ChoiceField(label="涉及的被巡视单位")
    provider_id = forms.ChoiceField(label="核验单位")
    candidate_from = forms.CharField(
        label="候选来源", max_length=200, help_text="从哪份材料发现此人或企业，如“D14 中标名单”。"
    )
    necessity = _area("必要性（为什么非问不可）", max_length=300)
    purpose = _area("用途", max_length=300)
    basis = _area("依据", max_length=300)
    urgent = forms.BooleanField(label="紧急（24 小时内答复）", required=False)

    def prepare(self, request: ActorRequest, code: str) -> None:
        """Add the parts of the class; offer the engagements, organisations and units that may be."""
        for part in parts_of(code):
            self.add(part.key, forms.CharField(label=part.label, max_length=100))
            self.fields[part.key].widget.attrs["autocomplete"] = "off"
        self.order_fields([p.key for p in parts_of(code)])
        self.fields["provider_id"].choices = choices.units()  # type: ignore[attr-defined]
        self.fields["subject_org"].choices = choices.inspected_units()  # type: ignore[attr-defined]
        tasks = inspection.engagements(actor=request.actor, now=request.now).rows
        self.fields["engagement"].choices = [  # type: ignore[attr-defined]
            *choices.EMPTY,
            *((str(t.id), f"{t.number} {t.unit_name}") for t in tasks),
        ]
        self.initial.setdefault("provider_id", str(providers(code) or ""))


class ApproveForm(ActForm):
    passes = forms.TypedChoiceField(
        label="批准这一件核验",
        choices=[("yes", "批准，送核验单位"), ("no", "不批准")],
        coerce=lambda v: v == "yes",
    )
    note = _area("理由（不批准时填写）", required=False, max_length=500)


class AnswerForm(ActForm):
    answer = forms.ChoiceField(label="核验结果", choices=Answer.choices, widget=forms.RadioSelect)
    note = _area("说明（无法核实时填写；不写其他个人信息）", required=False, max_length=500)


class NoteForm(ActForm):
    note = _area("理由", max_length=500)


class KeyForm(ActForm):
    public_key = forms.CharField(
        label="公钥（64 位十六进制数）",
        max_length=120,
        help_text="在本单位的机器上运行 ./lianxun package-key 生成；私钥不上传。",
    )


class FingerprintForm(ActForm):
    fingerprint = forms.CharField(
        label="指纹", max_length=60, help_text="请持钥人在电话或当面念给您，不要从本页抄写。"
    )
