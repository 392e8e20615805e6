"""Information requests, deliveries and refusal receipts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.exchange.enums import DeliveryState, RefusalReason, RequestState
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit


class InfoRequest(Labelled):
    """信息需求: what one unit asks of another for an engagement; served on the provider."""

    number = models.CharField("编号", max_length=40, unique=True)
    provider = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="提供单位"
    )
    data_class = models.CharField("信息类别", max_length=6)
    fields = ArrayField(models.CharField(max_length=60), verbose_name="字段")
    purpose = models.CharField("用途", max_length=300)
    basis = models.CharField("依据", max_length=300)
    scope = models.CharField("范围", max_length=300, blank=True, default="")
    period_from = models.DateField("数据起始")
    period_to = models.DateField("数据截止")
    urgent = models.BooleanField("紧急", default=False)
    again_reason = models.CharField("已有仍需再要的理由", max_length=200, blank=True, default="")
    state = models.CharField("状态", max_length=20, choices=RequestState.choices)
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField("答复", max_length=500, blank=True, default="")
    refusal = models.CharField(
        "不予提供事由", max_length=20, choices=RefusalReason.choices, blank=True, default=""
    )
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)

    class Meta:
        verbose_name = "信息需求"
        verbose_name_plural = "信息需求"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["engagement", "state"]),
            models.Index(fields=["addressee_path", "state"]),
            models.Index(fields=["owner_path", "created_at"]),
            models.Index(fields=["region", "created_at"]),
            models.Index(fields=["-created_at", "-id"], name="request_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_period_is_in_order", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="request_checked_by_another",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("drafted_by")),
                violation_error_message="合规审核不能由起草人自己办理。",
            ),
            models.CheckConstraint(
                name="request_refused_says_why",
                condition=~Q(state=RequestState.REFUSED) | (~Q(refusal="") & ~Q(answer="")),
                violation_error_message="不予提供须选择事由并写明理由。",
            ),
        ]


class Delivery(Labelled):
    """提供: one file with its manifest; quality is reported, acceptance is a person's."""

    request = models.ForeignKey(InfoRequest, on_delete=models.PROTECT, related_name="deliveries")
    file = models.UUIDField("文件")
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)
    catalogue_version = models.CharField("目录版本", max_length=20)
    rows = models.BigIntegerField("行数")
    signer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    quality = models.JSONField("质量报告", default=dict)
    state = models.CharField("状态", max_length=10, choices=DeliveryState.choices)
    judged_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField("验收时间", null=True, blank=True)
    note = models.CharField("验收意见", max_length=300, blank=True, default="")
    expires_on = models.DateField("使用期限", null=True, blank=True)

    class Meta:
        verbose_name = "数据提供"
        verbose_name_plural = "数据提供"
        ordering = ["request", "created_at"]
        constraints = [
            models.CheckConstraint(
                name="delivery_judged_by_another",
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("signer")),
                violation_error_message="验收不能由提供人自己办理。",
            ),
            models.CheckConstraint(
                name="delivery_returned_says_why",
                condition=~Q(state=DeliveryState.RETURNED) | ~Q(note=""),
            ),
        ]


class RefusalReceipt(Labelled):
    """拒绝回执: a request that touched the negative list: rule, date and desk; nothing of its text."""

    rule = models.CharField("规则", max_length=10)
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "负面清单拒绝回执"
        verbose_name_plural = "负面清单拒绝回执"
        ordering = ["-created_at", "id"]
