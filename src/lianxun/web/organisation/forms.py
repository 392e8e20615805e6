"""Forms of the organisation room."""

from __future__ import annotations

from typing import Any

from django import forms

from lianxun.organisation.enums import (
    AppointmentKind,
    PoolKind,
    RecusalKind,
    Skill,
    TrainingKind,
    TrainingMethod,
    UnitKind,
)
from lianxun.organisation.queries.choices import people_of, posts_of
from lianxun.web import choices
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest

PICK = [("", "请选择")]


def _fill(form: ActForm, name: str, found: list[tuple[str, str]]) -> None:
    form.fields[name].choices = found  # type: ignore[attr-defined]


class UnitForm(ActForm):
    name = forms.CharField(label="单位名称", max_length=120)
    short_name = forms.CharField(
        label="简称", max_length=40, required=False, help_text="不填则同单位名称。"
    )
    code = forms.CharField(label="单位编码", max_length=40, help_text="全平台唯一，如 YL-SJJ。")
    kind = forms.ChoiceField(label="单位类别", choices=[*PICK, *UnitKind.choices])
    region = forms.IntegerField(
        label="行政区划代码",
        help_text="六位；省级后四位为 0，市级后两位为 0。",
        min_value=100000,
        max_value=999999,
    )
    parent_id = forms.ChoiceField(
        label="上级单位", required=False, help_text="不选则立为顶层单位。"
    )
    valid_from = forms.DateField(label="启用日期")
    basis = forms.CharField(label="设立依据", max_length=200, help_text="文号或会议。")

    def prepare(self, request: ActorRequest, record: Any) -> None:
        _fill(self, "parent_id", choices.units())


class RenameForm(ActForm):
    name = forms.CharField(label="新名称", max_length=120)
    short_name = forms.CharField(
        label="新简称", max_length=40, required=False, help_text="不填则同新名称。"
    )
    since = forms.DateField(label="生效日期", help_text="不晚于今天。")
    basis = forms.CharField(label="更名依据", max_length=200)


class MoveForm(ActForm):
    parent_id = forms.ChoiceField(label="新的上级单位")
    since = forms.DateField(label="生效日期", help_text="不晚于今天。")
    basis = forms.CharField(label="调整依据", max_length=200)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        own = str(record.unit.id)
        _fill(self, "parent_id", [c for c in choices.units() if c[0] != own])


class CloseForm(ActForm):
    last_day = forms.DateField(label="最后一天")
    basis = forms.CharField(label="撤销依据", max_length=200)
    successor_id = forms.ChoiceField(
        label="承接单位", required=False, help_text="并入其他单位的请选择，旧账由它接续。"
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        own = str(record.unit.id)
        _fill(self, "successor_id", [c for c in choices.units() if c[0] != own])


class PostForm(ActForm):
    title = forms.CharField(label="职位名称", max_length=60)
    leading = forms.BooleanField(label="领导职位", required=False)
    seats = forms.IntegerField(label="职数", min_value=1, max_value=200, initial=1)
    valid_from = forms.DateField(label="设立日期")


class PostChangeForm(ActForm):
    title = forms.CharField(label="职位名称", max_length=60)
    leading = forms.BooleanField(label="领导职位", required=False)
    seats = forms.IntegerField(label="职数", min_value=1, max_value=200)


class LastDayForm(ActForm):
    last_day = forms.DateField(label="最后一天")


class PersonForm(ActForm):
    unit_id = forms.ChoiceField(label="单位")
    name = forms.CharField(label="姓名", max_length=40)
    post = forms.CharField(label="职务", max_length=60)
    code = forms.CharField(
        label="人员编号", max_length=40, required=False, help_text="导入导出按编号识别。"
    )
    phone = forms.CharField(label="办公电话", max_length=30, required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        _fill(self, "unit_id", choices.units())


class PersonHereForm(ActForm):
    """At the unit's own page: the unit is known."""

    name = forms.CharField(label="姓名", max_length=40)
    post = forms.CharField(label="职务", max_length=60)
    code = forms.CharField(
        label="人员编号", max_length=40, required=False, help_text="导入导出按编号识别。"
    )
    phone = forms.CharField(label="办公电话", max_length=30, required=False)


class PersonChangeForm(PersonForm):
    active = forms.BooleanField(
        label="在岗",
        required=False,
        help_text="取消勾选即离岗：各项任职今天结束，不再可抽调。",
    )


class AppointHereForm(ActForm):
    """At the unit's own page: one of its people."""

    person_id = forms.ChoiceField(label="人员", help_text="其他单位的人员请在本人的页面任命。")
    kind = forms.ChoiceField(label="任职类别", choices=[*PICK, *AppointmentKind.choices])
    post_id = forms.ChoiceField(label="职位", required=False)
    valid_from = forms.DateField(label="自")
    valid_to = forms.DateField(label="至", required=False, help_text="不填为仍在任。")
    basis = forms.CharField(label="任职依据", max_length=200, required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        people = [(str(i), n) for i, n in people_of(record.unit.id)]
        posts = [(str(i), n) for i, n in posts_of(record.unit.id)]
        _fill(self, "person_id", [*PICK, *people])
        _fill(self, "post_id", [("", "不占职位"), *posts])


class AppointForm(ActForm):
    """At the person's page: to any unit of the area."""

    unit_id = forms.ChoiceField(label="任职单位")
    kind = forms.ChoiceField(label="任职类别", choices=[*PICK, *AppointmentKind.choices])
    valid_from = forms.DateField(label="自")
    valid_to = forms.DateField(label="至", required=False, help_text="不填为仍在任。")
    basis = forms.CharField(label="任职依据", max_length=200, required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        _fill(self, "unit_id", choices.units())


class EndForm(ActForm):
    last_day = forms.DateField(label="最后一天")
    vacant = forms.BooleanField(
        label="暂缺", required=False, help_text="联络员少于规定人数、一时无人接替时勾选。"
    )


class PoolForm(ActForm):
    kind = forms.ChoiceField(label="类别", choices=[*PICK, *PoolKind.choices])
    skills = forms.MultipleChoiceField(
        label="专长", choices=Skill.choices, widget=forms.CheckboxSelectMultiple
    )
    senior_title = forms.CharField(
        label="高级职称", max_length=40, required=False, help_text="专家必填。"
    )
    years = forms.IntegerField(label="从业年限", min_value=0, max_value=60, initial=0)
    available_from = forms.DateField(label="可抽调自")
    available_to = forms.DateField(label="可抽调至", required=False, help_text="不填为一直可以。")


class FactForm(ActForm):
    kind = forms.ChoiceField(label="情形", choices=[*PICK, *RecusalKind.choices])
    organisation_id = forms.ChoiceField(label="相关单位", required=False)
    organisation_name = forms.CharField(
        label="单位或地方",
        max_length=120,
        required=False,
        help_text="列表里没有的单位在此写名称。",
    )
    place = forms.IntegerField(
        label="地方代码",
        required=False,
        min_value=100000,
        max_value=999999,
        help_text="籍贯或成长地必填，六位行政区划代码。",
    )
    relation = forms.CharField(label="亲属关系", max_length=20, required=False)
    since = forms.DateField(label="起", required=False)
    until = forms.DateField(label="止", required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        _fill(self, "organisation_id", choices.units())


class TrainingForm(ActForm):
    kind = forms.ChoiceField(label="培训类别", choices=[*PICK, *TrainingKind.choices])
    title = forms.CharField(label="培训名称", max_length=80)
    held_on = forms.DateField(label="培训日期")
    hours = forms.IntegerField(label="学时", min_value=1, max_value=200)
    methods = forms.MultipleChoiceField(
        label="培训形式",
        choices=TrainingMethod.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一次培训可以有几种形式；一年内三种都应当有。",
    )
