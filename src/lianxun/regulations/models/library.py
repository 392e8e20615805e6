"""The library: works, versions, articles, what they cite and repeal; names of works; what changed.

A row that everybody with the duty may read (public law, institution documents in force) carries
``everyone``; any other row follows the labels (settled.md 7). Articles and citations have no labels of
their own: their policy asks for the version they belong to.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.regulations.enums import KINDS, TIERS, UNIT_KINDS, Origin


class Work(Labelled):
    """法规: one rule through all its versions. ``key`` is the compared title (``articles.work_key``)."""

    key = models.CharField("比对名称", max_length=300)
    title = models.CharField("名称", max_length=300)
    kind = models.CharField("类别", max_length=10, choices=KINDS)
    tier = models.CharField("层级", max_length=4, choices=TIERS)
    region_name = models.CharField("地区", max_length=40, blank=True, default="")
    issuer = models.CharField("制定机关", max_length=200, blank=True, default="")
    everyone = models.BooleanField("全员可见", default=False)
    origin = models.CharField("来源", max_length=12, choices=Origin.choices)
    repealed_on = models.DateField("废止日期", null=True, blank=True)
    repealed_by = models.CharField("废止依据", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "法规"
        verbose_name_plural = "法规"
        ordering = ["title", "id"]
        indexes = [models.Index(fields=["kind", "title"]), models.Index(fields=["key"])]
        constraints = [
            models.UniqueConstraint(
                name="work_once_for_everyone", fields=["key"], condition=Q(everyone=True)
            ),
            models.UniqueConstraint(
                name="work_once_a_unit", fields=["key", "owner_unit"], condition=Q(everyone=False)
            ),
            models.CheckConstraint(
                name="work_repealed_says_by_what",
                condition=Q(repealed_on__isnull=True) | ~Q(repealed_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Version(Labelled):
    """版本: one wording of a work, valid from ``valid_from`` up to and including ``valid_to``.

    ``day`` tells versions of a work apart (last amendment, else adoption). ``valid_to`` and ``repealed``
    follow from the other versions and from the work (``chain.dated``).
    """

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="versions")
    title = models.CharField("名称", max_length=300)
    everyone = models.BooleanField("全员可见", default=False)
    day = models.DateField("版本日期", null=True, blank=True)
    valid_from = models.DateField("施行日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)
    repealed = models.BooleanField("因废止失效", default=False)
    adopted_on = models.DateField("通过日期", null=True, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=100, blank=True, default="")
    notes = models.TextField("题注", blank=True, default="")
    sources = models.JSONField("来源文件", default=list)
    count = models.PositiveIntegerField("条文数")
    digest = models.CharField("全文摘要", max_length=64)
    linked = models.BooleanField("已标引用", default=False)

    class Meta:
        verbose_name = "法规版本"
        verbose_name_plural = "法规版本"
        ordering = ["work", "valid_from", "day"]
        constraints = [
            models.UniqueConstraint(
                name="version_once_a_day", fields=["work", "day"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.day}）"


class Article(models.Model):
    """条文: one citable unit of a version. ``key`` is stable inside the version: a15, a120-1, x1.a3."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="articles")
    order = models.PositiveIntegerField("次序")
    key = models.CharField("条文键", max_length=40)
    kind = models.CharField("单元", max_length=4, choices=UNIT_KINDS)
    number = models.PositiveIntegerField("条号", default=0)
    branch = models.PositiveIntegerField("之", default=0)
    part = models.PositiveIntegerField("附件序号", default=0)
    label = models.CharField("条目", max_length=100)
    text = models.TextField("条文")
    headings = ArrayField(models.CharField(max_length=300), verbose_name="编章节", default=list)
    clauses = models.JSONField("款项目", default=list)
    wording = models.CharField("文字摘要", max_length=16)

    class Meta:
        verbose_name = "条文"
        verbose_name_plural = "条文"
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(name="article_key_once", fields=["version", "key"]),
            models.UniqueConstraint(name="article_order_once", fields=["version", "order"]),
        ]

    def __str__(self) -> str:
        return self.label


class CitedPlace(models.Model):
    """引用: where an article names another rule or article. ``target`` is the compared title."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="cites")
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    target = models.CharField("引用法规", max_length=300)
    number = models.PositiveIntegerField("条号", default=0)
    branch = models.PositiveIntegerField("之", default=0)
    paragraph = models.PositiveIntegerField("款", default=0)
    item = models.PositiveIntegerField("项", default=0)

    class Meta:
        verbose_name = "条文引用"
        verbose_name_plural = "条文引用"
        ordering = ["article", "start"]
        indexes = [models.Index(fields=["target", "number", "branch"])]


class Repeal(models.Model):
    """宣布废止: a version that ends another rule by name, also one that is not in the library yet."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="repeals")
    target = models.CharField("被废止的法规", max_length=300)
    title = models.CharField("原文名称", max_length=300)
    since = models.DateField("自")

    class Meta:
        verbose_name = "宣布废止"
        verbose_name_plural = "宣布废止"
        ordering = ["version", "target"]
        indexes = [models.Index(fields=["target"])]


class Alias(models.Model):
    """简称: a name the installation uses for a work, beside the shipped table."""

    name = models.CharField("简称", max_length=100, unique=True)
    target = models.CharField("比对名称", max_length=300)
    title = models.CharField("法规名称", max_length=300)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "法规简称"
        verbose_name_plural = "法规简称"
        ordering = ["name"]


class LibraryChange(models.Model):
    """变动: which work changed, in order. Every process brings its index up to the last row."""

    id = models.BigAutoField(primary_key=True)
    work = models.UUIDField("法规")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "法规库变动"
        verbose_name_plural = "法规库变动"
        ordering = ["id"]
