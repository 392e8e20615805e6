"""Institution documents through their editions, and their reviews."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.regulations.enums import InstitutionState, ReviewKind, ReviewOutcome
from lianxun.regulations.models.library import Work


class Institution(Labelled):
    """制度文件 (SM-9): one edition; a revision is a new row that ``replaces`` the one in force."""

    title = models.CharField("名称", max_length=200)
    template = models.CharField("模板", max_length=20, blank=True, default="")
    state = models.CharField("状态", max_length=16, choices=InstitutionState.choices)
    text = models.TextField("正文")
    edition = models.PositiveIntegerField("版次", default=1)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors"
    )
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    matter = models.UUIDField("提请的审批", null=True, blank=True)
    opinion = models.CharField("审核意见", max_length=500, blank=True, default="")
    reason = models.CharField("修订理由", max_length=500, blank=True, default="")
    decided_by = models.CharField("审议通过", max_length=200, blank=True, default="")
    document_number = models.CharField("文号", max_length=100, blank=True, default="")
    effective_on = models.DateField("施行日期", null=True, blank=True)
    work = models.ForeignKey(
        Work, on_delete=models.PROTECT, null=True, blank=True, related_name="institutions"
    )

    class Meta:
        verbose_name = "制度文件"
        verbose_name_plural = "制度文件"
        ordering = ["title", "-edition"]
        constraints = [
            models.CheckConstraint(
                name="institution_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                violation_error_message="审核不能由起草人自己办理。",
            ),
            models.CheckConstraint(
                name="institution_in_force_is_complete",
                condition=Q(state__in=["draft", "review"])
                | (Q(effective_on__isnull=False, work__isnull=False) & ~Q(decided_by="")),
            ),
            models.UniqueConstraint(
                name="institution_one_revision_at_a_time",
                fields=["replaces"],
                condition=Q(state__in=["draft", "review"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InstitutionReview(Labelled):
    """制度评估: what a quarterly, annual or biennial review found."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField("评估类型", max_length=10, choices=ReviewKind.choices)
    finding = models.CharField("执行情况和问题", max_length=1000)
    outcome = models.CharField("结论", max_length=6, choices=ReviewOutcome.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "制度评估"
        verbose_name_plural = "制度评估"
        ordering = ["-created_at", "-id"]
