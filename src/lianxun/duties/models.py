"""Templates, duties, their history, letters and the table of working days."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.duties.enums import (
    Anchor,
    ChangeKind,
    DayCount,
    DayStatus,
    DispatchGroup,
    DispatchState,
    DutyState,
    LineState,
    NoticeCode,
    Phase,
    Preset,
    Recurrence,
    RollTo,
    Step,
)
from lianxun.fabric.models import Labelled, Row
from lianxun.kernel.clock import Light
from lianxun.organisation.enums import AppointmentKind


class WorkDay(models.Model):
    """工作日历: one day. Every day of the covered years has its row; the kernel adds them up."""

    date = models.DateField("日期", primary_key=True)
    is_work = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40, default="", blank=True)
    source = models.CharField("依据", max_length=160)
    status = models.CharField("状态", max_length=12, choices=DayStatus.choices)

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.is_work else '休息'}"


class CalendarVersion(models.Model):
    """日历版本: one import of a notice. A duty names the version its date was computed with."""

    number = models.PositiveIntegerField("版本号", primary_key=True)
    source = models.CharField("依据", max_length=160)
    imported_at = models.DateTimeField("导入时间")
    imported_by = models.UUIDField("导入人", null=True, blank=True)
    changed_days = models.PositiveIntegerField("变更天数")

    class Meta:
        verbose_name = "日历版本"
        verbose_name_plural = "日历版本"
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"第{self.number}版"


class DutyTemplate(Row):
    """时限模板: the rule behind a duty, dated and sourced. A change is a new version, never an edit."""

    code = models.CharField("编码", max_length=24)
    preset = models.CharField("方案", max_length=20, choices=Preset.choices)
    version = models.PositiveIntegerField("模板版本")
    title = models.CharField("名称", max_length=60)
    phase = models.CharField("阶段", max_length=10, choices=Phase.choices)
    node = models.CharField("节点", max_length=8, default="", blank=True)
    clause = models.CharField("条款", max_length=200)
    source = models.CharField("来源", max_length=200)
    confidence = models.CharField("来源可信度", max_length=1)  # R read, K known, P proposed
    library = models.CharField("职责范围", max_length=20)
    anchor = models.CharField("起算", max_length=12, choices=Anchor.choices)
    amount = models.SmallIntegerField("期限", default=0)
    day_kind = models.CharField("计日方式", max_length=10, choices=DayCount.choices)
    roll = models.CharField("遇休息日", max_length=10, choices=RollTo.choices)
    warn_amount = models.SmallIntegerField("预警起点", null=True, blank=True)
    recurrence = models.CharField("重复", max_length=10, choices=Recurrence.choices)
    on_weekday = models.SmallIntegerField("每周几", null=True, blank=True)
    on_month = models.SmallIntegerField("每年几月", null=True, blank=True)
    on_day = models.SmallIntegerField("几日", null=True, blank=True)
    who = models.CharField("责任方", max_length=30, default="", blank=True)
    role = models.CharField("责任角色", max_length=20, default="", blank=True)
    profiles = models.JSONField("分类调整", default=dict, blank=True)
    extension_by = models.CharField("延期审批机构", max_length=30, default="", blank=True)
    extension_months = models.SmallIntegerField("最长延期（月）", default=0)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "时限模板"
        verbose_name_plural = "时限模板"
        ordering = ["code", "preset", "version"]
        constraints = [
            models.UniqueConstraint(
                name="duty_template_version_is_unique", fields=["code", "preset", "version"]
            ),
            models.CheckConstraint(
                name="duty_template_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="模板失效日期不得早于生效日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class OfObject(Labelled):
    """Rows about objects of many rooms (``leads.lead``): only who works in that room may see them."""

    object_kind = models.CharField("对象类别", max_length=40)

    class Meta:
        abstract = True


class Duty(OfObject):
    """时限事项: somebody owes something about an object by a day. The light is computed, never stored."""

    template_code = models.CharField("模板编码", max_length=24)
    template_version = models.PositiveIntegerField("模板版本")
    preset = models.CharField("方案", max_length=20, choices=Preset.choices)
    title = models.CharField("时限名称", max_length=60)
    phase = models.CharField("阶段", max_length=10, choices=Phase.choices)
    node = models.CharField("节点", max_length=8, default="", blank=True)
    clause = models.CharField("条款", max_length=200)
    object_id = models.UUIDField("对象")
    object_title = models.CharField("对象名称", max_length=200)
    responsible_unit = models.UUIDField("责任单位")
    responsible_unit_name = models.CharField("责任单位名称", max_length=120)
    responsible_person = models.UUIDField("责任人", null=True, blank=True)
    responsible_name = models.CharField("责任人姓名", max_length=40, default="", blank=True)
    role = models.CharField("责任角色", max_length=20, default="", blank=True)
    anchor = models.CharField("起算", max_length=12, choices=Anchor.choices)
    anchor_date = models.DateField("起算日")
    amount = models.SmallIntegerField("期限")
    day_kind = models.CharField("计日方式", max_length=10, choices=DayCount.choices)
    roll = models.CharField("遇休息日", max_length=10, choices=RollTo.choices)
    warn_amount = models.SmallIntegerField("预警起点", null=True, blank=True)
    occurrence = models.DateField("本次", null=True, blank=True)
    window_days = models.SmallIntegerField("办理窗口（天）", null=True, blank=True)
    extension_by = models.CharField("延期审批机构", max_length=30, default="", blank=True)
    extension_months = models.SmallIntegerField("最长延期（月）", default=0)
    opened_on = models.DateField("建立日期")
    starts_on = models.DateField("可办理日期")
    due_on = models.DateField("到期日")
    due_at = models.DateTimeField("到期时刻", null=True, blank=True)
    notify_from = models.DateField("提醒起点")
    warn_from = models.DateField("预警起点日")
    calendar_version = models.PositiveIntegerField("日历版本")
    provisional = models.BooleanField("暂定", default=False)
    paused_on = models.DateField("暂停日", null=True, blank=True)
    extended_to = models.DateField("延期至", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=DutyState.choices, default=DutyState.OPEN
    )
    done_on = models.DateField("完成日", null=True, blank=True)
    done_at = models.DateTimeField("完成时刻", null=True, blank=True)
    done_by = models.UUIDField("完成人", null=True, blank=True)
    close_reason = models.CharField("办结说明", max_length=200, default="", blank=True)

    class Meta:
        verbose_name = "时限事项"
        verbose_name_plural = "时限事项"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["responsible_unit", "state", "due_on"], name="duty_unit"),
            models.Index(fields=["responsible_person", "state", "due_on"], name="duty_person"),
            models.Index(fields=["engagement", "due_on"], name="duty_engagement"),
            models.Index(fields=["object_id"], name="duty_object"),
            models.Index(fields=["due_on", "id"], name="duty_due"),
            models.Index(fields=["done_on"], name="duty_done"),
            models.Index(fields=["addressee_path"], name="duty_addressee"),
            models.Index(fields=["owner_path", "state", "due_on"], name="duty_owner"),
            models.Index(fields=["region", "state", "due_on"], name="duty_region"),
            models.Index(fields=["notify_from"], name="duty_ladder", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="duty_open_once_per_object_and_occurrence",
                fields=[
                    "template_code",
                    "object_kind",
                    "object_id",
                    "responsible_unit",
                    "occurrence",
                ],
                nulls_distinct=False,
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                name="duty_done_has_a_day_and_a_doer",
                condition=Q(state="fulfilled", done_on__isnull=False, done_by__isnull=False)
                | (~Q(state="fulfilled") & Q(done_on__isnull=True)),
                violation_error_message="办结的时限必须有完成日和完成人。",
            ),
            models.CheckConstraint(
                name="duty_is_not_done_before_it_was_opened",
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("opened_on")),
                violation_error_message="完成日不得早于建立日期。",
            ),
            models.CheckConstraint(
                name="duty_warnings_come_in_order",
                condition=Q(notify_from__lte=F("warn_from")) & Q(warn_from__lte=F("due_on")),
            ),
            models.CheckConstraint(
                name="duty_in_hours_has_its_moment",
                condition=Q(day_kind="hour", due_at__isnull=False)
                | (~Q(day_kind="hour") & Q(due_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="duty_paused_only_while_open",
                condition=Q(paused_on__isnull=True) | Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DutyPause(OfObject):
    """暂停: an interval in which the clock stands still. Its reason is a recorded decision."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="pauses")
    from_on = models.DateField("暂停起")
    to_on = models.DateField("恢复日", null=True, blank=True)
    whole = models.BooleanField("全任务暂停", default=False)
    reason = models.CharField("原因", max_length=200)
    decided_by = models.UUIDField("决定人")

    class Meta:
        verbose_name = "时限暂停"
        verbose_name_plural = "时限暂停"
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="duty_pause_ends_after_it_begins",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
            ),
            models.UniqueConstraint(
                name="duty_has_one_open_pause", fields=["duty"], condition=Q(to_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.to_on or ''}"


class DutyChange(OfObject):
    """时限变动: every date a duty ever had, and why it moved."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField("变动", max_length=14, choices=ChangeKind.choices)
    old_due = models.DateField("原到期日", null=True, blank=True)
    new_due = models.DateField("新到期日")
    reason = models.CharField("原因", max_length=200, default="", blank=True)
    by_account = models.UUIDField("操作人")
    on_date = models.DateField("日期")

    class Meta:
        verbose_name = "时限变动"
        verbose_name_plural = "时限变动"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="duty_is_extended_once", fields=["duty"], condition=Q(kind="extended")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.new_due}"


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
                name="notice_once_per_account_and_cause",
                fields=["account", "code", "object_kind", "object_id"],
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
