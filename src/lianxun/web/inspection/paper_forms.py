"""Forms of working papers."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.inspection.enums import (
    ANSWERS,
    CrossVerdict,
    Implementation,
)
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.inspection.forms import area, focus_choices
from lianxun.web.requests import ActorRequest


class PaperForm(ActForm):
    title = forms.CharField(label="问题", max_length=200)
    axis = forms.ChoiceField(label="四个落实", choices=Implementation.choices)
    course = area("查证经过", 5)
    basis = area("定性依据")
    responsible = forms.CharField(label="责任主体", max_length=120)
    immediate = forms.BooleanField(label="立行立改", required=False)
    focus_id = forms.ChoiceField(label="对应的协作重点", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        task = getattr(record, "task_id", record.id)
        found = focus_choices(request, task)
        kept = str(getattr(record, "focus_id", None) or "")
        if kept and kept not in dict(found):  # taken out of the focus meanwhile
            found.append((kept, f"{record.focus}（已调出）"))
        self.fields["focus_id"].choices = [("", "不对应"), *found]  # type: ignore[attr-defined]


class ReturnForm(ActForm):
    reason = area("退回理由", max_length=300)


class AskForm(ActForm):
    unit_id = forms.ChoiceField(label="印证单位")
    question = area(
        "需印证的事实",
        4,
        max_length=500,
        min_length=10,
        help_text="只写要对方核实的事实，不写定性和来源；对方看不到底稿。",
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        self.fields["unit_id"].choices = choices.member_units()  # type: ignore[attr-defined]


class AnswerForm(ActForm):
    answer = forms.ChoiceField(
        label="印证结论", choices=[(a.value, a.label) for a in ANSWERS], widget=forms.RadioSelect
    )
    statement = area("印证说明", max_length=500)


class CrossCheckForm(ActForm):
    verdict = forms.ChoiceField(
        label="核验结论", choices=CrossVerdict.choices, widget=forms.RadioSelect
    )
    text = area("核验情况", 4, min_length=10, max_length=500)
