"""Columns that most tables have, for the migrations that make them.

These are the columns of the first release: ``fabric.models`` may grow, what stands here never changes
(a migration that was applied says for ever what it made).
"""

from __future__ import annotations

from typing import Any

from django.db import models

from lianxun.kernel.ids import new_id

Columns = list[tuple[str, "models.Field[Any, Any]"]]


def row() -> Columns:
    """Columns of ``fabric.models.Row``."""
    return [
        (
            "id",
            models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False),
        ),
        ("revision", models.PositiveIntegerField("版本", default=1)),
        ("created_at", models.DateTimeField("登记时间")),
    ]


def labelled() -> Columns:
    """Columns of ``fabric.models.Labelled``: a row and the labels that its policies read."""
    levels = [(0, "公开"), (1, "内部"), (2, "敏感"), (3, "核心")]

    def path(name: str) -> models.CharField[Any, Any]:
        return models.CharField(name, max_length=200, null=True, blank=True)

    return [
        *row(),
        ("level", models.SmallIntegerField("级别", choices=levels, default=1)),
        ("region", models.IntegerField("行政区划")),
        ("owner_unit", models.UUIDField("所属单位")),
        ("owner_path", models.CharField("所属单位路径", max_length=200)),
        ("engagement", models.UUIDField("巡视任务", null=True, blank=True)),
        ("subject_org", models.UUIDField("涉及单位", null=True, blank=True)),
        ("subject_path", path("涉及单位路径")),
        ("addressee_unit", models.UUIDField("送达单位", null=True, blank=True)),
        ("addressee_path", path("送达单位路径")),
        (
            "compartment",
            models.CharField("隔离范围", max_length=40, null=True, blank=True),
        ),
    ]
