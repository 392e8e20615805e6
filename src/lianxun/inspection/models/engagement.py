"""Engagements with their gates, pauses, obstacles and look-back findings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import Kind, LookBackVerdict, PauseState, Profile, State, TeamKind
from lianxun.inspection.models.rounds import Round
from lianxun.organisation.models import Unit


class Engagement(Labelled):
    """巡视任务: the inspection of one unit in a round. ``engagement`` repeats the own id for the policies."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="engagements")
    number = models.CharField("编号", max_length=40, unique=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="被巡视单位"
    )
    kind = models.CharField("方式", max_length=10, choices=Kind.choices)
    profile = models.CharField("时间类型", max_length=20, choices=Profile.choices)
    team_kind = models.CharField(
        "组队方式", max_length=10, choices=TeamKind.choices, default=TeamKind.SINGLE
    )
    partners = ArrayField(models.UUIDField(), verbose_name="联合单位", default=list, blank=True)
    entry_on = models.DateField("进驻日")
    on_site_end_on = models.DateField("驻点结束日")
    extended = models.BooleanField("已延期", default=False)
    feedback_on = models.DateField("反馈日", null=True, blank=True)
    decided_on = models.DateField("听取汇报日", null=True, blank=True)
    archived_on = models.DateField("归档日", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices)
    paused_from = models.CharField("暂停前状态", max_length=12, blank=True, default="")
    definition_version = models.PositiveSmallIntegerField("流程版本")
    look_back_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="look_backs"
    )

    class Meta:
        verbose_name = "巡视任务"
        verbose_name_plural = "巡视任务"
        ordering = ["-entry_on", "number"]
        indexes = [
            models.Index(fields=["state", "entry_on"]),
            models.Index(fields=["owner_path", "entry_on"]),
            models.Index(fields=["region", "entry_on"]),
            models.Index(fields=["engagement"]),
            models.Index(fields=["-entry_on", "number"], name="engagement_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="engagement_ends_after_entry", condition=Q(on_site_end_on__gt=F("entry_on"))
            ),
            models.CheckConstraint(
                name="engagement_paused_remembers_where",
                condition=(Q(state=State.PAUSED) & ~Q(paused_from=""))
                | (~Q(state=State.PAUSED) & Q(paused_from="")),
            ),
            models.CheckConstraint(
                name="engagement_look_back_names_its_first",
                condition=~Q(kind=Kind.LOOK_BACK) | Q(look_back_of__isnull=False),
                violation_error_message="“回头看”必须对应原巡视任务。",
            ),
            models.CheckConstraint(
                name="engagement_fed_back_has_a_date",
                condition=~Q(
                    state__in=[State.FED_BACK, State.RECTIFYING, State.ASSESSED, State.ARCHIVED]
                )
                | Q(feedback_on__isnull=False),
            ),
            models.UniqueConstraint(
                name="engagement_once_per_round", fields=["round", "unit", "kind"]
            ),
            models.CheckConstraint(
                name="engagement_joint_team_names_its_partners",
                condition=Q(team_kind=TeamKind.SINGLE, partners__len=0)
                | (~Q(team_kind=TeamKind.SINGLE) & Q(partners__len__gte=1)),
                violation_error_message="联合组队须写明联合单位。",
            ),
            models.CheckConstraint(
                name="engagement_archived_has_a_date",
                condition=Q(state=State.ARCHIVED, archived_on__isnull=False)
                | (~Q(state=State.ARCHIVED) & Q(archived_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="engagement_feedback_not_before_the_decision",
                condition=Q(feedback_on__isnull=True)
                | Q(decided_on__isnull=True)
                | Q(feedback_on__gte=F("decided_on")),
            ),
        ]


class Gate(Labelled):
    """关口: one line of the checklist before a stage (凡协调必先问政治). Closed with evidence by a person."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="gates")
    stage = models.CharField("进入阶段", max_length=12, choices=State.choices)
    code = models.CharField("条目编号", max_length=20)
    text = models.CharField("检查内容", max_length=200)
    source = models.CharField("依据", max_length=120)
    political = models.BooleanField("政治责任清单", default=False)
    passed_at = models.DateTimeField("通过时间", null=True, blank=True)
    passed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.CharField("说明", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "关口条目"
        verbose_name_plural = "关口条目"
        ordering = ["task", "code"]
        constraints = [
            models.UniqueConstraint(name="gate_once", fields=["task", "code"]),
            models.CheckConstraint(
                name="gate_passed_has_evidence",
                condition=Q(passed_at__isnull=True, passed_by__isnull=True)
                | (Q(passed_at__isnull=False, passed_by__isnull=False) & ~Q(evidence="")),
                violation_error_message="通过关口须写明依据。",
            ),
        ]


class Pause(Labelled):
    """暂停 (“stop the line”): asked by any member, decided by the leading group."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="pauses")
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=500)
    state = models.CharField("状态", max_length=10, choices=PauseState.choices)
    matter = models.UUIDField("审批事项", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    resumed_at = models.DateTimeField("恢复时间", null=True, blank=True)
    resumed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resume_reason = models.CharField("恢复依据", max_length=500, blank=True, default="")
    resume_matter = models.UUIDField("恢复的审批事项", null=True, blank=True)

    class Meta:
        verbose_name = "暂停"
        verbose_name_plural = "暂停"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                name="pause_one_open",
                fields=["task"],
                condition=Q(state__in=[PauseState.REQUESTED, PauseState.ACTIVE]),
                violation_error_message="该任务已有暂停申请或正在暂停。",
            ),
            models.CheckConstraint(
                name="pause_resumed_says_why",
                condition=~Q(state=PauseState.RESUMED)
                | (~Q(resume_reason="") & Q(resumed_at__isnull=False, resumed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="pause_resumed_by_another",
                condition=Q(resumed_by__isnull=True) | ~Q(resumed_by=F("asked_by")),
                violation_error_message="申请暂停的人不能自己决定恢复。",
            ),
        ]


class Obstacle(Labelled):
    """堵点: what stood between units, and how it was removed (R-1.4.3)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="obstacles")
    text = models.CharField("堵点", max_length=300)
    between = models.CharField("涉及单位", max_length=200)
    recorded_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_on = models.DateField("打通日期", null=True, blank=True)
    removed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    how = models.CharField("打通办法", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "堵点"
        verbose_name_plural = "堵点"
        ordering = ["task", "created_at"]
        constraints = [
            models.CheckConstraint(
                name="obstacle_removed_says_how",
                condition=Q(removed_on__isnull=True) | (~Q(how="") & Q(removed_by__isnull=False)),
            )
        ]


class LookBackFinding(Labelled):
    """“回头看”核查: what the look-back found about one earlier rectification item.

    The item lives in a room above: only its kind, id and number are kept. A finding other than 整改到位
    is news to that room, which reopens the item in the same transaction.
    """

    task = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, related_name="look_back_findings"
    )
    item_kind = models.CharField("对象类别", max_length=40)
    item_id = models.UUIDField("对象")
    item_title = models.CharField("对象名称", max_length=200)
    verdict = models.CharField("核查结论", max_length=10, choices=LookBackVerdict.choices)
    text = models.CharField("核查情况", max_length=500)
    due_on = models.DateField("重新整改期限", null=True, blank=True)
    found_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "“回头看”核查"
        verbose_name_plural = "“回头看”核查"
        ordering = ["task", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(name="look_back_finding_once", fields=["task", "item_id"]),
            models.CheckConstraint(
                name="look_back_finding_says_what_was_seen", condition=~Q(text="")
            ),
            models.CheckConstraint(
                name="look_back_finding_reopens_with_a_day",
                condition=Q(verdict=LookBackVerdict.SOUND, due_on__isnull=True)
                | (~Q(verdict=LookBackVerdict.SOUND) & Q(due_on__isnull=False)),
                violation_error_message="整改不到位的须写明重新整改期限。",
            ),
        ]
