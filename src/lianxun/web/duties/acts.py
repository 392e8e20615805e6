"""What a person may do with a duty itself: extend it, hand it on, report a standing one as done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from lianxun.duties import operations, queries
from lianxun.duties.records import DutyDetail
from lianxun.fabric.paging import whole_list
from lianxun.kernel.problems import NotFound
from lianxun.organisation import queries as organisation
from lianxun.web.acts import Act, Undo, act_page
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class ExtendForm(ActForm):
    to = forms.DateField(label="延期至")
    reason = forms.CharField(
        label="延期理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReassignForm(ActForm):
    person_id = forms.ChoiceField(label="改由谁办理")

    def prepare(self, request: ActorRequest, record: DutyDetail) -> None:
        """Colleagues of the responsible unit."""
        with whole_list():
            found = organisation.people(
                actor=request.actor, now=request.now, unit_id=record.duty.responsible_unit
            )
        field = self.fields["person_id"]
        field.choices = [(str(p.id), f"{p.name}（{p.post}）") for p in found.rows]  # type: ignore[attr-defined]


class ReportForm(ActForm):
    note = forms.CharField(label="完成情况", max_length=200, help_text="一句话写明做了什么。")


def _who_had_it(before: DutyDetail, _form: ActForm, _result: Any) -> dict[str, str]:
    """Handing it back to whoever had it; a duty that nobody had goes back to nobody."""
    person = before.duty.responsible_person
    return {"person_id": str(person)} if person else {}


ACTS: dict[str, Act] = {
    "extend": Act(
        "批准延期",
        "批准延期",
        operations.extend_duty,
        ExtendForm,
        "只能延期一次，理由在内部公开；到期日遇休息日顺延。",
        "已延期。",
    ),
    "reassign": Act(
        "改派责任人",
        "改派",
        operations.reassign,
        ReassignForm,
        "到期日不变。",
        "已改派。",
        values=lambda request, _: {"person_id": request.GET.get("person_id", "")},
        undo=Undo("reassign", _who_had_it),
    ),
    "report": Act("报告完成", "报告完成", operations.report_done, ReportForm, done="已报告完成。"),
}


def act(request: ActorRequest, duty_id: UUID, name: str) -> HttpResponse:
    if name not in ACTS:
        raise NotFound

    def load(wanted: ActorRequest) -> DutyDetail:
        return queries.duty(actor=wanted.actor, now=wanted.now, duty_id=duty_id)

    def given(record: DutyDetail, form: ActForm) -> dict[str, Any]:
        values = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
        if "person_id" in values:
            values["person_id"] = UUID(values["person_id"])
        return {"duty_id": record.duty.id, **values}

    return act_page(
        request,
        ACTS[name],
        load=load,
        name=name,
        back=lambda record: reverse("duties:detail", args=[record.duty.id]),
        heading=lambda record: f"{record.duty.title}：{record.duty.object_title}",
        given=given,
    )
