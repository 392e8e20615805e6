"""轮次改期: every pair of days a round ever had, why it changed, and who decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import DatesState
from lianxun.inspection.models.rounds import Round


class RoundDates(Labelled):
    """轮次改期: new days of a round. Of a draft the office sets them; of an approved round the body that approved
    it decides. The old days stay."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="date_changes")
    old_starts_on = models.DateField("原计划开始")
    old_ends_on = models.DateField("原计划结束")
    starts_on = models.DateField("改为计划开始")
    ends_on = models.DateField("改为计划结束")
    # Engagements that have not entered move by as many days as the round's first day.
    with_tasks = models.BooleanField("未进驻的任务随之移动")
    reason = models.CharField("改期理由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=DatesState.choices)
    matter = models.UUIDField("审批事项", null=True, blank=True)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField("决定日期", null=True, blank=True)
    effect = models.CharField("随之移动", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "轮次改期"
        verbose_name_plural = "轮次改期"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="round_dates_one_open",
                fields=["round"],
                condition=Q(state="proposed"),
                violation_error_message="该轮次的改期正在审批。",
            ),
            models.CheckConstraint(
                name="round_dates_end_after_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="round_dates_say_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="round_dates_change_something",
                condition=~Q(starts_on=F("old_starts_on")) | ~Q(ends_on=F("old_ends_on")),
            ),
            models.CheckConstraint(
                name="round_dates_decided_by_another",
                condition=Q(state="drafted", matter__isnull=True, decided_by__isnull=True)
                | Q(state="proposed", decided_by__isnull=True)
                | Q(state="refused", decided_on__isnull=False, decided_by__isnull=False)
                | Q(state="approved", decided_on__isnull=False, decided_by__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
                violation_error_message="轮次改期由提出人以外的人决定。",
            ),
        ]
