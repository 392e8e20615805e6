"""Rounds and engagements, and what belongs to one engagement."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import (
    Implementation,
    Kind,
    PaperState,
    PauseState,
    Profile,
    RoundState,
    SeatState,
    State,
    TeamGroup,
    TeamRole,
)
from lianxun.organisation.enums import Tier
from lianxun.organisation.models import Person, Unit


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
        ]


class Engagement(Labelled):
    """巡视任务: the inspection of one unit in a round. ``engagement`` repeats the own id for the policies."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="engagements")
    number = models.CharField("编号", max_length=40, unique=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="被巡视单位"
    )
    kind = models.CharField("方式", max_length=10, choices=Kind.choices)
    profile = models.CharField("时间类型", max_length=20, choices=Profile.choices)
    with_audit = models.BooleanField("巡审联动", default=False)
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


class Seat(Labelled):
    """席位: one person proposed for, or sitting in, the joint team; access lives and dies with the dates."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=40)
    home_unit = models.CharField("原单位", max_length=120)
    group = models.CharField("组别", max_length=10, choices=TeamGroup.choices)
    role = models.CharField("职务", max_length=10, choices=TeamRole.choices)
    state = models.CharField("状态", max_length=10, choices=SeatState.choices)
    conflict = models.BooleanField("须回避", default=False)
    conflict_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    objection = models.CharField("异议理由", max_length=300, blank=True, default="")
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    grant = models.UUIDField("授权", null=True, blank=True)

    class Meta:
        verbose_name = "组员"
        verbose_name_plural = "组员"
        ordering = ["task", "group", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                name="seat_once",
                fields=["task", "person", "group"],
                condition=~Q(state__in=[SeatState.REPLACED, SeatState.RECUSED]),
            ),
            models.UniqueConstraint(
                name="seat_one_head",
                fields=["task", "group"],
                condition=Q(role=TeamRole.HEAD, state=SeatState.CONFIRMED),
            ),
            models.CheckConstraint(
                name="seat_with_conflict_is_never_confirmed",
                condition=~Q(conflict=True, state=SeatState.CONFIRMED),
                violation_error_message="须回避的人员不能进入巡视组。",
            ),
        ]


class Consultation(Labelled):
    """会商: one meeting with its minutes (W02)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="consultations")
    held_on = models.DateField("召开日期")
    place = models.CharField("地点", max_length=80)
    units = ArrayField(models.UUIDField(), verbose_name="参加单位")
    minutes = models.TextField("纪要")

    class Meta:
        verbose_name = "信息会商"
        verbose_name_plural = "信息会商"
        ordering = ["task", "held_on", "id"]


class ListLine(Labelled):
    """协作清单条目: a risk point with its source, or a need: which class of data, from whom, by when."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="list_lines")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    risk = models.CharField("风险点", max_length=300, blank=True, default="")
    data_class = models.CharField("信息类别", max_length=6, blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    due_on = models.DateField("提供期限", null=True, blank=True)

    class Meta:
        verbose_name = "协作清单条目"
        verbose_name_plural = "协作清单条目"
        ordering = ["task", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="list_line_is_risk_or_need",
                condition=(~Q(risk="") & Q(data_class=""))
                | (Q(risk="") & ~Q(data_class="") & Q(due_on__isnull=False)),
            )
        ]


class Plan(Labelled):
    """协作方案 (W04): versioned; the approved version is the one in force."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField("版本")
    aim = models.TextField("目标")
    focus = models.TextField("重点（四个落实）")
    secrecy = models.TextField("保密与回避要求")
    emergency = models.TextField("应急联系人与措施")
    approved_on = models.DateField("批准日期", null=True, blank=True)

    class Meta:
        verbose_name = "协作方案"
        verbose_name_plural = "协作方案"
        ordering = ["task", "-version"]
        constraints = [
            models.UniqueConstraint(name="plan_version_once", fields=["task", "version"])
        ]


class Paper(Labelled):
    """问题底稿: one matter, one paper, three signatures (W09)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="papers")
    number = models.CharField("底稿编号", max_length=50)
    title = models.CharField("问题", max_length=200)
    axis = models.CharField("四个落实", max_length=20, choices=Implementation.choices)
    course = models.TextField("查证经过")
    basis = models.TextField("定性依据")
    responsible = models.CharField("责任主体", max_length=120)
    state = models.CharField("状态", max_length=20, choices=PaperState.choices)
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    immediate = models.BooleanField("立行立改", default=False)

    class Meta:
        verbose_name = "问题底稿"
        verbose_name_plural = "问题底稿"
        ordering = ["task", "number"]
        constraints = [models.UniqueConstraint(name="paper_number_once", fields=["task", "number"])]


class Signature(Labelled):
    """签字: author, deputy, head — three different people (三审)."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="signatures")
    place = models.CharField("签字环节", max_length=20, choices=PaperState.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("签字人", max_length=40)

    class Meta:
        verbose_name = "底稿签字"
        verbose_name_plural = "底稿签字"
        ordering = ["paper", "created_at"]
        constraints = [
            models.UniqueConstraint(name="signature_one_per_place", fields=["paper", "place"]),
            models.UniqueConstraint(
                name="signature_three_different_people",
                fields=["paper", "account"],
                violation_error_message="三个签字必须由三个人完成。",
            ),
        ]


class Corroboration(Labelled):
    """印证: a unit's independent confirmation of a paper; two units make 多方印证."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="corroborations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    confirms = models.BooleanField("印证属实")
    statement = models.CharField("印证说明", max_length=500)

    class Meta:
        verbose_name = "印证"
        verbose_name_plural = "印证"
        ordering = ["paper", "created_at"]
        constraints = [
            models.UniqueConstraint(name="corroboration_once_per_unit", fields=["paper", "unit"])
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
    resume_reason = models.CharField("恢复依据", max_length=500, blank=True, default="")

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
                condition=~Q(state=PauseState.RESUMED) | ~Q(resume_reason=""),
            ),
        ]


class Obstacle(Labelled):
    """堵点: what stood between units, and how it was removed (R-1.4.3)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="obstacles")
    text = models.CharField("堵点", max_length=300)
    between = models.CharField("涉及单位", max_length=200)
    removed_on = models.DateField("打通日期", null=True, blank=True)
    how = models.CharField("打通办法", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "堵点"
        verbose_name_plural = "堵点"
        ordering = ["task", "created_at"]
        constraints = [
            models.CheckConstraint(
                name="obstacle_removed_says_how",
                condition=Q(removed_on__isnull=True) | ~Q(how=""),
            )
        ]
