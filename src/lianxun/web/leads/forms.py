"""Forms of the leads room. The question that seals is asked on a page of its own, before any text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from lianxun.advice import queries as advice
from lianxun.fabric.safefiles import ALLOWED_TEXT
from lianxun.inspection import queries as inspection
from lianxun.leads.enums import WAYS, Discipline, Outcome, SealRule, Source
from lianxun.leads.records import HandOver, LeadRecord
from lianxun.leads.rules import ways_from
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
    engagement_id = forms.ChoiceField(label="巡视任务", required=False)
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
        if not request.actor.engagements:
            del self.fields["engagement_id"]
            return
        mine = inspection.engagements(actor=request.actor, now=request.now).rows
        self.fields["engagement_id"].choices = [  # type: ignore[attr-defined]
            ("", "不属于某项任务"),
            *(
                (str(x.id), f"{x.number} {x.unit_name}")
                for x in mine
                if x.id in request.actor.engagements
            ),
        ]


class ScreenForm(ActForm):
    discipline = forms.ChoiceField(label="所涉纪律", choices=Discipline.choices)
    duplicate_of = forms.ChoiceField(
        label="与已登记线索重复",
        required=False,
        help_text="与研判建议的“相似件”是同一份，只列出您可以知悉的线索；只作关联，不合并、不删除。",
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        near = advice.similar_leads(actor=request.actor, now=request.now, lead_id=record.id)
        self.fields["duplicate_of"].choices = [  # type: ignore[attr-defined]
            ("", "不重复"),
            *(
                (str(x.id), f"{x.number} {x.title}（{x.relation}，相近 {x.percent}%）")
                for x in near
            ),
        ]
        self.fields["discipline"].initial = record.discipline


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


class HandOverForm(ActForm):
    """Ticks and receiving units of the Friday page, row by row; ``grave`` is for the whole hand-over."""

    grave = forms.BooleanField(label="重大线索，即时移交（特急）", required=False)

    def __init__(
        self,
        *args: Any,
        waiting: Sequence[LeadRecord],
        units: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.waiting, self.units = waiting, units

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = {key for key, _ in self.units if key}
        picked = ticks(self.data)
        if not picked:
            raise forms.ValidationError("请至少勾选一条线索。")
        numbers = {x.id: x.number for x in self.waiting}
        missing = [numbers.get(i, "—") for i, _ in picked if self._to(i) not in known]
        if missing:
            raise forms.ValidationError(f"请为勾选的线索选择接收单位：{'、'.join(missing)}。")
        return data

    def _to(self, lead: UUID) -> str:
        return str(self.data.get(f"to-{lead}", ""))

    def rows(self) -> list[tuple[LeadRecord, bool, str]]:
        """Every waiting lead, whether it is ticked, and the unit chosen for it."""
        ticked = {i for i, _ in ticks(self.data)} if self.is_bound else set()
        return [(x, x.id in ticked, self._to(x.id)) for x in self.waiting]

    def chosen(self) -> tuple[HandOver, ...]:
        """What was ticked, as it was read: a row that changed since is answered, not forgotten."""
        return tuple(
            HandOver(lead_id=i, revision=revision, recipient_id=UUID(self._to(i)))
            for i, revision in ticks(self.data)
        )


def ticks(data: Any) -> list[tuple[UUID, int]]:
    """Ticked rows ``id:revision`` of a page. What no page of ours sends is left out."""
    found = []
    for key in dict.fromkeys(data.getlist("row")):
        raw, _, revision = key.partition(":")
        try:
            found.append((UUID(raw), int(revision)))
        except ValueError:
            continue
    return found


class SignForm(ActForm):
    """Ticks of a batch page."""

    def chosen(self) -> tuple[tuple[UUID, int], ...]:
        return tuple(ticks(self.data))


class AttachForm(ActForm):
    file = forms.FileField(label="文件", help_text=f"{ALLOWED_TEXT}，不超过 100 MB。")
    title = forms.CharField(label="材料名称", max_length=120, help_text="不写反映人姓名。")


class SealFileForm(ActForm):
    file = forms.FileField(label="原件", help_text=f"{ALLOWED_TEXT}，不超过 20 MB。")


class DisposeForm(ActForm):
    way = forms.ChoiceField(label="处置方式", choices=[(w.value, w.label) for w in WAYS])
    opinion = forms.CharField(
        label="处置意见和集体研究情况", widget=forms.Textarea(attrs={"rows": 4}), max_length=500
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["way"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((w.value, w.label) for w in ways_from(record.state)),
        ]


class ResultForm(ActForm):
    outcome = forms.ChoiceField(
        label="查实情况",
        choices=[("", "请选择"), *Outcome.choices],
        help_text="不属实或无法查实的，线索即日退出检索，期满由两人审核销毁。",
    )
    result = forms.CharField(
        label="办理结果", widget=forms.Textarea(attrs={"rows": 5}), max_length=1000
    )


class PurposeForm(ActForm):
    purpose = forms.CharField(
        label="调阅用途", widget=forms.Textarea(attrs={"rows": 3}), min_length=10, max_length=300
    )
