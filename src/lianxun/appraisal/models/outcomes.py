"""What follows: proposals that a body or the head of a team decides, the list that is published, and the
quarterly reports of the units."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.appraisal.enums import Cause, OutcomeKind, OutcomeState
from lianxun.appraisal.models.periods import Period
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit


class Outcome(Labelled):
    """结果运用: proposed with facts, decided by a body (an interview: by the head of an inspection team).

    About a unit. A person is named in an award or a commendation only, by post or with consent.
    """

    kind = models.CharField("类别", max_length=10, choices=OutcomeKind.choices)
    cause = models.CharField("事由", max_length=14, choices=Cause.choices)
    cause_key = models.CharField("事实标识", max_length=60, blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    period = models.ForeignKey(
        Period,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name="考核期",
    )
    state = models.CharField("状态", max_length=10, choices=OutcomeState.choices)
    facts = models.CharField("事实", max_length=1000)
    person_post = models.CharField("受表扬人员职务", max_length=60, blank=True, default="")
    person_name = models.CharField("受表扬人员姓名", max_length=40, blank=True, default="")
    consented = models.BooleanField("本人同意写明姓名", default=False)
    body = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="决定机构",
    )
    proposed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    decided_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="决定人",
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    answer = models.CharField("决定理由", max_length=500, blank=True, default="")
    done_on = models.DateField("办理日期", null=True, blank=True)
    result = models.CharField("办理情况", max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = "结果运用"
        verbose_name_plural = "结果运用"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["owner_path", "state"], name="outcome_owner")]
        constraints = [
            models.UniqueConstraint(
                name="outcome_once_per_fact",
                fields=["kind", "unit", "cause_key"],
                condition=~Q(cause_key="") & ~Q(state="declined"),
            ),
            models.CheckConstraint(
                name="outcome_names_people_in_praise_only",
                condition=Q(kind__in=["award", "commend"]) | Q(person_post="", person_name=""),
                violation_error_message="人员只在表扬中写明，批评和问责只对单位。",
            ),
            models.CheckConstraint(
                name="outcome_names_with_consent",
                condition=Q(person_name="") | Q(consented=True),
                violation_error_message="写明姓名须经本人同意。",
            ),
            models.CheckConstraint(
                name="outcome_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="由提出人以外的人决定。",
            ),
            models.CheckConstraint(
                name="outcome_decided_says_by_whom",
                condition=~Q(state__in=["decided", "done"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outcome_done_says_how",
                condition=~Q(state="done") | Q(done_on__isnull=False) & ~Q(result=""),
            ),
        ]


class Ranking(Labelled):
    """公布结果: one unit of the published list, read by every unit under the same party committee."""

    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="rankings", verbose_name="考核期"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    title = models.CharField("名称", max_length=120)
    unit_name = models.CharField("单位名称", max_length=120)
    total = models.PositiveIntegerField("总分（百分之一分）", null=True, blank=True)
    grade = models.CharField("等次", max_length=20)
    audience_path = models.CharField("公布范围", max_length=200)

    class Meta:
        verbose_name = "公布结果"
        verbose_name_plural = "公布结果"
        ordering = ["period_id", F("total").desc(nulls_last=True), "unit_name", "id"]
        constraints = [
            models.UniqueConstraint(name="ranking_once_per_unit", fields=["period", "unit"]),
        ]


class QuarterReport(Labelled):
    """季度进展报告: what a unit did in a quarter, in its own words; meets its quarterly time limit."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    done = models.TextField("工作进展")
    problems = models.TextField("存在问题", blank=True, default="")
    plans = models.TextField("下步打算")
    reported_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="报告人"
    )
    reported_on = models.DateField("报告日期")
    due_on = models.DateField("应报日期", null=True, blank=True)

    class Meta:
        verbose_name = "季度进展报告"
        verbose_name_plural = "季度进展报告"
        ordering = ["-year", "-quarter", "unit_id"]
        constraints = [
            models.UniqueConstraint(name="quarter_report_once", fields=["unit", "year", "quarter"]),
            models.CheckConstraint(
                name="quarter_report_of_a_quarter", condition=Q(quarter__gte=1, quarter__lte=4)
            ),
            models.CheckConstraint(
                name="quarter_report_says_something", condition=~Q(done="") & ~Q(plans="")
            ),
        ]
