"""Standing agreements of sharing in a joint inspection, and when what came under them was first read."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.exchange.enums import SharingSide, SharingState
from lianxun.exchange.models.requests import Delivery
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit

_SIGNED = [SharingState.IN_FORCE, SharingState.SUSPENDED]


class Sharing(Labelled):
    """联动共享约定: agreed once, then each delivery of its classes is open to the team at once, while it is in force."""

    # Unique within the asking unit: a clash must not tell one unit of another's agreements.
    number = models.CharField("编号", max_length=40)
    provider = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="提供单位"
    )
    classes = ArrayField(models.CharField(max_length=6), verbose_name="信息类别")
    fields = models.JSONField("字段", default=dict)
    purpose = models.CharField("用途", max_length=300)
    basis = models.CharField("依据", max_length=300)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("截止日期")
    state = models.CharField("状态", max_length=10, choices=SharingState.choices)
    drafted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="起草人"
    )
    signed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="巡视方签署人",
    )
    signed_at = models.DateTimeField("巡视方签署时间", null=True, blank=True)
    countersigned_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提供方签署人",
    )
    countersigned_at = models.DateTimeField("提供方签署时间", null=True, blank=True)
    project_number = models.CharField("对应项目编号", max_length=60, blank=True, default="")
    project_title = models.CharField("对应项目名称", max_length=120, blank=True, default="")
    project_lead = models.CharField("项目负责人", max_length=40, blank=True, default="")
    suspended_side = models.CharField(
        "暂停方", max_length=10, choices=SharingSide.choices, blank=True, default=""
    )
    reason = models.CharField("理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "联动共享约定"
        verbose_name_plural = "联动共享约定"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["engagement", "state"], name="sharing_of_engagement"),
            models.Index(fields=["addressee_path", "state"], name="sharing_served"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="sharing_number_once_in_its_unit", fields=["owner_unit", "number"]
            ),
            models.CheckConstraint(
                name="sharing_is_of_an_engagement", condition=Q(engagement__isnull=False)
            ),
            models.CheckConstraint(name="sharing_names_classes", condition=Q(classes__len__gte=1)),
            models.CheckConstraint(
                name="sharing_above_core_is_a_question",
                condition=Q(level__lt=3),
                violation_error_message="核心级信息只能单项核验，不能列入共享约定。",
            ),
            models.CheckConstraint(
                name="sharing_period_is_in_order", condition=Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="sharing_signed_by_another",
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("drafted_by")),
                violation_error_message="巡视方签署不能由起草人自己办理。",
            ),
            models.CheckConstraint(
                name="sharing_countersigned_by_a_third",
                condition=Q(countersigned_by__isnull=True)
                | (~Q(countersigned_by=F("drafted_by")) & ~Q(countersigned_by=F("signed_by"))),
                violation_error_message="提供方签署人不能是起草人或巡视方签署人。",
            ),
            models.CheckConstraint(
                name="sharing_served_was_signed",
                condition=~Q(state__in=[SharingState.OFFERED, *_SIGNED])
                | Q(
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    addressee_unit__isnull=False,
                    addressee_unit=F("provider"),
                ),
            ),
            models.CheckConstraint(
                name="sharing_in_force_was_signed_by_both",
                condition=~Q(state__in=_SIGNED)
                | Q(countersigned_by__isnull=False, countersigned_at__isnull=False),
                violation_error_message="双方签署之后共享约定才生效。",
            ),
            models.CheckConstraint(
                name="sharing_stopped_says_why",
                condition=~Q(state__in=[SharingState.SUSPENDED, SharingState.DECLINED])
                | ~Q(reason=""),
                violation_error_message="暂停或不同意须写明理由。",
            ),
            models.CheckConstraint(
                name="sharing_suspended_names_the_side",
                condition=~Q(state=SharingState.SUSPENDED) | ~Q(suspended_side=""),
            ),
        ]


class FirstReading(Labelled):
    """首次查看: when the team first opened what was delivered under an agreement. Who did is in the trace alone."""

    delivery = models.OneToOneField(
        Delivery, on_delete=models.PROTECT, related_name="first_reading"
    )
    read_at = models.DateTimeField("首次查看时间")

    class Meta:
        verbose_name = "首次查看"
        verbose_name_plural = "首次查看"
        ordering = ["read_at", "id"]
