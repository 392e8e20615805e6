"""Texts that are read: files of an import, checks of citations."""

from __future__ import annotations

from django.db import models

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.regulations.enums import CheckState, FileOutcome, IntakeState


class Intake(Labelled):
    """导入批次: files read, shown as a dry run, accepted as a whole or given up."""

    title = models.CharField("名称", max_length=200)
    state = models.CharField("状态", max_length=10, choices=IntakeState.choices)
    everyone = models.BooleanField("入库后全员可见", default=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    total = models.PositiveIntegerField("文件数")
    replace = models.BooleanField("同日不同文的予以更正", default=False)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "法规导入"
        verbose_name_plural = "法规导入"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class IntakeFile(models.Model):
    """One file of an import: its text, what the splitter made of it, and what was done with it.

    ``problems`` are ``[place, reason, words]``; ``lines`` counts what became of every line by kind, so
    that nothing is unaccounted for. ``works`` are the works of the file: ``[key, title, day, articles]``.
    """

    id = models.BigAutoField(primary_key=True)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="files")
    name = models.CharField("文件名", max_length=300)
    hint = models.CharField("目录", max_length=200, blank=True, default="")
    digest = models.CharField("摘要", max_length=64)
    stored = models.UUIDField("原件", null=True, blank=True)
    format = models.CharField("格式", max_length=10, blank=True, default="")
    text = models.TextField("文本", blank=True, default="")
    layout = models.JSONField("版面", null=True, blank=True)
    outcome = models.CharField("结果", max_length=12, choices=FileOutcome.choices)
    message = models.CharField("说明", max_length=500, blank=True, default="")
    works = models.JSONField("法规", default=list)
    lines = models.JSONField("各行归属", default=dict)
    problems = models.JSONField("待核", default=list)
    articles = models.PositiveIntegerField("条文数", default=0)
    written = models.PositiveIntegerField("入库条文数", default=0)
    done = models.BooleanField("已处理", default=False)

    class Meta:
        verbose_name = "导入文件"
        verbose_name_plural = "导入文件"
        ordering = ["intake", "id"]
        indexes = [models.Index(fields=["intake", "outcome"])]


class CitationCheck(Labelled):
    """引用核查: a text, the day it was checked for, and what each of its citations resolves to."""

    title = models.CharField("名称", max_length=200)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField("核查基准日")
    state = models.CharField(
        "状态", max_length=10, choices=CheckState.choices, default=CheckState.DONE
    )
    message = models.CharField("说明", max_length=500, blank=True, default="")
    name = models.CharField("文件名", max_length=300, blank=True, default="")
    digest = models.CharField("摘要", max_length=64, blank=True, default="")
    read = models.PositiveIntegerField("已读页数", default=0)
    pages = models.PositiveIntegerField("总页数", default=0)
    format = models.CharField("格式", max_length=10, blank=True, default="")
    stored = models.UUIDField("原件", null=True, blank=True)
    text = models.TextField("文本", blank=True, default="")
    layout = models.JSONField("版面", null=True, blank=True)
    counts = models.JSONField("统计", default=dict)
    findings = models.JSONField("逐条结果", default=list)

    class Meta:
        verbose_name = "引用核查"
        verbose_name_plural = "引用核查"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def total(self) -> int:
        """Citations found."""
        return len(self.findings)

    @property
    def wrong(self) -> int:
        """Citations that do not resolve."""
        return sum(not f["ok"] for f in self.findings)
