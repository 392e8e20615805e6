"""Stored files and numbers of official documents."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lianxun.access.models import Account
from lianxun.documents.enums import FileRole, Retention, Scan
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit


class StoredFile(Labelled):
    """文件: bytes under their digest, never changed; a new version is a new row of the same ``series``."""

    object_kind = models.CharField("对象类别", max_length=40)
    object_id = models.UUIDField("对象")
    series = models.UUIDField("版本系列")
    version = models.PositiveIntegerField("版本", default=1)
    role = models.CharField("用途", max_length=10, choices=FileRole.choices)
    title = models.CharField("标题", max_length=200)
    suffix = models.CharField("扩展名", max_length=10)
    content_type = models.CharField("类型", max_length=100)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField("摘要", max_length=64)
    number = models.CharField("文号", max_length=60, blank=True, default="")
    retention = models.CharField(
        "保管期限", max_length=10, choices=Retention.choices, default=Retention.MATTER
    )
    scan = models.CharField("查毒", max_length=20, choices=Scan.choices)
    stored_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "文件"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["object_kind", "object_id"]),
            models.Index(fields=["owner_path", "created_at"]),
            models.Index(fields=["-created_at", "-id"], name="file_newest"),
            models.Index(fields=["engagement"], name="file_engagement"),
            models.Index(fields=["addressee_path"], name="file_addressee"),
            models.Index(fields=["region", "created_at"], name="file_region"),
        ]
        constraints = [
            models.UniqueConstraint(name="file_version_once", fields=["series", "version"]),
            models.CheckConstraint(
                name="file_digest_is_sha256", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(name="file_is_not_empty", condition=Q(size__gt=0)),
        ]


class NumberSeries(models.Model):
    """发文字号: the last number given per unit, code and year; a row lock makes it free of gaps.

    A code names its readers (adr/0030), so that the next number tells them nothing about others.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("机关代字", max_length=60)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后序号", default=0)

    class Meta:
        verbose_name = "发文字号"
        verbose_name_plural = "发文字号"
        ordering = ["unit", "year", "code"]
        constraints = [
            models.UniqueConstraint(name="number_series_once", fields=["unit", "code", "year"])
        ]


class GivenNumber(models.Model):
    """已用编号: a number drawn at random; whoever sees one learns nothing about how many there are."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("代字", max_length=60)
    year = models.PositiveSmallIntegerField("年份")
    value = models.PositiveBigIntegerField("编号")

    class Meta:
        verbose_name = "已用编号"
        verbose_name_plural = "已用编号"
        ordering = ["unit", "year", "code", "value"]
        constraints = [
            models.UniqueConstraint(
                name="number_given_once", fields=["unit", "code", "year", "value"]
            )
        ]
