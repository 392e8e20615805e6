"""The joint assessment of one engagement's rectification, and what each unit scored."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit
from lianxun.rectification.enums import AssessmentState


class Assessment(Labelled):
    """整改联合评估: units score blind, the office merges, the committee decides, the unit may object.

    About the inspected unit; served on it once the committee has decided. Points and grade stand here
    only then: until then they travel with the matter before the committee.
    """

    number = models.CharField("编号", max_length=60)
    scheme = models.CharField("评估办法", max_length=10)
    scheme_version = models.PositiveSmallIntegerField("办法版本")
    state = models.CharField("状态", max_length=10, choices=AssessmentState.choices)
    turn = models.PositiveSmallIntegerField("第几次评分", default=1)
    # The units asked, and for how many days in each turn: nobody else scores.
    asked = ArrayField(models.UUIDField(), default=list, verbose_name="评估单位")
    score_days = models.PositiveSmallIntegerField("评分天数", default=1)
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    # Why it begins although items are open (销号未完的逐项说明).
    open_reason = models.CharField("未完成情况说明", max_length=500, blank=True, default="")
    basis = models.JSONField("整改情况", default=dict)
    parts = models.JSONField("各项得分", default=list)
    total = models.DecimalField("总分", max_digits=4, decimal_places=1, null=True, blank=True)
    grade = models.CharField("等次", max_length=10, blank=True, default="")
    remark = models.CharField("否决或封顶", max_length=200, blank=True, default="")
    summary = models.CharField("评估意见", max_length=2000, blank=True, default="")
    merged_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned = models.CharField("委员会退回意见", max_length=500, blank=True, default="")
    served_on = models.DateField("送达日期", null=True, blank=True)
    object_until = models.DateField("异议截止", null=True, blank=True)
    objection = models.CharField("异议", max_length=2000, blank=True, default="")
    objected_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    objection_answer = models.CharField("异议答复", max_length=2000, blank=True, default="")
    final_on = models.DateField("生效日期", null=True, blank=True)

    class Meta:
        verbose_name = "整改评估"
        verbose_name_plural = "整改评估"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["engagement", "state"])]
        constraints = [
            models.UniqueConstraint(
                name="assessment_one_at_a_time",
                fields=["engagement"],
                condition=~Q(state="final"),
                violation_error_message="本任务的整改评估正在进行。",
            ),
            models.CheckConstraint(
                name="assessment_merged_is_whole",
                condition=Q(state__in=["scoring", "merged"])
                | (
                    Q(total__isnull=False, total__gte=0, total__lte=100, merged_by__isnull=False)
                    & ~Q(grade="")
                    & ~Q(summary="")
                ),
                violation_error_message="评估结论须有总分、等次和评估意见。",
            ),
            models.CheckConstraint(
                name="assessment_is_served_when_decided",
                condition=Q(state__in=["scoring", "merged"])
                | Q(
                    state__in=["served", "objected", "final"],
                    addressee_unit__isnull=False,
                    addressee_unit=F("subject_org"),
                    served_on__isnull=False,
                    object_until__isnull=False,
                ),
                violation_error_message="评估结论经委员会决定后才送达被巡视单位。",
            ),
            models.CheckConstraint(
                name="assessment_objection_is_whole",
                condition=~Q(state="objected") | (~Q(objection="") & Q(objected_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="assessment_final_has_a_date",
                condition=Q(state="final", final_on__isnull=False)
                | (~Q(state="final") & Q(final_on__isnull=True)),
            ),
        ]


class Score(Labelled):
    """评分: what one unit deducted in one turn, and why; blind to the other units and never changed."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("评估单位", max_length=60)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("评分人", max_length=40)
    turn = models.PositiveSmallIntegerField("第几次评分")
    deductions = models.JSONField("扣分")
    reasons = models.JSONField("扣分依据")

    class Meta:
        verbose_name = "整改评分"
        verbose_name_plural = "整改评分"
        ordering = ["assessment", "turn", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="score_once_for_each_unit",
                fields=["assessment", "unit", "turn"],
                violation_error_message="本单位已经评分。",
            )
        ]
