"""Items of the ledger and what happened to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit
from lianxun.rectification.enums import (
    ItemState,
    ItemType,
    ReopenCause,
    ReportKind,
    ReviewOpinion,
    UseKind,
    Verdict,
)


class Item(Labelled):
    """整改事项: issue, responsibility, rectification, institution — four lists, one record (C6).

    It is about the inspected unit and served on it: that unit sees this item and nothing else.
    """

    number = models.CharField("编号", max_length=50, unique=True)
    title = models.CharField("问题", max_length=300)
    detail = models.TextField("问题表现", blank=True, default="")
    paper = models.UUIDField("来源底稿", null=True, blank=True)
    type = models.CharField("整改类型", max_length=12, choices=ItemType.choices)
    lead_person = models.CharField("责任领导", max_length=60, blank=True, default="")
    lead_unit = models.CharField("责任部门", max_length=120, blank=True, default="")
    measures = models.TextField("整改措施", blank=True, default="")
    standard = models.TextField("完成标准", blank=True, default="")
    institution = models.TextField("制度成果", blank=True, default="")
    due_on = models.DateField("完成期限")
    state = models.CharField("状态", max_length=15, choices=ItemState.choices)
    progress = models.TextField("整改情况", blank=True, default="")
    submitted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The plan is the head's: who signed it, and when (一把手负总责).
    signed_by = models.CharField("签发人", max_length=40, blank=True, default="")
    signed_on = models.DateField("签发日期", null=True, blank=True)
    # Evidence of this turn: what was found to be sham counts no more.
    evidence_count = models.PositiveSmallIntegerField("本次佐证份数", default=0)
    checked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The one extension: asked for by the unit, brought before the committee by the office.
    extension_to = models.DateField("申请延至", null=True, blank=True)
    extension_reason = models.TextField("延期理由", blank=True, default="")
    extended = models.BooleanField("已延期", default=False)
    sham_times = models.PositiveSmallIntegerField("虚假整改次数", default=0)
    plan_round = models.PositiveSmallIntegerField("方案第几稿", default=1)
    plan_answer = models.CharField("归口审核意见", max_length=500, blank=True, default="")
    # The first of the two bodies that strike a number off: the second must know it without reading its row.
    signed_unit = models.UUIDField("首签单位", null=True, blank=True)
    second_unit = models.UUIDField("次签单位", null=True, blank=True)
    reopened_times = models.PositiveSmallIntegerField("重新整改次数", default=0)
    closed_on = models.DateField("销号日期", null=True, blank=True)

    class Meta:
        verbose_name = "整改事项"
        verbose_name_plural = "整改事项"
        ordering = ["due_on", "number"]
        indexes = [
            models.Index(fields=["engagement", "state"]),
            models.Index(fields=["addressee_path", "state"]),
            models.Index(fields=["owner_path", "due_on"]),
            models.Index(fields=["region", "due_on"]),
            models.Index(fields=["due_on", "number"], name="item_due"),
            models.Index(fields=["-created_at", "-id"], name="item_newest"),  # the search
        ]
        constraints = [
            models.CheckConstraint(
                name="item_plan_is_whole",
                condition=Q(state__in=["issued"])
                | (~Q(lead_person="") & ~Q(measures="") & ~Q(standard="")),
                violation_error_message="整改方案须写明责任领导、措施和完成标准。",
            ),
            models.CheckConstraint(
                name="item_plan_is_signed_by_the_head",
                condition=Q(state__in=["issued", "plan_drafted"])
                | (~Q(signed_by="") & Q(signed_on__isnull=False)),
                violation_error_message="整改方案须由主要负责人签发。",
            ),
            models.CheckConstraint(
                name="item_handed_in_with_evidence",
                condition=~Q(state__in=["submitted", "confirmed", "closed"])
                | Q(evidence_count__gte=1),
                violation_error_message="没有佐证材料不能报送、确认和销号。",
            ),
            models.CheckConstraint(
                name="item_confirmed_by_another",
                condition=~Q(state__in=["confirmed", "closed"])
                | (Q(checked_by__isnull=False) & ~Q(checked_by=F("submitted_by"))),
                violation_error_message="核验须由报送人以外的人员办理。",
            ),
            models.CheckConstraint(
                name="item_closed_by_two_bodies",
                condition=~Q(state="closed")
                | (
                    Q(signed_unit__isnull=False, second_unit__isnull=False)
                    & ~Q(signed_unit=F("second_unit"))
                    & ~Q(signed_unit=F("subject_org"))
                    & ~Q(second_unit=F("subject_org"))
                ),
                violation_error_message="销号须由被巡视单位以外的两个单位签字。",
            ),
            models.CheckConstraint(
                name="item_closed_has_a_date",
                condition=Q(state="closed", closed_on__isnull=False)
                | (~Q(state="closed") & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="item_submitted_has_progress",
                condition=~Q(state__in=["submitted", "returned", "confirmed", "closed"])
                | (~Q(progress="") & Q(submitted_by__isnull=False)),
            ),
        ]


class Review(Labelled):
    """方案审核意见: one row per reviewing body (五方会审)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reviews")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opinion = models.CharField("意见", max_length=10, choices=ReviewOpinion.choices)
    text = models.CharField("具体意见", max_length=500, blank=True, default="")
    round = models.PositiveSmallIntegerField("第几次审核")

    class Meta:
        verbose_name = "方案审核意见"
        verbose_name_plural = "方案审核意见"
        ordering = ["item", "created_at"]
        constraints = [
            models.UniqueConstraint(name="review_once_per_unit", fields=["item", "unit", "round"]),
            models.CheckConstraint(
                name="review_revise_says_what",
                condition=Q(opinion=ReviewOpinion.AGREE) | ~Q(text=""),
            ),
        ]


class Check(Labelled):
    """核验: never by whoever handed in the evidence."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="checks")
    submitted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    checker = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    checker_name = models.CharField("核验人", max_length=40)
    on_site = models.BooleanField("现场核验", default=False)
    verdict = models.CharField("核验结论", max_length=15, choices=Verdict.choices)
    finding = models.CharField("核验情况", max_length=500)

    class Meta:
        verbose_name = "核验"
        verbose_name_plural = "核验"
        ordering = ["item", "created_at"]
        constraints = [
            models.CheckConstraint(
                name="check_by_another",
                condition=~Q(checker=F("submitted_by")),
                violation_error_message="核验人不能是报送人。",
            ),
            models.CheckConstraint(name="check_says_what_was_found", condition=~Q(finding="")),
        ]


class CloseOut(Labelled):
    """销号签字: two bodies sign, the second strikes the number off."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="close_outs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("签字单位", max_length=60)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("签字人", max_length=40)
    turn = models.PositiveSmallIntegerField("第几次销号")

    class Meta:
        verbose_name = "销号签字"
        verbose_name_plural = "销号签字"
        ordering = ["item", "created_at"]
        constraints = [
            models.UniqueConstraint(
                name="close_out_two_different_bodies",
                fields=["item", "unit", "turn"],
                violation_error_message="销号须由两个单位分别签字。",
            )
        ]


class Reopening(Labelled):
    """重新整改: why a closed number came back."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reopenings")
    cause = models.CharField("起因", max_length=10, choices=ReopenCause.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("情况", max_length=500)

    class Meta:
        verbose_name = "重新整改"
        verbose_name_plural = "重新整改"
        ordering = ["item", "created_at"]
        constraints = [models.CheckConstraint(name="reopening_says_why", condition=~Q(text=""))]


class Report(Labelled):
    """整改报告: what the unit says about its progress; served on it, never changed."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField("类别", max_length=10, choices=ReportKind.choices)
    percent = models.PositiveSmallIntegerField("完成比例")
    text = models.TextField("进展情况")
    obstacle = models.TextField("困难和建议", blank=True, default="")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("报告人", max_length=40)

    class Meta:
        verbose_name = "整改报告"
        verbose_name_plural = "整改报告"
        ordering = ["item", "created_at", "id"]
        constraints = [
            models.CheckConstraint(name="report_says_something", condition=~Q(text="")),
            models.CheckConstraint(name="report_percent_is_one", condition=Q(percent__lte=100)),
        ]


class Press(Labelled):
    """督办函: a numbered letter on one item with a day for the answer; served on the unit."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="presses")
    number = models.CharField("文号", max_length=60)
    demand = models.TextField("督办要求")
    due_on = models.DateField("答复期限")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField("答复", blank=True, default="")
    answered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "督办函"
        verbose_name_plural = "督办函"
        ordering = ["item", "created_at", "id"]
        constraints = [
            models.CheckConstraint(name="press_demands_something", condition=~Q(demand="")),
            models.CheckConstraint(
                name="press_answered_by_another_and_whole",
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, answer="")
                | (
                    Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answer="")
                    & ~Q(answered_by=F("account"))
                ),
            ),
        ]


class Use(Labelled):
    """成果运用: what an item led to, for whom, with which document (W25)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField("类别", max_length=12, choices=UseKind.choices)
    recipient = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("内容", max_length=500)
    document = models.CharField("文件或凭证", max_length=200)
    amount = models.BigIntegerField("金额（分）", null=True, blank=True)
    used_on = models.DateField("日期")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "成果运用"
        verbose_name_plural = "成果运用"
        ordering = ["item", "used_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="use_says_what_and_by_which_document",
                condition=~Q(text="") & ~Q(document=""),
            ),
            models.CheckConstraint(
                name="use_of_money_has_an_amount",
                condition=Q(kind="money", amount__isnull=False, amount__gt=0)
                | (~Q(kind="money") & Q(amount__isnull=True)),
                violation_error_message="追缴挽损须填写金额。",
            ),
        ]
