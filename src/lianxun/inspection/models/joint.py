"""Joint inspection tasks (SM-4): one matter, a unit that answers, two leads of different units, a record of the work."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import JointEntryKind, JointState
from lianxun.inspection.models.engagement import Engagement
from lianxun.inspection.models.focus import Focus
from lianxun.inspection.models.papers import Paper
from lianxun.inspection.models.team import Seat
from lianxun.organisation.models import Unit

_LATE = [JointState.SUBMITTED, JointState.VERIFIED, JointState.CLOSED]


class JointTask(Labelled):
    """联合检查任务: assigned to a unit, served on it; lead and deputy come from different units (人员交叉任职)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="joint_tasks")
    number = models.CharField("编号", max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    focus = models.ForeignKey(
        Focus, on_delete=models.PROTECT, null=True, blank=True, related_name="joint_tasks"
    )
    title = models.CharField("任务", max_length=120)
    content = models.CharField("检查内容", max_length=500)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="承办单位"
    )
    unit_name = models.CharField("承办单位名称", max_length=120)
    lead = models.ForeignKey(
        Seat, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lead_name = models.CharField("牵头人", max_length=40, blank=True, default="")
    lead_home = models.UUIDField("牵头人单位", null=True, blank=True)
    deputy = models.ForeignKey(
        Seat, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    deputy_name = models.CharField("副牵头人", max_length=40, blank=True, default="")
    deputy_home = models.UUIDField("副牵头人单位", null=True, blank=True)
    due_on = models.DateField("完成期限")
    requests = ArrayField(models.UUIDField(), verbose_name="信息需求", default=list, blank=True)
    state = models.CharField("状态", max_length=12, choices=JointState.choices)
    planned_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField("签收时间", null=True, blank=True)
    result = models.CharField("检查结果", max_length=1000, blank=True, default="")
    submitted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_on = models.DateField("提交日期", null=True, blank=True)
    verified_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_on = models.DateField("核验日期", null=True, blank=True)
    finding = models.CharField("核验意见", max_length=300, blank=True, default="")
    remark = models.CharField("退回或改派理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "联合检查任务"
        verbose_name_plural = "联合检查任务"
        ordering = ["due_on", "number"]
        indexes = [models.Index(fields=["engagement", "state"], name="joint_task_engagement")]
        constraints = [
            models.CheckConstraint(
                name="joint_task_leads_of_different_units",
                condition=Q(state=JointState.PLANNED)
                | Q(lead__isnull=False, deputy__isnull=False) & ~Q(lead_home=F("deputy_home")),
                violation_error_message="牵头人和副牵头人须来自不同单位（人员交叉任职）。",
            ),
            models.CheckConstraint(
                name="joint_task_accepted_by_somebody",
                condition=Q(state__in=[JointState.PLANNED, JointState.ASSIGNED])
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="joint_task_submitted_says_what_was_found",
                condition=~Q(state__in=_LATE)
                | Q(submitted_by__isnull=False, submitted_on__isnull=False) & ~Q(result=""),
                violation_error_message="提交须写明检查结果。",
            ),
            models.CheckConstraint(
                name="joint_task_verified_by_another",
                condition=Q(
                    state__in=[JointState.VERIFIED, JointState.CLOSED],
                    verified_by__isnull=False,
                    verified_on__isnull=False,
                )
                & ~Q(verified_by=F("submitted_by"))
                | ~Q(state__in=[JointState.VERIFIED, JointState.CLOSED]),
                violation_error_message="检查结果由提交人以外的人核验。",
            ),
        ]


class JointEntry(Labelled):
    """任务记录: progress, a problem and its solution, or evidence, by the unit of whoever wrote it."""

    joint = models.ForeignKey(JointTask, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField("类别", max_length=10, choices=JointEntryKind.choices)
    text = models.CharField("内容", max_length=500)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("单位", max_length=120)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("记录人", max_length=40)
    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="joint_entries"
    )
    answers = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answered_by"
    )

    class Meta:
        verbose_name = "联合检查任务记录"
        verbose_name_plural = "联合检查任务记录"
        ordering = ["joint", "created_at", "id"]
        constraints = [
            models.CheckConstraint(name="joint_entry_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="joint_entry_solves_a_problem",
                condition=Q(kind=JointEntryKind.SOLVED, answers__isnull=False)
                | ~Q(kind=JointEntryKind.SOLVED) & Q(answers__isnull=True),
            ),
            models.UniqueConstraint(
                name="joint_entry_problem_solved_once",
                fields=["answers"],
                condition=Q(answers__isnull=False),
            ),
        ]
