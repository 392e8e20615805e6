"""《整改协同方案》 (W20): which unit helps with what, by when, to which standard, and when the office looks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Person, Unit
from lianxun.rectification.enums import UNDER_WAY, ChangeState, PlanState, SupportKind, SupportState
from lianxun.rectification.models.items import Item

_IN_FORCE = [PlanState.APPROVED, PlanState.ENDED]
_OVER = [PlanState.ENDED, PlanState.DROPPED]


class SupportPlan(Labelled):
    """整改协同方案: drafted by the office about one engagement, approved by the committee, served on the inspected
    unit with the approval, not before (R-4.2-4, R-1.3.1-3)."""

    number = models.CharField("编号", max_length=60)
    aim = models.TextField("总体要求")
    state = models.CharField("状态", max_length=10, choices=PlanState.choices)
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField("批准日期", null=True, blank=True)
    remark = models.CharField("委员会意见", max_length=500, blank=True, default="")
    outcome = models.CharField("办结小结或撤销理由", max_length=1000, blank=True, default="")
    ended_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_on = models.DateField("办结或撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = "整改协同方案"
        verbose_name_plural = "整改协同方案"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["engagement", "state"])]
        constraints = [
            models.CheckConstraint(
                name="support_plan_approved_by_another",
                condition=Q(
                    state__in=_IN_FORCE, approved_by__isnull=False, approved_on__isnull=False
                )
                & ~Q(approved_by=F("drafted_by"))
                | ~Q(state__in=_IN_FORCE)
                & Q(approved_on__isnull=True, addressee_unit__isnull=True),
                violation_error_message="整改协同方案由起草人以外的人批准，批准后送达。",
            ),
            models.CheckConstraint(
                name="support_plan_over_says_how",
                condition=Q(state__in=_OVER, ended_by__isnull=False, ended_on__isnull=False)
                & ~Q(outcome="")
                | ~Q(state__in=_OVER) & Q(ended_by__isnull=True, ended_on__isnull=True, outcome=""),
                violation_error_message="办结须写明小结，撤销须写明理由。",
            ),
        ]


class Support(Labelled):
    """支援事项: one help of one unit; served on that unit, which need not see the plan or the item."""

    plan = models.ForeignKey(SupportPlan, on_delete=models.PROTECT, related_name="lines")
    plan_number = models.CharField("方案编号", max_length=60)
    number = models.PositiveSmallIntegerField("序号")
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, null=True, blank=True, related_name="supports"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="支援单位"
    )
    kind = models.CharField("支援方式", max_length=10, choices=SupportKind.choices)
    text = models.CharField("支援内容", max_length=500)
    amount = models.BigIntegerField("金额（分）", null=True, blank=True)
    due_on = models.DateField("完成期限")
    standard = models.CharField("完成标准", max_length=300)
    inspect_on = models.DateField("检查节点")
    state = models.CharField("状态", max_length=10, choices=SupportState.choices)
    answer = models.CharField("支援单位意见", max_length=300, blank=True, default="")
    answered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    result = models.CharField("完成情况", max_length=500, blank=True, default="")
    reported_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_on = models.DateField("报告日期", null=True, blank=True)
    finding = models.CharField("检查情况", max_length=500, blank=True, default="")
    checked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_on = models.DateField("检查日期", null=True, blank=True)
    withdrawn_because = models.CharField("撤出理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "整改支援事项"
        verbose_name_plural = "整改支援事项"
        # Not along the plan: who helps need not see it.
        ordering = ["plan_number", "number", "id"]
        constraints = [
            models.UniqueConstraint(name="support_number_once", fields=["plan", "number"]),
            models.CheckConstraint(
                name="support_says_what_and_how_well",
                condition=~Q(text="") & ~Q(standard="") & Q(inspect_on__gte=F("due_on")),
                violation_error_message="支援事项须写明内容和标准，检查节点不早于完成期限。",
            ),
            models.CheckConstraint(
                name="support_of_money_says_how_much",
                condition=Q(kind=SupportKind.FUNDS, amount__isnull=False, amount__gt=0)
                | ~Q(kind=SupportKind.FUNDS) & Q(amount__isnull=True),
                violation_error_message="资金支援须写明金额，其他支援不写金额。",
            ),
            models.CheckConstraint(
                name="support_declined_says_why",
                condition=~Q(state=SupportState.DECLINED)
                | ~Q(answer="") & Q(answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="support_reported_says_what_was_done",
                condition=~Q(state__in=[SupportState.REPORTED, SupportState.CLOSED])
                | Q(reported_by__isnull=False, reported_on__isnull=False) & ~Q(result=""),
            ),
            models.CheckConstraint(
                name="support_checked_by_another",
                condition=Q(
                    state=SupportState.CLOSED, checked_by__isnull=False, checked_on__isnull=False
                )
                & ~Q(checked_by=F("reported_by"))
                & ~Q(finding="")
                | ~Q(state=SupportState.CLOSED),
                violation_error_message="报告完成的人不能自己检查。",
            ),
            models.CheckConstraint(
                name="support_withdrawn_says_why",
                condition=~Q(state=SupportState.WITHDRAWN) | ~Q(withdrawn_because=""),
                violation_error_message="撤出方案须写明理由。",
            ),
        ]


class Helper(Labelled):
    """支援人员: who helps by a line of the kind 人员, named by the helping unit, free of ties to the inspected one."""

    support = models.ForeignKey(Support, on_delete=models.PROTECT, related_name="helpers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=60)
    named_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    named_on = models.DateField("指定日期")
    left_on = models.DateField("撤回日期", null=True, blank=True)

    class Meta:
        verbose_name = "支援人员"
        verbose_name_plural = "支援人员"
        ordering = ["named_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="helper_once_at_a_time",
                fields=["support", "person"],
                condition=Q(left_on__isnull=True),
            ),
            models.CheckConstraint(
                name="helper_has_a_name_and_days_in_order",
                condition=~Q(name="") & (Q(left_on__isnull=True) | Q(left_on__gte=F("named_on"))),
            ),
        ]


class SupportChange(Labelled):
    """支援事项变更: another day, standard or inspection point of running help, with the reason; both stay in the books."""

    support = models.ForeignKey(Support, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField("第几次变更")
    reason = models.CharField("变更理由", max_length=300)
    old_due_on = models.DateField("原完成期限")
    old_standard = models.CharField("原完成标准", max_length=300)
    old_inspect_on = models.DateField("原检查节点")
    due_on = models.DateField("完成期限")
    standard = models.CharField("完成标准", max_length=300)
    inspect_on = models.DateField("检查节点")
    state = models.CharField("状态", max_length=10, choices=ChangeState.choices)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    answer = models.CharField("支援单位意见", max_length=300, blank=True, default="")
    answered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_on = models.DateField("变更日期", null=True, blank=True)

    class Meta:
        verbose_name = "支援事项变更"
        verbose_name_plural = "支援事项变更"
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                name="support_change_number_once", fields=["support", "number"]
            ),
            models.UniqueConstraint(
                name="support_change_one_at_a_time",
                fields=["support"],
                condition=Q(state__in=UNDER_WAY),
            ),
            models.CheckConstraint(
                name="support_change_says_why_and_what",
                condition=~Q(reason="")
                & ~Q(standard="")
                & Q(inspect_on__gte=F("due_on"))
                & ~Q(
                    due_on=F("old_due_on"),
                    standard=F("old_standard"),
                    inspect_on=F("old_inspect_on"),
                ),
                violation_error_message="变更须写明理由，并改变期限、标准或检查节点。",
            ),
            models.CheckConstraint(
                name="support_change_agreed_by_another",
                condition=~Q(state__in=[ChangeState.AGREED, ChangeState.DONE])
                | Q(answered_by__isnull=False) & ~Q(answered_by=F("proposed_by")),
                violation_error_message="提出变更的人不能自己同意。",
            ),
            models.CheckConstraint(
                name="support_change_refused_says_why",
                condition=~Q(state=ChangeState.REFUSED)
                | Q(answered_by__isnull=False) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="support_change_done_has_a_day",
                condition=Q(state=ChangeState.DONE, done_on__isnull=False)
                | ~Q(state=ChangeState.DONE) & Q(done_on__isnull=True),
            ),
        ]
