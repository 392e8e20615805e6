"""What people make of the library: collections and notes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.regulations.models.library import Work


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
