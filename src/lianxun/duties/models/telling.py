"""What people are told of duties: letters, notices, the daily dispatch, answers of units."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lianxun.duties.enums import (
    DispatchGroup,
    DispatchState,
    LineState,
    NoticeCode,
    Step,
)
from lianxun.duties.models.clocks import Duty, OfObject
from lianxun.fabric.models import Labelled, Row
from lianxun.kernel.clock import Light
from lianxun.organisation.enums import AppointmentKind


class Letter(OfObject):
    """预警函: one step of the ladder about one duty. One letter per step, whoever ticks how often."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="letters")
    step = models.CharField("级别", max_length=6, choices=Step.choices)
    due_on = models.DateField("针对的到期日")
    number = models.CharField("文号", max_length=40)
    issued_on = models.DateField("发出日期")
    to_unit = models.UUIDField("发往单位")
    to_roles = models.CharField("发往角色", max_length=80)
    acknowledged_on = models.DateField("签收日期", null=True, blank=True)
    acknowledged_by = models.UUIDField("签收人", null=True, blank=True)
    docx = models.UUIDField("公文（Word）", null=True, blank=True)
    pdf = models.UUIDField("公文（PDF）", null=True, blank=True)

    class Meta:
        verbose_name = "预警函"
        verbose_name_plural = "预警函"
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="letter_once_per_step_and_due_day", fields=["duty", "step", "due_on"]
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Notice(Row):
    """站内提醒: a pointer for one account. It carries no content: the reader's own rights show it."""

    account = models.UUIDField("收件人")
    code = models.CharField("类别", max_length=30, choices=NoticeCode.choices)
    object_kind = models.CharField("对象类别", max_length=40)
    object_id = models.UUIDField("对象")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        verbose_name = "站内提醒"
        verbose_name_plural = "站内提醒"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["account", "read_at"], name="notice_account")]
        constraints = [
            models.UniqueConstraint(
                name="notice_unread_once_per_cause",
                fields=["account", "code", "object_kind", "object_id"],
                condition=Q(read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Dispatch(OfObject):
    """日调度: what the office decided about one engagement on one working day (R-7.2-2)."""

    object_id = models.UUIDField("对象")
    object_title = models.CharField("对象名称", max_length=200)
    on_date = models.DateField("调度日期")
    state = models.CharField("状态", max_length=10, choices=DispatchState.choices)
    words = models.CharField("当日小结", max_length=500, blank=True, default="")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    closed_by = models.UUIDField("办结人", null=True, blank=True)

    class Meta:
        verbose_name = "日调度"
        verbose_name_plural = "日调度"
        ordering = ["-on_date", "id"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_once_per_day", fields=["object_kind", "object_id", "on_date"]
            ),
            models.CheckConstraint(
                name="dispatch_closed_by_somebody",
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | Q(state="open", closed_at__isnull=True, closed_by__isnull=True),
            ),
        ]


class DispatchLine(OfObject):
    """调度事项: one clock on the day's list, its light as it was, and what was decided about it.

    Until it is sent it is the office's; then it is served on the unit that got the instruction.
    """

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="lines")
    on_date = models.DateField("调度日期")
    duty = models.UUIDField("时限事项")
    group = models.CharField("类别", max_length=10, choices=DispatchGroup.choices)
    title = models.CharField("时限名称", max_length=60)
    object_title = models.CharField("事项名称", max_length=200)
    owed_by = models.UUIDField("责任单位")
    owed_by_name = models.CharField("责任单位名称", max_length=120)
    due_on = models.DateField("到期日")
    light = models.CharField(
        "调度时的灯", max_length=10, choices=[(x.value, x.word) for x in Light]
    )
    # 节点倒逼: a red node cannot be passed over.
    forced = models.BooleanField("必须下达", default=False)
    state = models.CharField("状态", max_length=10, choices=LineState.choices)
    unit = models.UUIDField("承办单位", null=True, blank=True)
    unit_name = models.CharField("承办单位名称", max_length=120, blank=True, default="")
    instruction = models.CharField("调度要求", max_length=300, blank=True, default="")
    by_day = models.DateField("办理期限", null=True, blank=True)
    reason = models.CharField("不需办理的理由", max_length=300, blank=True, default="")
    decided_by = models.UUIDField("安排人", null=True, blank=True)
    taken_on = models.DateField("签收日期", null=True, blank=True)
    taken_by = models.UUIDField("签收人", null=True, blank=True)
    result = models.CharField("办理结果", max_length=500, blank=True, default="")
    done_on = models.DateField("回复日期", null=True, blank=True)
    done_by = models.UUIDField("回复人", null=True, blank=True)

    class Meta:
        verbose_name = "调度事项"
        verbose_name_plural = "调度事项"
        ordering = ["on_date", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(name="dispatch_line_once", fields=["dispatch", "duty"]),
            models.CheckConstraint(
                name="dispatch_red_node_is_instructed",
                condition=Q(forced=False) | ~Q(state="waived"),
                violation_error_message="红灯节点必须下达调度要求。",
            ),
            models.CheckConstraint(
                name="dispatch_waived_says_why",
                condition=~Q(state="waived") | (~Q(reason="") & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="dispatch_instruction_is_whole",
                condition=Q(state__in=["pending", "waived"])
                | (
                    ~Q(instruction="")
                    & Q(unit__isnull=False, by_day__isnull=False, decided_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="dispatch_answer_says_what_was_done",
                condition=~Q(state="done")
                | (~Q(result="") & Q(done_on__isnull=False, done_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="dispatch_taken_by_somebody",
                condition=~Q(state__in=["taken", "done"])
                | Q(taken_on__isnull=False, taken_by__isnull=False),
            ),
        ]


class Answering(Labelled):
    """责任确认: somebody says for what he answers in a post he holds (一级抓一级, R-4.4-1). Never changed; said again,
    a new row stands beside the old one."""

    unit = models.UUIDField("单位")
    unit_name = models.CharField("单位名称", max_length=120)
    appointment = models.UUIDField("任职")
    kind = models.CharField("任职类别", max_length=20, choices=AppointmentKind.choices)
    person = models.UUIDField("责任人")
    name = models.CharField("责任人姓名", max_length=40)
    words = models.CharField("责任内容", max_length=300)
    on_date = models.DateField("确认日期")

    class Meta:
        verbose_name = "责任确认"
        verbose_name_plural = "责任确认"
        ordering = ["-on_date", "-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="answering_once_a_day", fields=["appointment", "person", "on_date"]
            ),
            models.CheckConstraint(name="answering_says_for_what", condition=~Q(words="")),
        ]
