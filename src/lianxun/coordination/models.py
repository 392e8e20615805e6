"""A meeting of a body: its agenda, who was invited and came, what it decided and who answers for it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.coordination.enums import (
    Attendance,
    DecisionState,
    LineState,
    MeetingKind,
    MeetingState,
    PlanSource,
    PlanState,
    Stance,
)
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit


class About(Labelled):
    """Rows of an inquiry name the object it is about: who does not see the object sees none of them (the policy
    ``acc_about``)."""

    about_kind = models.CharField("所议事项类别", max_length=40, blank=True, default="")
    about_id = models.UUIDField("所议事项", null=True, blank=True)

    class Meta:
        abstract = True


class Meeting(About):
    """会议: a body convenes it, its minutes stand when somebody other than their writer confirmed them."""

    body = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="召集机构"
    )
    kind = models.CharField("类别", max_length=10, choices=MeetingKind.choices)
    title = models.CharField("会议名称", max_length=120)
    planned_on = models.DateField("拟召开日期")
    begins = models.TimeField("开始时间", null=True, blank=True)
    place = models.CharField("地点", max_length=80)
    state = models.CharField("状态", max_length=10, choices=MeetingState.choices)
    # How many items the agenda has, those a recused reader does not see included.
    items = models.PositiveSmallIntegerField("议题数", default=0)
    convened_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="召集人"
    )
    held_on = models.DateField("召开日期", null=True, blank=True)
    minuted_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="纪要记录人",
    )
    confirmed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="纪要确认人",
    )
    confirmed_at = models.DateTimeField("纪要确认时间", null=True, blank=True)
    outcome = models.TextField("研判结论", blank=True, default="")
    remark = models.CharField("退回或取消理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "会议"
        verbose_name_plural = "会议"
        ordering = ["-planned_on", "-id"]
        indexes = [
            models.Index(fields=["owner_path", "planned_on"], name="meeting_owner"),
            models.Index(fields=["region", "planned_on"], name="meeting_region"),
        ]
        constraints = [
            models.CheckConstraint(
                name="meeting_held_has_minutes",
                condition=Q(state__in=["convened", "cancelled"])
                | Q(held_on__isnull=False, minuted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_closed_is_confirmed",
                condition=~Q(state="closed")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_inquiry_is_about_something",
                condition=Q(kind="inquiry", about_id__isnull=False)
                | ~Q(kind="inquiry") & Q(about_id__isnull=True),
            ),
            models.CheckConstraint(
                name="meeting_inquiry_has_an_outcome",
                condition=~Q(kind="inquiry") | ~Q(state__in=["held", "closed"]) | ~Q(outcome=""),
            ),
            # Maker is never checker, in the database too (platform-decisions.md 17).
            models.CheckConstraint(
                name="meeting_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("minuted_by")),
                violation_error_message="纪要由记录人以外的人确认。",
            ),
        ]


class AgendaItem(About):
    """议题: one matter of a meeting and what the minutes say about it. Its labels may be narrower than the
    meeting's: an item about an inspected organisation stays behind the wall around it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    number = models.PositiveSmallIntegerField("序号")
    topic = models.CharField("议题", max_length=200)
    minutes = models.TextField("纪要", blank=True, default="")

    class Meta:
        verbose_name = "议题"
        verbose_name_plural = "议题"
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(name="agenda_number_once", fields=["meeting", "number"]),
            models.CheckConstraint(name="agenda_item_says_something", condition=~Q(topic="")),
        ]


class Invitation(About):
    """参会单位: which unit was asked to come, and whether it came."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    attendance = models.CharField(
        "出席", max_length=10, choices=Attendance.choices, blank=True, default=""
    )
    people = models.CharField("参会人员或说明", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "参会单位"
        verbose_name_plural = "参会单位"
        ordering = ["meeting", "unit"]
        constraints = [
            models.UniqueConstraint(name="invitation_once_each", fields=["meeting", "unit"]),
            models.CheckConstraint(
                name="invitation_present_names_people",
                condition=~Q(attendance__in=["present", "excused"]) | ~Q(people=""),
                violation_error_message="参加的写明参会人员，请假的写明原因。",
            ),
        ]


class Decision(About):
    """议定事项: what a meeting decided, which unit answers for it, by when; reported and checked by another."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    text = models.CharField("议定事项", max_length=300)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="责任单位"
    )
    due_on = models.DateField("完成期限")
    state = models.CharField("状态", max_length=10, choices=DecisionState.choices)
    report = models.CharField("完成情况", max_length=500, blank=True, default="")
    reported_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    finding = models.CharField("核验意见", max_length=300, blank=True, default="")
    checked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField("核验时间", null=True, blank=True)

    class Meta:
        verbose_name = "议定事项"
        verbose_name_plural = "议定事项"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(name="decision_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="decision_reported_says_how",
                condition=~Q(state__in=["reported", "done"])
                | Q(reported_by__isnull=False, reported_at__isnull=False) & ~Q(report=""),
            ),
            models.CheckConstraint(
                name="decision_done_is_checked",
                condition=~Q(state="done") | Q(checked_by__isnull=False, checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_checked_by_another",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("reported_by")),
                violation_error_message="完成情况由报告人以外的人核验。",
            ),
        ]


class Opinion(About):
    """研判意见: what one unit says about the question of an inquiry, before the outcome is written."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="opinions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    stance = models.CharField("态度", max_length=10, choices=Stance.choices)
    text = models.CharField("意见", max_length=1000)

    class Meta:
        verbose_name = "研判意见"
        verbose_name_plural = "研判意见"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(name="opinion_once_each_unit", fields=["meeting", "unit"]),
            models.CheckConstraint(name="opinion_says_something", condition=~Q(text="")),
        ]


class YearPlan(Labelled):
    """年度协调对接计划 (W01): drafted by the office, agreed by the committee, approved by the leading group where the
    plan says so."""

    body = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="协调对接委员会"
    )
    year = models.PositiveSmallIntegerField("年度")
    aim = models.TextField("总体要求")
    to_group = models.BooleanField("报领导小组批准", default=False)
    state = models.CharField("状态", max_length=10, choices=PlanState.choices)
    drafted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="起草人"
    )
    agreed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_on = models.DateField("委员会议定日期", null=True, blank=True)
    approved_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField("批准日期", null=True, blank=True)

    class Meta:
        verbose_name = "年度协调对接计划"
        verbose_name_plural = "年度协调对接计划"
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(name="year_plan_once", fields=["body", "year"]),
            models.CheckConstraint(
                name="year_plan_agreed_by_another",
                condition=Q(state__in=[PlanState.DRAFT, PlanState.PROPOSED])
                | Q(agreed_by__isnull=False, agreed_on__isnull=False)
                & ~Q(agreed_by=F("drafted_by")),
                violation_error_message="年度计划由起草人以外的人议定。",
            ),
            models.CheckConstraint(
                name="year_plan_approved_by_another",
                condition=~Q(state=PlanState.APPROVED)
                | Q(approved_by__isnull=False, approved_on__isnull=False)
                & ~Q(approved_by=F("drafted_by")),
                violation_error_message="年度计划由起草人以外的人批准。",
            ),
        ]


class PlanLine(Labelled):
    """计划事项: who does what by when and where it comes from; served on its unit, struck off by another person."""

    plan = models.ForeignKey(YearPlan, on_delete=models.PROTECT, related_name="lines")
    plan_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("序号")
    text = models.CharField("事项", max_length=200)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="责任单位"
    )
    due_on = models.DateField("完成期限")
    source = models.CharField("来源", max_length=10, choices=PlanSource.choices)
    source_name = models.CharField("来源说明", max_length=120)
    state = models.CharField("状态", max_length=10, choices=LineState.choices)
    # Why it came into the plan, or left it, in the middle of the year.
    adjusted_because = models.CharField("年中调整理由", max_length=300, blank=True, default="")
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    result = models.CharField("完成情况", max_length=500, blank=True, default="")
    reported_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_on = models.DateField("报告日期", null=True, blank=True)
    closed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_on = models.DateField("销号日期", null=True, blank=True)
    remark = models.CharField("退回理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "年度计划事项"
        verbose_name_plural = "年度计划事项"
        # Not along the plan: who answers for a line need not see the plan.
        ordering = ["plan_year", "number", "id"]
        constraints = [
            models.UniqueConstraint(name="plan_line_number_once", fields=["plan", "number"]),
            models.UniqueConstraint(
                name="plan_line_carried_once",
                fields=["carried_from"],
                condition=Q(carried_from__isnull=False),
                violation_error_message="该事项已结转到下一年度。",
            ),
            models.CheckConstraint(
                name="plan_line_reported_says_what_was_done",
                condition=~Q(state__in=[LineState.REPORTED, LineState.CLOSED])
                | Q(reported_by__isnull=False, reported_on__isnull=False) & ~Q(result=""),
            ),
            models.CheckConstraint(
                name="plan_line_struck_off_by_another",
                condition=Q(
                    state=LineState.CLOSED, closed_by__isnull=False, closed_on__isnull=False
                )
                & ~Q(closed_by=F("reported_by"))
                | ~Q(state=LineState.CLOSED) & Q(closed_on__isnull=True),
                violation_error_message="报告完成的人不能自己销号。",
            ),
            models.CheckConstraint(
                name="plan_line_withdrawn_says_why",
                condition=~Q(state=LineState.WITHDRAWN) | ~Q(adjusted_because=""),
                violation_error_message="撤出计划须写明理由。",
            ),
        ]
