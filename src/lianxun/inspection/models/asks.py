"""提请“回头看” (SM-7): what was asked for, about which items, and what the office or the leading group made of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import AskState
from lianxun.inspection.models.engagement import Engagement


class LookBackAsk(Labelled):
    """“回头看”提请: from the last rung of a joint supervision (R-4.2-7, R-5.4-5). It labels as the first
    engagement does; ``cause`` is the row of another room that asked, and asks once."""

    first = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="look_back_asks")
    cause_kind = models.CharField("提请来源", max_length=40)
    cause_id = models.UUIDField("来源对象")
    cause_number = models.CharField("来源编号", max_length=60)
    items = ArrayField(models.UUIDField(), verbose_name="须核查的整改事项")
    reason = models.CharField("提请理由", max_length=2000)
    asked_on = models.DateField("提请日期")
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=AskState.choices)
    task = models.OneToOneField(
        Engagement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="look_back_ask",
        verbose_name="“回头看”任务",
    )
    answer = models.CharField("答复", max_length=500, blank=True, default="")
    decided_on = models.DateField("答复日期", null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "“回头看”提请"
        verbose_name_plural = "“回头看”提请"
        ordering = ["-asked_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="look_back_ask_once_per_cause", fields=["cause_kind", "cause_id"]
            ),
            models.CheckConstraint(
                name="look_back_ask_says_why_and_what",
                condition=~Q(reason="") & Q(items__len__gte=1),
            ),
            models.CheckConstraint(
                name="look_back_ask_is_answered_whole",
                condition=Q(
                    state=AskState.PENDING,
                    task__isnull=True,
                    decided_on__isnull=True,
                    decided_by__isnull=True,
                    answer="",
                )
                | Q(
                    state=AskState.TAKEN,
                    task__isnull=False,
                    decided_on__isnull=False,
                    decided_by__isnull=False,
                )
                | (
                    Q(
                        state=AskState.DECLINED,
                        task__isnull=True,
                        decided_on__isnull=False,
                        decided_by__isnull=False,
                    )
                    & ~Q(answer="")
                    & ~Q(decided_by=F("asked_by"))
                ),
                violation_error_message="不予安排“回头看”的，由提请人以外的人写明理由。",
            ),
        ]
