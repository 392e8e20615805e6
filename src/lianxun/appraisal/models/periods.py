"""A period, one sheet for each unit, its lines with the counted cases, objections and corrections."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.appraisal.enums import ObjectionState, PeriodState, SheetState
from lianxun.appraisal.models.schemes import Scheme
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit


def _person(word: str) -> models.ForeignKey[Account | None, Account | None]:
    return models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=word,
    )


class Period(Labelled):
    """考核期: a year (``quarter`` 0) or one of its quarters as the interim."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="periods", verbose_name="指标体系"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度", default=0)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束")
    state = models.CharField("状态", max_length=10, choices=PeriodState.choices)
    units = models.PositiveSmallIntegerField("单位数", default=0)
    calculated_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="核算人"
    )
    calculated_at = models.DateTimeField("核算时间")
    digest = models.CharField("事实摘要", max_length=64, blank=True, default="")
    review_until = models.DateField("复核截止", null=True, blank=True)
    signed_by = _person("审签人")
    signed_at = models.DateTimeField("审签时间", null=True, blank=True)
    answer = models.CharField("审签意见", max_length=500, blank=True, default="")
    docx = models.UUIDField("通报（Word）", null=True, blank=True)
    pdf = models.UUIDField("通报（PDF）", null=True, blank=True)

    class Meta:
        verbose_name = "考核期"
        verbose_name_plural = "考核期"
        ordering = ["-year", "-quarter", "-id"]
        constraints = [
            models.UniqueConstraint(name="period_once", fields=["owner_unit", "year", "quarter"]),
            models.CheckConstraint(
                name="period_quarter_is_one",
                condition=Q(quarter__gte=0, quarter__lte=4) & Q(ends_on__gt=F("starts_on")),
            ),
            models.CheckConstraint(
                name="period_shown_is_frozen",
                condition=Q(state="drafted") | ~Q(digest="") & Q(review_until__isnull=False),
            ),
            models.CheckConstraint(
                name="period_only_a_year_is_signed",
                condition=Q(quarter=0) | Q(state__in=["drafted", "shown", "decided"]),
                violation_error_message="季度核算只供通报，不审签、不公布。",
            ),
            models.CheckConstraint(
                name="period_signed_by_another",
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("calculated_by")),
                violation_error_message="考核结果由核算人以外的人审签。",
            ),
            models.CheckConstraint(
                name="period_signed_says_by_whom",
                condition=~Q(state__in=["signed", "published", "used"])
                | Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
        ]


class Sheet(Labelled):
    """单位考核表: what was counted for one unit. Served on the unit when it is shown; about the unit, so who
    has to step aside from it does not see it."""

    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="sheets", verbose_name="考核期"
    )
    # The unit reads its sheet and the scheme, not the period with all units.
    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="+", verbose_name="指标体系"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    title = models.CharField("名称", max_length=120)
    state = models.CharField("状态", max_length=10, choices=SheetState.choices)
    total = models.PositiveIntegerField("总分（百分之一分）", null=True, blank=True)
    share = models.PositiveSmallIntegerField("考核权重")
    grade = models.CharField("等次", max_length=20, blank=True, default="")
    vetoed = models.BooleanField("一票否决", default=False)
    digest = models.CharField("事实摘要", max_length=64, blank=True, default="")
    calculated_by = models.UUIDField("核算人")
    object_until = models.DateField("异议截止", null=True, blank=True)
    confirmed_by = _person("复核人")
    confirmed_at = models.DateTimeField("复核时间", null=True, blank=True)
    docx = models.UUIDField("考核表（Word）", null=True, blank=True)
    pdf = models.UUIDField("考核表（PDF）", null=True, blank=True)

    class Meta:
        verbose_name = "单位考核表"
        verbose_name_plural = "单位考核表"
        ordering = ["period_id", "unit_id"]
        indexes = [
            models.Index(fields=["owner_path", "created_at"], name="sheet_owner"),
            models.Index(fields=["addressee_path"], name="sheet_addressee"),
        ]
        constraints = [
            models.UniqueConstraint(name="sheet_once_per_unit", fields=["period", "unit"]),
            models.CheckConstraint(
                name="sheet_shown_is_served",
                condition=Q(state="drafted", addressee_unit__isnull=True)
                | ~Q(state="drafted")
                & Q(addressee_unit=F("unit_id"), object_until__isnull=False)
                & ~Q(digest=""),
            ),
            models.CheckConstraint(
                name="sheet_total_is_points", condition=Q(total__isnull=True) | Q(total__lte=10000)
            ),
        ]


class Line(Labelled):
    """考核表行: one indicator of one unit: the counted cases (ids, days), and what they come to."""

    sheet = models.ForeignKey(
        Sheet, on_delete=models.PROTECT, related_name="lines", verbose_name="考核表"
    )
    number = models.PositiveSmallIntegerField("序号")
    code = models.CharField("指标", max_length=10)
    weight = models.PositiveSmallIntegerField("权重")
    met = models.PositiveIntegerField("分子")
    due = models.PositiveIntegerField("分母")
    effective = models.PositiveIntegerField("计分权重（百分之一分）", null=True, blank=True)
    score = models.PositiveIntegerField("得分（百分之一分）", null=True, blank=True)
    cases = models.JSONField("计入的事项")
    treated = models.JSONField("裁定调整的事项", default=dict, blank=True)

    class Meta:
        verbose_name = "考核表行"
        verbose_name_plural = "考核表行"
        ordering = ["sheet_id", "number"]
        constraints = [
            models.UniqueConstraint(name="line_once_per_indicator", fields=["sheet", "code"]),
            models.CheckConstraint(name="line_met_of_due", condition=Q(met__lte=F("due"))),
            models.CheckConstraint(
                name="line_scored_whole",
                condition=Q(effective__isnull=True, score__isnull=True)
                | Q(effective__isnull=False, score__lte=F("effective")),
            ),
        ]


class Objection(Labelled):
    """复核异议: a unit says which line is wrong and why; somebody other than who calculated decides."""

    sheet = models.ForeignKey(
        Sheet, on_delete=models.PROTECT, related_name="objections", verbose_name="考核表"
    )
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, related_name="objections", verbose_name="考核表行"
    )
    reason = models.CharField("理由", max_length=500)
    cases = models.JSONField("所指事项", default=list, blank=True)
    state = models.CharField("状态", max_length=10, choices=ObjectionState.choices)
    filed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    calculated_by = models.UUIDField("核算人")
    finding = models.CharField("裁定理由", max_length=500, blank=True, default="")
    decided_by = _person("裁定人")
    decided_at = models.DateTimeField("裁定时间", null=True, blank=True)

    class Meta:
        verbose_name = "复核异议"
        verbose_name_plural = "复核异议"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="objection_one_open_per_line", fields=["line"], condition=Q(state="filed")
            ),
            models.CheckConstraint(
                name="objection_decided_says_why",
                condition=Q(state="filed")
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(finding=""),
            ),
            models.CheckConstraint(
                name="objection_decided_by_another",
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=F("calculated_by")) & ~Q(decided_by=F("filed_by")),
                violation_error_message="异议由核算人和提出人以外的人裁定。",
            ),
        ]


class Correction(Labelled):
    """更正记录: what an upheld objection changed, before and after; never rewritten."""

    sheet = models.ForeignKey(
        Sheet, on_delete=models.PROTECT, related_name="corrections", verbose_name="考核表"
    )
    objection = models.OneToOneField(
        Objection, on_delete=models.PROTECT, related_name="correction", verbose_name="异议"
    )
    code = models.CharField("指标", max_length=10)
    before = models.JSONField("更正前")
    after = models.JSONField("更正后")

    class Meta:
        verbose_name = "更正记录"
        verbose_name_plural = "更正记录"
        ordering = ["created_at", "id"]
