"""Consultation, collaboration list, collaboration plan."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lianxun.fabric.models import Labelled
from lianxun.inspection.models.engagement import Engagement
from lianxun.organisation.models import Unit


class Consultation(Labelled):
    """会商: one meeting with its minutes (W02)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="consultations")
    held_on = models.DateField("召开日期")
    place = models.CharField("地点", max_length=80)
    units = ArrayField(models.UUIDField(), verbose_name="参加单位")
    minutes = models.TextField("纪要")

    class Meta:
        verbose_name = "信息会商"
        verbose_name_plural = "信息会商"
        ordering = ["task", "held_on", "id"]


class ListLine(Labelled):
    """协作清单条目: a risk point with its source, or a need: which class of data, from whom, by when."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="list_lines")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    # Which line of the focus it serves.
    focus = models.ForeignKey(
        "inspection.Focus", on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    risk = models.CharField("风险点", max_length=300, blank=True, default="")
    data_class = models.CharField("信息类别", max_length=6, blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    due_on = models.DateField("提供期限", null=True, blank=True)

    class Meta:
        verbose_name = "协作清单条目"
        verbose_name_plural = "协作清单条目"
        ordering = ["task", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="list_line_is_risk_or_need",
                condition=(~Q(risk="") & Q(data_class=""))
                | (Q(risk="") & ~Q(data_class="") & Q(due_on__isnull=False)),
            )
        ]


class Plan(Labelled):
    """协作方案 (W04): versioned; the approved version is the one in force."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField("版本")
    aim = models.TextField("目标")
    focus = models.TextField("重点（四个落实）")
    secrecy = models.TextField("保密与回避要求")
    emergency = models.TextField("应急联系人与措施")
    approved_on = models.DateField("批准日期", null=True, blank=True)

    class Meta:
        verbose_name = "协作方案"
        verbose_name_plural = "协作方案"
        ordering = ["task", "-version"]
        constraints = [
            models.UniqueConstraint(name="plan_version_once", fields=["task", "version"])
        ]
