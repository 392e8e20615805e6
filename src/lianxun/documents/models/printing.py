"""打印登记: who had how many copies printed, under which mark, and what became of each copy."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.documents.enums import CopyState, PrintPurpose, PrintState
from lianxun.documents.models.disposal import OfObject


class PrintOrder(OfObject):
    """打印任务: one document, some numbered copies, one mark that leads back to this row.

    ``file`` is an id and not a foreign key: the register outlives the document.
    """

    file = models.UUIDField("文件")
    title = models.CharField("标题", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True, default="")
    sha256 = models.CharField("文件摘要", max_length=64)
    mark = models.CharField("水印编号", max_length=20, unique=True)
    purpose = models.CharField("用途", max_length=12, choices=PrintPurpose.choices)
    copies = models.PositiveSmallIntegerField("份数")
    state = models.CharField("状态", max_length=10, choices=PrintState.choices)
    asked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    released_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="放行人",
    )
    released_at = models.DateTimeField("放行时间", null=True, blank=True)
    refusal = models.CharField("不予打印理由", max_length=200, blank=True, default="")
    printed_at = models.DateTimeField("打印时间", null=True, blank=True)

    class Meta:
        verbose_name = "打印任务"
        verbose_name_plural = "打印任务"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["file"], name="print_file"),
            models.Index(fields=["state", "created_at"], name="print_state"),
            models.Index(fields=["owner_path", "created_at"], name="print_owner"),
            models.Index(fields=["region", "created_at"], name="print_region"),
        ]
        constraints = [
            models.CheckConstraint(
                name="print_some_copies", condition=Q(copies__gte=1, copies__lte=200)
            ),
            models.CheckConstraint(
                name="print_released_by_another",
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("asked_by")),
                violation_error_message="放行人不能是申请人。",
            ),
            models.CheckConstraint(
                name="print_refused_says_why", condition=~Q(state="refused") | ~Q(refusal="")
            ),
        ]


class PrintedCopy(OfObject):
    """纸质份: one numbered copy, until it came back or was destroyed before two people."""

    order = models.ForeignKey(PrintOrder, on_delete=models.PROTECT, related_name="sheets")
    serial = models.PositiveSmallIntegerField("份号")
    state = models.CharField("状态", max_length=10, choices=CopyState.choices)
    holder = models.CharField("领用人", max_length=60, blank=True, default="")
    settled_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    settled_at = models.DateTimeField("登记收回或销毁时间", null=True, blank=True)
    witness = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="监销人",
    )
    remark = models.CharField("说明", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "纸质份"
        verbose_name_plural = "纸质份"
        ordering = ["order", "serial"]
        constraints = [
            models.UniqueConstraint(name="copy_serial_once", fields=["order", "serial"]),
            models.CheckConstraint(
                name="copy_settled_by_a_person",
                condition=Q(state="out") | Q(settled_by__isnull=False, settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="copy_destroyed_before_a_witness",
                condition=~Q(state="destroyed")
                | (Q(witness__isnull=False) & ~Q(witness=F("settled_by"))),
                violation_error_message="纸质文件须由两人共同销毁。",
            ),
            models.CheckConstraint(
                name="copy_lost_says_how", condition=~Q(state="lost") | ~Q(remark="")
            ),
        ]
