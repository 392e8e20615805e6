"""Units and people, both with a history. A unit's ``path`` is its place in the tree, made of
fixed-width ids; labelled rows of all rooms carry copies of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.fabric.models import Row
from lianxun.organisation.enums import (
    ONCE_PER_REGION,
    AppointmentKind,
    PoolKind,
    RecusalKind,
    Skill,
    Tier,
    TrainingKind,
    TrainingMethod,
    UnitChange,
    UnitKind,
)


class Unit(Row):
    """单位: an organisation at one place of the tree. Names are known to everybody signed in."""

    code = models.CharField("单位编码", max_length=40, unique=True)
    name = models.CharField("单位名称", max_length=120)
    short_name = models.CharField("简称", max_length=40)
    pinyin = models.CharField("拼音", max_length=240, default="", blank=True)
    kind = models.CharField("单位类别", max_length=30, choices=UnitKind.choices)
    tier = models.CharField("层级", max_length=10, choices=Tier.choices)
    region = models.IntegerField("行政区划")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("路径", max_length=200, unique=True)
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="unit_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="停用日期不得早于启用日期。",
            ),
            models.CheckConstraint(
                name="unit_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="unit_with_a_successor_is_closed",
                condition=Q(successor__isnull=True) | Q(valid_to__isnull=False),
            ),
            models.UniqueConstraint(
                name="body_stands_once_in_its_region",
                fields=["region", "kind"],
                condition=Q(valid_to__isnull=True, kind__in=ONCE_PER_REGION),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitPeriod(Row):
    """单位沿革: how a unit was called and where it stood, from when to when, and under which document."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="periods")
    change = models.CharField("变动", max_length=10, choices=UnitChange.choices)
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=40)
    parent = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "单位沿革"
        verbose_name_plural = "单位沿革"
        ordering = ["unit", "valid_from", "created_at"]
        constraints = [
            models.UniqueConstraint(
                name="unit_has_one_current_period",
                fields=["unit"],
                condition=Q(valid_to__isnull=True),
            ),
            models.CheckConstraint(
                name="unit_period_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


class Person(Row):
    """人员: somebody who holds a post in a unit. Facts about people are business data."""

    # The staff number; spreadsheets are matched by it. Once in a unit: whoever keeps the unit sees everybody in it,
    # so that "taken" tells nobody of people he may not know.
    code = models.CharField("人员编号", max_length=40, null=True, blank=True)  # noqa: DJ001 - most have none
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=120, default="", blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="people", verbose_name="单位"
    )
    unit_path = models.CharField("单位路径", max_length=200)
    region = models.IntegerField("行政区划", default=0)
    post = models.CharField("职务", max_length=60)
    phone = models.CharField("办公电话", max_length=30, default="", blank=True)
    active = models.BooleanField("在岗", default=True)
    # Until when an appointment makes the name known to colleagues (row security reads it).
    contact_until = models.DateField("公开联系至", null=True, blank=True)

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["unit_path", "pinyin", "id"]
        constraints = [
            models.UniqueConstraint(name="person_code_once_in_unit", fields=["unit", "code"])
        ]
        indexes = [models.Index(fields=["code"], name="person_code")]

    def __str__(self) -> str:
        return self.name


class Post(Row):
    """职位: a place in a unit that somebody holds or nobody."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField("职位", max_length=60)
    leading = models.BooleanField("领导职位", default=False)
    seats = models.PositiveSmallIntegerField("职数", default=1)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "职位"
        verbose_name_plural = "职位"
        ordering = ["unit", "-leading", "title"]
        constraints = [
            models.UniqueConstraint(
                name="post_title_is_unique_in_its_unit",
                fields=["unit", "title"],
                condition=Q(valid_to__isnull=True),
            ),
            models.CheckConstraint(name="post_has_a_seat", condition=Q(seats__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title


class OfPerson(Row):
    """Rows about a person, with the columns that row security reads."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="%(class)ss")
    unit_path = models.CharField("单位路径", max_length=200, default="")
    region = models.IntegerField("行政区划", default=0)

    class Meta:
        abstract = True


class Appointment(OfPerson):
    """任职: what a person is for a unit or a body, between two dates. Never deleted, only ended."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    kind = models.CharField("任职类别", max_length=20, choices=AppointmentKind.choices)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, default="", blank=True)

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["unit", "kind", "valid_from", "id"]
        indexes = [models.Index(fields=["unit", "kind", "valid_to"], name="appointment_unit")]
        constraints = [
            models.UniqueConstraint(
                name="appointment_once_at_a_time",
                fields=["person", "unit", "kind"],
                condition=Q(valid_to__isnull=True),
            ),
            models.UniqueConstraint(
                name="unit_has_one_head",
                fields=["unit"],
                condition=Q(kind="head", valid_to__isnull=True),
            ),
            models.UniqueConstraint(
                name="unit_has_one_responsible_deputy",
                fields=["unit"],
                condition=Q(kind="responsible_deputy", valid_to__isnull=True),
            ),
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="任职结束日期不得早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.valid_from}"


class PoolEntry(OfPerson):
    """人才库: a person who may be drawn into a team, and for what."""

    kind = models.CharField("类别", max_length=10, choices=PoolKind.choices)
    skills = ArrayField(models.CharField(max_length=20, choices=Skill.choices), verbose_name="专长")
    senior_title = models.CharField("高级职称", max_length=40, default="", blank=True)
    years = models.PositiveSmallIntegerField("从业年限", default=0)
    available_from = models.DateField("可抽调自")
    available_to = models.DateField("可抽调至", null=True, blank=True)

    class Meta:
        verbose_name = "人才库"
        verbose_name_plural = "人才库"
        ordering = ["kind", "person"]
        constraints = [
            models.UniqueConstraint(
                name="pool_entry_once_per_kind",
                fields=["person", "kind"],
            ),
            models.CheckConstraint(
                name="pool_expert_has_a_senior_title",
                condition=~Q(kind="expert") | ~Q(senior_title=""),
                violation_error_message="专家库人员须填写高级职称。",
            ),
            models.CheckConstraint(
                name="pool_entry_has_a_skill",
                condition=Q(skills__len__gte=1),
                violation_error_message="请至少选择一项专长。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RecusalFact(OfPerson):
    """回避事实: what ties a person to an organisation. Others ever learn only 回避：是/否."""

    kind = models.CharField("关系", max_length=20, choices=RecusalKind.choices)
    organisation = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="相关单位",
    )
    organisation_name = models.CharField("单位或地方", max_length=120, default="", blank=True)
    place = models.IntegerField("地方代码", null=True, blank=True)
    relation = models.CharField("亲属关系", max_length=20, default="", blank=True)
    since = models.DateField("起", null=True, blank=True)
    until = models.DateField("止", null=True, blank=True)
    declared_on = models.DateField("申报日期", null=True, blank=True)

    class Meta:
        verbose_name = "回避事实"
        verbose_name_plural = "回避事实"
        ordering = ["person", "id"]
        constraints = [
            models.CheckConstraint(
                name="recusal_fact_in_order",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message="结束日期不得早于开始日期。",
            ),
            models.CheckConstraint(
                name="recusal_fact_names_something",
                condition=Q(organisation__isnull=False)
                | Q(place__isnull=False)
                | ~Q(organisation_name=""),
                violation_error_message="请写明单位或地方。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class TrainingRecord(OfPerson):
    """培训记录: that somebody took part; never a mark for appraisal."""

    kind = models.CharField("类别", max_length=10, choices=TrainingKind.choices)
    title = models.CharField("培训名称", max_length=80)
    held_on = models.DateField("日期")
    hours = models.PositiveSmallIntegerField("学时", default=0)
    methods = ArrayField(
        models.CharField(max_length=10, choices=TrainingMethod.choices),
        verbose_name="形式",
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = "培训记录"
        verbose_name_plural = "培训记录"
        ordering = ["-held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="training_once_per_person_and_day", fields=["person", "title", "held_on"]
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ImportBatch(Row):
    """导入批次: what a spreadsheet changed. The salt makes the commitments in the trace checkable."""

    kind = models.CharField("内容", max_length=20)
    account = models.UUIDField("导入人")
    unit_path = models.CharField("单位路径", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    salt = models.BinaryField("盐值")
    created = models.PositiveIntegerField("新增")
    updated = models.PositiveIntegerField("更新")
    unchanged = models.PositiveIntegerField("未变")
    refused = models.PositiveIntegerField("未导入")

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"
