"""Forms of meetings. Which units, items and people there are, the page tells each form (``prepare``)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from lianxun.coordination.enums import Attendance, MeetingKind, Stance
from lianxun.coordination.records import MeetingRecord, RoomRecord
from lianxun.fabric.models import Level
from lianxun.organisation.enums import UnitKind
from lianxun.web import choices
from lianxun.web.forms import ActForm, area
from lianxun.web.requests import ActorRequest

LEVELS = [(v, name) for v, name in Level.choices if v < Level.CORE]
OPEN_KINDS = [(k.value, k.label) for k in (MeetingKind.REGULAR, MeetingKind.JOINT)]


def _invitable() -> list[tuple[str, str]]:
    """Who may be asked to come: members, offices, bodies; never an inspected organisation."""
    kinds = [k for k in UnitKind.values if k not in (UnitKind.INSPECTED, UnitKind.GOVERNMENT)]
    return [pair for pair in choices.units(*kinds) if pair[0]]


class ConveneForm(ActForm):
    body_id = forms.TypedChoiceField(label="召集机构", coerce=UUID)
    kind = forms.ChoiceField(
        label="会议类别",
        choices=OPEN_KINDS,
        help_text="“定期会商”的纪要确认后，本机构当季的会议时限随之办结。",
    )
    title = forms.CharField(label="会议名称", max_length=120)
    planned_on = forms.DateField(label="召开日期")
    begins = forms.TimeField(
        label="开始时间",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "“开始时间”应为时刻，如 09:30。"},
    )
    place = forms.CharField(label="地点", max_length=80)
    topics = area(
        "议题",
        required=False,
        max_length=6000,
        help_text="每行一项。涉及被巡视单位的议题请在会议建立后用“增加议题”单独添加。",
    )
    units = forms.TypedMultipleChoiceField(
        label="参会单位",
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="召集机构和联络员办公室不用勾选。已按机构成员的单位预选。",
    )
    level = forms.TypedChoiceField(label="级别", choices=LEVELS, coerce=int, initial=Level.INTERNAL)

    def offer(self, room: RoomRecord) -> None:
        units = _invitable()
        self.fields["body_id"].choices = [("", "请选择"), *((str(i), n) for i, n in room.bodies)]  # type: ignore[attr-defined]
        self.fields["units"].choices = units  # type: ignore[attr-defined]
        self.fields["units"].initial = [i for i, _ in units if UUID(i) in room.members]

    def clean_topics(self) -> list[str]:
        return [line for line in self.cleaned_data["topics"].splitlines() if line.strip()]


class InquiryForm(ActForm):
    body_id = forms.TypedChoiceField(label="召集机构", coerce=UUID)
    title = forms.CharField(
        label="会议名称", max_length=120, help_text="提醒里只出现会议，不出现所议事项。"
    )
    question = area("要研判的问题", max_length=200)
    planned_on = forms.DateField(label="召开日期")
    place = forms.CharField(label="地点", max_length=80)
    units = forms.TypedMultipleChoiceField(
        label="参加单位",
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        help_text="只能邀请本来就能知悉该事项的单位；邀请不扩大知悉范围。",
    )

    def offer(self, room: RoomRecord) -> None:
        self.fields["body_id"].choices = [("", "请选择"), *((str(i), n) for i, n in room.bodies)]  # type: ignore[attr-defined]
        self.fields["units"].choices = _invitable()  # type: ignore[attr-defined]


class OpinionForm(ActForm):
    stance = forms.ChoiceField(label="态度", choices=[("", "请选择"), *Stance.choices])
    text = area("研判意见和依据", max_length=1000)


class InviteForm(ActForm):
    units = forms.TypedMultipleChoiceField(
        label="参会单位", coerce=UUID, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self, request: ActorRequest, meeting: MeetingRecord) -> None:
        known = {str(i.unit_id) for i in meeting.invitations} | {str(meeting.body_id)}
        self.fields["units"].choices = [p for p in _invitable() if p[0] not in known]  # type: ignore[attr-defined]


class ItemForm(ActForm):
    topic = forms.CharField(label="议题", max_length=200)
    subject_id = forms.TypedChoiceField(
        label="所涉被巡视单位",
        coerce=UUID,
        empty_value=None,
        required=False,
        help_text="选择后，该单位和须回避的人看不到这一议题、纪要和议定事项。",
    )
    level = forms.TypedChoiceField(label="级别", choices=LEVELS, coerce=int)

    def prepare(self, request: ActorRequest, meeting: MeetingRecord) -> None:
        subjects = [("", "不涉及"), *(p for p in choices.inspected_units() if p[0])]
        self.fields["subject_id"].choices = subjects  # type: ignore[attr-defined]
        self.fields["level"].choices = [p for p in LEVELS if p[0] >= meeting.level]  # type: ignore[attr-defined]


class ReasonForm(ActForm):
    reason = area("理由", max_length=300)


class RecordForm(ActForm):
    """One block for each unit that was asked to come, one text for each item of the agenda."""

    held_on = forms.DateField(label="召开日期")

    def prepare(self, request: ActorRequest, meeting: MeetingRecord) -> None:
        today = timezone.localdate(request.now)
        self.fields["held_on"].initial = meeting.held_on or min(meeting.planned_on, today)
        for item in meeting.agenda:
            label = f"议题 {item.number} 纪要：{item.topic}"
            field = area(label, max_length=5000, initial=item.minutes)
            self.add(f"minutes_{item.id}", field)
        if meeting.about_id is not None:
            self.add("outcome", area("研判结论", max_length=5000, initial=meeting.outcome))
        for row in meeting.invitations:
            self.add(
                f"attendance_{row.id}",
                forms.ChoiceField(
                    label=f"{row.unit_name}出席情况",
                    choices=[("", "请选择"), *Attendance.choices],
                    initial=row.attendance,
                ),
            )
            self.add(
                f"people_{row.id}",
                forms.CharField(
                    label=f"{row.unit_name}参会人员（请假写原因）",
                    max_length=200,
                    required=False,
                    initial=row.people,
                ),
            )

    def given(self, meeting: MeetingRecord) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "held_on": values["held_on"],
            "outcome": values.get("outcome", ""),
            "minutes": {i.id: values[f"minutes_{i.id}"] for i in meeting.agenda},
            "attendance": {
                i.id: (values[f"attendance_{i.id}"], values[f"people_{i.id}"])
                for i in meeting.invitations
            },
        }


class DecisionForm(ActForm):
    item_id = forms.TypedChoiceField(label="议题", coerce=UUID)
    text = area("议定事项", max_length=300)
    unit_id = forms.TypedChoiceField(label="责任单位", coerce=UUID)
    due_on = forms.DateField(label="完成期限")

    def prepare(self, request: ActorRequest, meeting: MeetingRecord) -> None:
        units = [(str(meeting.body_id), meeting.body_name)]
        units += [(str(i.unit_id), i.unit_name) for i in meeting.invitations]
        items = [(str(i.id), f"{i.number}. {i.topic}") for i in meeting.agenda]
        self.fields["item_id"].choices = [("", "请选择"), *items]  # type: ignore[attr-defined]
        self.fields["unit_id"].choices = [("", "请选择"), *units]  # type: ignore[attr-defined]


class ReportForm(ActForm):
    report = area("完成情况", max_length=500)


class CheckForm(ActForm):
    accepts = forms.TypedChoiceField(
        label="核验结论",
        choices=[("", "请选择"), ("yes", "已完成"), ("no", "退回，继续办理")],
        coerce=lambda v: v == "yes",
    )
    finding = area("核验意见（退回必填）", max_length=300, required=False)
