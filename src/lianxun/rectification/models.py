"""Items of the ledger and what happened to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit
from lianxun.rectification.enums import ItemState, ItemType, ReopenCause, ReviewOpinion, Verdict


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
    plan_round = models.PositiveSmallIntegerField("方案第几稿", default=1)
    plan_answer = models.CharField("归口审核意见", max_length=500, blank=True, default="")
    # The first of the two bodies that strike a number off: the second must know it without reading its row.
    signed_unit = models.UUIDField("首签单位", null=True, blank=True)
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
        ]
        constraints = [
            models.CheckConstraint(
                name="item_plan_is_whole",
                condition=Q(state__in=["issued"])
                | (~Q(lead_person="") & ~Q(measures="") & ~Q(standard="")),
                violation_error_message="整改方案须写明责任领导、措施和完成标准。",
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
