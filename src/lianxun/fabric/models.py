"""Base classes of business rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models

from lianxun.fabric import levels
from lianxun.kernel.ids import new_id


class Level(models.IntegerChoices):
    """The one scale of levels (settled.md 3). State secrets never enter the platform."""

    PUBLIC = 0, "公开"
    INTERNAL = 1, "内部"
    SENSITIVE = 2, "敏感"
    CORE = 3, "核心"


class Row(models.Model):
    """A business row: time-ordered id, revision for optimistic locking, when it came to be."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    revision = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        abstract = True


class Labelled(Row):
    """A row under need-to-know: the columns that the row-security policies read.

    ``owner_path``/``subject_path``/``addressee_path`` repeat the unit's place in the tree because a
    range on text is indexable and leakproof (stack.md §3). They are plain ids, not foreign keys:
    the rule must work in every room, whoever lies below. ``fabric.labels`` fills them.
    """

    level = models.SmallIntegerField("级别", choices=Level.choices, default=Level.INTERNAL)
    region = models.IntegerField("行政区划")
    owner_unit = models.UUIDField("所属单位")
    owner_path = models.CharField("所属单位路径", max_length=200)
    engagement = models.UUIDField("巡视任务", null=True, blank=True)
    subject_org = models.UUIDField("涉及单位", null=True, blank=True)
    subject_path = models.CharField("涉及单位路径", max_length=200, null=True, blank=True)  # noqa: DJ001 - NULL means "about nobody"
    addressee_unit = models.UUIDField("送达单位", null=True, blank=True)
    addressee_path = models.CharField("送达单位路径", max_length=200, null=True, blank=True)  # noqa: DJ001
    compartment = models.CharField("隔离范围", max_length=40, null=True, blank=True)  # noqa: DJ001

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """Also tells whoever watches (``fabric.levels``) how secret the row is."""
        row = super().from_db(db, field_names, values, **more)
        known = row.__dict__
        whole = row if known.keys() >= LABELS else None
        levels.loaded(known.get("level") or 0, cls._meta.label_lower, known.get("id"), whole)
        return row


LABELS = frozenset(f.attname for f in Labelled._meta.local_fields)
"""Columns of a row without which no rule of need-to-know can be asked."""


class Submission(models.Model):
    """A form or API call that already had its effect: the second click finds it (``fabric.once``)."""

    key = models.UUIDField(primary_key=True)
    account = models.UUIDField("账号")
    act = models.CharField("行为", max_length=80)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "提交记录"
        verbose_name_plural = "提交记录"
        ordering = ["-at"]


class Outbox(models.Model):
    """发件箱: news of a committed act, delivered at least once (settled.md 17d).

    ``payload`` holds ids and codes only; whoever handles it reads the content under its own rights.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField("类别", max_length=60)
    key = models.CharField("幂等键", max_length=120, unique=True)
    payload = models.JSONField("内容", default=dict)
    created_at = models.DateTimeField("产生时间")
    not_before = models.DateTimeField("最早投递时间")
    attempts = models.PositiveIntegerField("已尝试次数", default=0)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    last_error = models.CharField("最近错误", max_length=200, default="", blank=True)

    class Meta:
        verbose_name = "发件箱"
        verbose_name_plural = "发件箱"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="outbox_pending",
                condition=models.Q(done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
