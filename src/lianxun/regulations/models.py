"""The library: works, versions, articles, what they cite; collections, notes, imports, checks.

A row that everybody with the duty may read (public law, institution documents in force) carries
``everyone``; any other row follows the labels (settled.md 7). Articles and citations have no labels of
their own: their policy asks for the version they belong to.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.regulations.enums import (
    KINDS,
    TIERS,
    UNIT_KINDS,
    CheckState,
    FileOutcome,
    InstitutionState,
    IntakeState,
    Origin,
    ReviewKind,
    ReviewOutcome,
)


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


class Collection(Labelled):
    """收藏 (``personal``) or 专题 of a unit; ``everyone`` = published to all."""

    title = models.CharField("名称", max_length=100)
    about = models.CharField("说明", max_length=300, blank=True, default="")
    personal = models.BooleanField("个人收藏", default=False)
    everyone = models.BooleanField("全员可见", default=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "法规专题"
        verbose_name_plural = "法规专题"
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                name="collection_personal_is_not_for_everyone",
                condition=~Q(personal=True, everyone=True),
            )
        ]

    def __str__(self) -> str:
        return self.title


class CollectionItem(models.Model):
    """A work, or one article of it (``article_key``), in a collection."""

    id = models.BigAutoField(primary_key=True)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="+")
    article_key = models.CharField("条文键", max_length=40, blank=True, default="")
    label = models.CharField("条目", max_length=100, blank=True, default="")
    remark = models.CharField("备注", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "专题条目"
        verbose_name_plural = "专题条目"
        ordering = ["collection", "id"]
        constraints = [
            models.UniqueConstraint(
                name="collection_item_once", fields=["collection", "work", "article_key"]
            )
        ]


class ReadingNote(Labelled):
    """笔记 on a work or an article: seen by the own unit, or by the members of an engagement."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="+")
    article_key = models.CharField("条文键", max_length=40, blank=True, default="")
    label = models.CharField("条目", max_length=100, blank=True, default="")
    text = models.TextField("内容", max_length=2000)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "阅读笔记"
        verbose_name_plural = "阅读笔记"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["work", "article_key"])]


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
