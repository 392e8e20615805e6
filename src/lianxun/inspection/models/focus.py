"""What an engagement concentrates on, and which units take part in it: set before, adjusted during the work."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import ChangeState, FocusState, Implementation, MemberChangeKind
from lianxun.inspection.models.engagement import Engagement
from lianxun.inspection.models.preparing import Consultation
from lianxun.organisation.models import Unit


class Focus(Labelled):
    """协作重点: one line that a consultation set, or that was adjusted during the work with its reason (R-2.4.3-1)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="focuses")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, null=True, blank=True, related_name="focuses"
    )
    number = models.PositiveSmallIntegerField("序号")
    # One of the 四个落实; empty for a line outside of them.
    axis = models.CharField("四个落实", max_length=20, choices=Implementation.choices, blank=True)
    text = models.CharField("协作重点", max_length=200)
    source = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="来源单位"
    )
    reason = models.CharField("确定理由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=FocusState.choices)
    set_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    dropped_on = models.DateField("调出日期", null=True, blank=True)
    dropped_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dropped_because = models.CharField("调出理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "协作重点"
        verbose_name_plural = "协作重点"
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(name="focus_number_once", fields=["task", "number"]),
            models.CheckConstraint(
                name="focus_says_what_and_why",
                condition=~Q(text="") & ~Q(reason=""),
                violation_error_message="协作重点须写明内容和确定理由。",
            ),
            models.CheckConstraint(
                name="focus_dropped_says_why",
                condition=Q(state=FocusState.ACTIVE, dropped_on__isnull=True, dropped_because="")
                | Q(state=FocusState.DROPPED, dropped_on__isnull=False, dropped_by__isnull=False)
                & ~Q(dropped_because=""),
                violation_error_message="调出协作重点须写明理由。",
            ),
        ]


class MemberChange(Labelled):
    """参与单位调整: a unit joins or leaves the work on one engagement; the committee decides (R-4.1-5)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="member_changes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    change = models.CharField("调整", max_length=10, choices=MemberChangeKind.choices)
    since = models.DateField("起始日期")
    until = models.DateField("截止日期", null=True, blank=True)
    reason = models.CharField("调整理由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=ChangeState.choices)
    matter = models.UUIDField("审批事项", null=True, blank=True)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField("决定日期", null=True, blank=True)
    effect = models.CharField("随之调整", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "参与单位调整"
        verbose_name_plural = "参与单位调整"
        ordering = ["task", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="member_change_one_open",
                fields=["task", "unit"],
                condition=Q(state=ChangeState.PROPOSED),
                violation_error_message="该单位的调整正在审批。",
            ),
            models.CheckConstraint(name="member_change_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="member_change_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="member_change_decided_by_another",
                condition=Q(state=ChangeState.PROPOSED, decided_by__isnull=True)
                # Who asked may take it back, which ends it as refused; agreeing is another's.
                | Q(
                    state=ChangeState.REFUSED,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                )
                | Q(
                    state=ChangeState.APPROVED,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                )
                & ~Q(decided_by=F("proposed_by")),
                violation_error_message="参与单位的调整由提出人以外的人决定。",
            ),
        ]
