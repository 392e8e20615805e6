"""Rounds and their checklist of political responsibility."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import CheckPhase, RoundState
from lianxun.organisation.enums import Tier


class Round(Labelled):
    """轮次: one campaign of a tier, with its stated focus (R-1.4.1)."""

    name = models.CharField("轮次名称", max_length=80)
    tier = models.CharField("层级", max_length=10, choices=Tier.choices)
    year = models.PositiveSmallIntegerField("年份")
    focus = models.TextField("监督重点")
    starts_on = models.DateField("计划开始")
    ends_on = models.DateField("计划结束")
    preset = models.CharField("节点方案", max_length=20, default="real-practice")
    state = models.CharField("状态", max_length=10, choices=RoundState.choices)
    definition_version = models.PositiveSmallIntegerField("清单版本", default=1)
    result = models.TextField("监督重点落实情况", blank=True, default="")
    closed_on = models.DateField("结束日期", null=True, blank=True)
    closed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "轮次"
        verbose_name_plural = "轮次"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="round_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="round_states_its_focus",
                condition=~Q(focus=""),
                violation_error_message="每一轮次必须写明监督重点。",
            ),
            models.CheckConstraint(
                name="round_closed_says_what_became_of_its_focus",
                condition=(
                    Q(state=RoundState.CLOSED, closed_on__isnull=False, closed_by__isnull=False)
                    & ~Q(result="")
                )
                | (~Q(state=RoundState.CLOSED) & Q(closed_on__isnull=True)),
                violation_error_message="结束轮次须写明监督重点落实情况。",
            ),
        ]


class RoundCheck(Labelled):
    """政治责任清单条目: one line of the checklist a round answers (凡协调必先问政治, R-5.3-2)."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="checks")
    code = models.CharField("条目编号", max_length=20)
    phase = models.CharField("环节", max_length=10, choices=CheckPhase.choices)
    text = models.CharField("检查内容", max_length=200)
    source = models.CharField("依据", max_length=120)
    passed_at = models.DateTimeField("落实时间", null=True, blank=True)
    passed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.CharField("落实情况", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "政治责任清单条目"
        verbose_name_plural = "政治责任清单条目"
        ordering = ["round", "code"]
        constraints = [
            models.UniqueConstraint(name="round_check_once", fields=["round", "code"]),
            models.CheckConstraint(
                name="round_check_passed_has_evidence",
                condition=Q(passed_at__isnull=True, passed_by__isnull=True)
                | (Q(passed_at__isnull=False, passed_by__isnull=False) & ~Q(evidence="")),
                violation_error_message="落实政治责任须写明依据。",
            ),
        ]
