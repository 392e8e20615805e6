"""The table of working days, templates, duties and their history."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.duties.enums import (
    Anchor,
    ChangeKind,
    DayCount,
    DayStatus,
    DutyState,
    Phase,
    Preset,
    Recurrence,
    RollTo,
)
from lianxun.fabric.models import Labelled, Row


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
    # Who sets the first day anew knows of the pauses before: only what stands still afterwards is added.
    anchored_on = models.DateField("起算日改定于", null=True, blank=True)
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
