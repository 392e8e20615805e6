"""The end of what is kept: holds, lists of what ran out, and what still has to leave the disk.

What is destroyed here belongs to any room: a row names it by kind and id and carries a copy of its
labels, so that nobody learns from a list what he may not know of the object (settled.md 17a, 28).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.documents.enums import DisposalState, HoldState, LineState
from lianxun.fabric.models import Labelled


class OfObject(Labelled):
    """``object_kind`` decides whose duty opens the row: the room named in it."""

    object_kind = models.CharField("对象类别", max_length=40)

    class Meta:
        abstract = True


class LegalHold(OfObject):
    """法律保全: while one stands, nobody destroys what it names; several may stand at once."""

    object_id = models.UUIDField("对象")
    number = models.CharField("编号", max_length=60)
    reason = models.CharField("保全理由", max_length=300)
    basis = models.CharField("依据文号", max_length=120)
    placed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="设定人"
    )
    state = models.CharField("状态", max_length=10, choices=HoldState.choices)
    lifted_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="解除人",
    )
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    lift_reason = models.CharField("解除理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "法律保全"
        verbose_name_plural = "法律保全"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["object_kind", "object_id"], name="hold_object")]
        constraints = [
            models.CheckConstraint(name="hold_says_why", condition=~Q(reason="") & ~Q(basis="")),
            models.CheckConstraint(
                name="hold_lifted_by_another_with_reason",
                condition=Q(state="held", lifted_by__isnull=True, lifted_at__isnull=True)
                | (
                    Q(state="lifted", lifted_by__isnull=False, lifted_at__isnull=False)
                    & ~Q(lifted_by=F("placed_by"))
                    & ~Q(lift_reason="")
                ),
                violation_error_message="保全须由设定人以外的人写明理由后解除。",
            ),
        ]


class DisposalList(OfObject):
    """销毁清册: what ran out and is the same in every label; reviewed by one, destroyed by another."""

    keeper = models.CharField("销毁类别", max_length=40)
    number = models.CharField("清册编号", max_length=60, blank=True, default="")
    state = models.CharField("状态", max_length=10, choices=DisposalState.choices)
    drawn_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    reviewed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核人",
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    opinion = models.CharField("审核意见", max_length=300, blank=True, default="")
    checked_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="监销人",
    )
    checked_at = models.DateTimeField("销毁时间", null=True, blank=True)
    return_reason = models.CharField("退回理由", max_length=300, blank=True, default="")
    sha256 = models.CharField("销毁记录摘要", max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "销毁清册"
        verbose_name_plural = "销毁清册"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["state", "created_at"], name="disposal_state"),
            models.Index(fields=["owner_path", "created_at"], name="disposal_owner"),
            models.Index(fields=["region", "created_at"], name="disposal_region"),
        ]
        constraints = [
            models.CheckConstraint(
                name="disposal_reviewed_by_a_person",
                condition=~Q(state__in=["reviewed", "destroyed"])
                | (
                    Q(reviewed_by__isnull=False, reviewed_at__isnull=False)
                    & ~Q(opinion="")
                    & ~Q(number="")
                ),
            ),
            # Maker is never checker, in the database too (platform-decisions.md 17).
            models.CheckConstraint(
                name="disposal_checked_by_another",
                condition=Q(checked_by__isnull=True)
                | (Q(reviewed_by__isnull=False) & ~Q(checked_by=F("reviewed_by"))),
                violation_error_message="监销人不能是审核人。",
            ),
            models.CheckConstraint(
                name="disposal_destroyed_has_its_record",
                condition=~Q(state="destroyed")
                | Q(
                    checked_by__isnull=False,
                    checked_at__isnull=False,
                    sha256__regex="^[0-9a-f]{64}$",
                ),
            ),
        ]


class DisposalLine(OfObject):
    """清册条目: one thing; after its destruction number, dates and digest are all that is left of it."""

    disposal = models.ForeignKey(DisposalList, on_delete=models.PROTECT, related_name="lines")
    keeper = models.CharField("销毁类别", max_length=40)
    object_id = models.UUIDField("对象")
    number = models.CharField("编号", max_length=200)
    retention = models.CharField("保管期限", max_length=60)
    expired_on = models.DateField("期满日期")
    basis = models.CharField("依据", max_length=200)
    state = models.CharField("状态", max_length=10, choices=LineState.choices)
    keep_reason = models.CharField("留存理由", max_length=200, blank=True, default="")
    digest = models.CharField("摘要", max_length=64, blank=True, default="")
    files = models.PositiveIntegerField("销毁文件数", default=0)

    class Meta:
        verbose_name = "销毁清册条目"
        verbose_name_plural = "销毁清册条目"
        ordering = ["disposal", "id"]
        indexes = [models.Index(fields=["keeper", "object_id"], name="disposal_line_object")]
        constraints = [
            models.UniqueConstraint(
                name="disposal_line_open_once",
                fields=["keeper", "object_id"],
                condition=Q(state="listed"),
            ),
            models.CheckConstraint(
                name="disposal_line_kept_says_why",
                condition=~Q(state="kept") | ~Q(keep_reason=""),
            ),
            models.CheckConstraint(
                name="disposal_line_destroyed_keeps_a_digest",
                condition=~Q(state="destroyed") | Q(digest__regex="^[0-9a-f]{64}$"),
            ),
        ]


class Removal(models.Model):
    """待清除: bytes or a key whose row is gone; the job takes them off the disk after the commit.

    Holds digests and random ids only.
    """

    id = models.BigAutoField(primary_key=True)
    remover = models.CharField("清除类别", max_length=40)
    ref = models.CharField("标识", max_length=64)
    created_at = models.DateTimeField("登记时间")
    done_at = models.DateTimeField("清除时间", null=True, blank=True)

    class Meta:
        verbose_name = "待清除"
        verbose_name_plural = "待清除"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="removal_waiting", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.remover} {self.id}"
