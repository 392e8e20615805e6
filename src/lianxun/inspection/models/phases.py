"""The programme of a round: goals of its four phases and the preparation list, struck off item by item."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import Force, PhaseTaskState, RoundPhase
from lianxun.inspection.models.rounds import Round
from lianxun.organisation.models import Unit


class PhaseTask(Labelled):
    """阶段任务: a goal of a phase or an item of the 《筹备工作清单》; served on the unit that answers for it.

    ``round_name`` repeats the round's name: the unit that answers need not see the round.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="phase_tasks")
    round_name = models.CharField("轮次名称", max_length=80)
    phase = models.CharField("阶段", max_length=10, choices=RoundPhase.choices)
    code = models.CharField("编号", max_length=8)
    goal = models.BooleanField("阶段目标", default=False)
    title = models.CharField("任务", max_length=200)
    force = models.CharField("承担力量", max_length=14, choices=Force.choices)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="责任单位"
    )
    due_on = models.DateField("完成期限")
    basis = models.CharField("期限依据", max_length=120)
    state = models.CharField("状态", max_length=10, choices=PhaseTaskState.choices)
    result = models.CharField("完成情况", max_length=500, blank=True, default="")
    reported_on = models.DateField("报告日期", null=True, blank=True)
    reported_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_on = models.DateField("销号日期", null=True, blank=True)
    closed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.CharField("退回或撤销理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "阶段任务"
        verbose_name_plural = "阶段任务"
        ordering = ["due_on", "code", "id"]
        constraints = [
            models.UniqueConstraint(name="phase_task_number_once", fields=["round", "code"]),
            models.CheckConstraint(
                name="phase_task_reported_says_what_was_done",
                condition=Q(state__in=[PhaseTaskState.OPEN, PhaseTaskState.WITHDRAWN])
                | (~Q(result="") & Q(reported_on__isnull=False, reported_by__isnull=False)),
                violation_error_message="报告完成须写明完成情况。",
            ),
            models.CheckConstraint(
                name="phase_task_struck_off_by_another",
                condition=Q(
                    state=PhaseTaskState.CLOSED, closed_on__isnull=False, closed_by__isnull=False
                )
                & ~Q(closed_by=F("reported_by"))
                | ~Q(state=PhaseTaskState.CLOSED) & Q(closed_on__isnull=True),
                violation_error_message="报告完成的人不能自己销号。",
            ),
            models.CheckConstraint(
                name="phase_task_withdrawn_says_why",
                condition=~Q(state=PhaseTaskState.WITHDRAWN) | ~Q(remark=""),
                violation_error_message="撤销任务须写明理由。",
            ),
        ]
