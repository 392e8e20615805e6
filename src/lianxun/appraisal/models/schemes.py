"""The indicators of one year, frozen when the committee approved them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.appraisal.enums import SchemeState
from lianxun.fabric.models import Labelled


class Scheme(Labelled):
    """考核指标体系: what is counted in a year and what it weighs. A change is a new version, never an edit."""

    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版次")
    state = models.CharField("状态", max_length=12, choices=SchemeState.choices)
    share = models.PositiveSmallIntegerField("在单位年度考核中的权重")
    weights = models.JSONField("指标权重")
    body = models.JSONField("指标体系")
    # Every unit under the same party committee reads what it is measured by, once that is in force.
    audience_path = models.CharField("施行范围", max_length=200)
    note = models.CharField("起草说明", max_length=300, blank=True, default="")
    drafted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="起草人"
    )
    decided_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="批准人",
    )
    decided_at = models.DateTimeField("批准时间", null=True, blank=True)
    answer = models.CharField("审批意见", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "考核指标体系"
        verbose_name_plural = "考核指标体系"
        ordering = ["-year", "-version", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="scheme_version_is_unique", fields=["owner_unit", "year", "version"]
            ),
            models.UniqueConstraint(
                name="scheme_one_in_force",
                fields=["owner_unit", "year"],
                condition=Q(state="effective"),
            ),
            models.CheckConstraint(
                name="scheme_share_is_capped", condition=Q(share__gte=1, share__lte=25)
            ),
            models.CheckConstraint(
                name="scheme_in_force_was_decided",
                condition=~Q(state__in=["effective", "superseded"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="scheme_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by")),
                violation_error_message="指标体系由起草人以外的人批准。",
            ),
        ]
