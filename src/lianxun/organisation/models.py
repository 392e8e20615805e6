"""Units and people. A unit's ``path`` is its place in the tree, made of fixed-width ids."""

from __future__ import annotations

from django.db import models

from lianxun.fabric.models import Row
from lianxun.organisation.enums import RecusalKind, Tier, UnitKind


class Unit(Row):
    """单位: an organisation at one place of the tree. Names are known to everybody signed in."""

    code = models.CharField("单位编码", max_length=40, unique=True)
    name = models.CharField("单位名称", max_length=120)
    short_name = models.CharField("简称", max_length=40)
    pinyin = models.CharField("拼音", max_length=240, default="", blank=True)
    kind = models.CharField("单位类别", max_length=30, choices=UnitKind.choices)
    tier = models.CharField("层级", max_length=10, choices=Tier.choices)
    region = models.IntegerField("行政区划")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("路径", max_length=200, unique=True)
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class Person(Row):
    """人员: somebody who holds a post in a unit. Facts about people are business data."""

    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=120, default="", blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="people", verbose_name="单位"
    )
    unit_path = models.CharField("单位路径", max_length=200)
    post = models.CharField("职务", max_length=60)
    active = models.BooleanField("在岗", default=True)

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["unit_path", "pinyin", "id"]

    def __str__(self) -> str:
        return self.name


class RecusalFact(Row):
    """回避事实: what ties a person to an organisation. Others ever learn only 回避：是/否."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recusal_facts")
    kind = models.CharField("关系", max_length=20, choices=RecusalKind.choices)
    organisation = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="相关单位"
    )
    since = models.DateField("起", null=True, blank=True)
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "回避事实"
        verbose_name_plural = "回避事实"
        ordering = ["person", "id"]
        constraints = [
            models.CheckConstraint(
                name="recusal_fact_in_order",
                condition=models.Q(since__isnull=True)
                | models.Q(until__isnull=True)
                | models.Q(until__gte=models.F("since")),
            )
        ]
