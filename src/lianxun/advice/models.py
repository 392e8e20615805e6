"""Suggestions, decisions about them, similar leads, and the models that suggest.

A suggestion is never written on the lead. Rows about a lead are visible to whoever may see that lead:
their policies ask row security of ``leads_lead`` itself, so no copied label can fall behind.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.advice.enums import (
    DecisionReason,
    Relation,
    ReleaseKind,
    ReleaseState,
    TrainingState,
)
from lianxun.fabric.models import Row


class Advice(Row):
    """研判建议: what was found in one wording of a lead. Added, never changed."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    text_digest = models.CharField("文字校验值", max_length=64)
    model = models.CharField("模型编号", max_length=40, blank=True, default="")
    taxonomy_version = models.CharField("分类表版本", max_length=20)
    shown = models.BooleanField("显示类别建议")
    content = models.JSONField("内容", default=dict)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", default=0)

    class Meta:
        verbose_name = "研判建议"
        verbose_name_plural = "研判建议"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="advice_once_per_wording_and_model", fields=["lead", "text_digest", "model"]
            )
        ]


class Decision(Row):
    """类别认定: what a person decided on one facet, beside what had been suggested. Never changed."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    advice = models.ForeignKey(
        Advice, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    facet = models.CharField("维度", max_length=10)
    suggested = ArrayField(models.CharField(max_length=20), verbose_name="建议类目", default=list)
    decided = ArrayField(models.CharField(max_length=20), verbose_name="认定类目", default=list)
    reason = models.CharField("理由", max_length=20, choices=DecisionReason.choices)
    note = models.CharField("说明", max_length=300, blank=True, default="")
    shown = models.BooleanField("认定时显示了建议")
    model = models.CharField("模型编号", max_length=40, blank=True, default="")
    taxonomy_version = models.CharField("分类表版本", max_length=20)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "类别认定"
        verbose_name_plural = "类别认定"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["lead", "facet", "created_at"])]
        constraints = [
            models.CheckConstraint(name="decision_names_a_leaf", condition=Q(decided__len__gt=0)),
            models.CheckConstraint(
                name="decision_corrects_with_a_reason",
                condition=Q(reason__in=["同意建议", "未作建议，由人工认定"]) | ~Q(note=""),
            ),
        ]


class SimilarHit(Row):
    """相似件: ``other`` resembles ``lead``; visible to whoever may see both."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    relation = models.CharField("关系", max_length=10, choices=Relation.choices)
    cosine = models.FloatField("相近程度")
    overlap = models.FloatField("文字重合")
    shared = models.JSONField("相同之处", default=list)
    differing = models.JSONField("不同之处", default=list)

    class Meta:
        verbose_name = "相似件"
        verbose_name_plural = "相似件"
        ordering = ["-overlap", "-cosine", "id"]
        indexes = [models.Index(fields=["created_at"])]
        constraints = [
            models.UniqueConstraint(name="similar_once_per_pair", fields=["lead", "other"]),
            models.CheckConstraint(name="similar_to_another", condition=~Q(lead=F("other"))),
        ]


class IndexEntry(models.Model):
    """相似件索引: the terms of one lead. ``terms`` is empty once the lead has left search.

    ``seq`` grows with every change: a process takes what came after the last number it knows.
    """

    lead = models.OneToOneField(
        "leads.Lead", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    seq = models.BigIntegerField("变更序号", unique=True)
    text_digest = models.CharField("文字校验值", max_length=64, blank=True, default="")
    terms = models.BinaryField("词项", null=True)
    signature = models.BinaryField("签名", null=True)

    class Meta:
        verbose_name = "相似件索引"
        verbose_name_plural = "相似件索引"
        ordering = ["seq"]


class SimilarQuestion(Row):
    """相似件查询: who asked for which lead whether there are further ones, and what he was told."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    told = models.BooleanField("答复存在")

    class Meta:
        verbose_name = "相似件查询"
        verbose_name_plural = "相似件查询"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["asked_by", "created_at"])]


class ModelVersion(Row):
    """研判模型: the files of one model. Its name follows from their contents."""

    name = models.CharField("模型编号", max_length=40, unique=True)
    sha256 = models.CharField("校验值", max_length=64)
    taxonomy_version = models.CharField("分类表版本", max_length=20)
    source = models.CharField("训练数据", max_length=300)
    figures = models.JSONField("指标", default=dict)
    card = models.TextField("模型说明")
    archive = models.BinaryField("模型文件")

    class Meta:
        verbose_name = "研判模型"
        verbose_name_plural = "研判模型"
        ordering = ["-created_at", "-id"]


class Training(Row):
    """训练任务: one retraining in the sandbox, with the figures on the frozen set."""

    state = models.CharField("状态", max_length=10, choices=TrainingState.choices)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    progress = models.PositiveSmallIntegerField("进度", default=0)
    stage = models.CharField("阶段", max_length=60, blank=True, default="")
    message = models.CharField("结果说明", max_length=300, blank=True, default="")
    cancel = models.BooleanField("要求取消", default=False)
    decisions = models.PositiveIntegerField("认定数", default=0)
    frozen = models.JSONField("冻结测试集", default=dict)
    before = models.JSONField("现用模型指标", default=dict)
    after = models.JSONField("新模型指标", default=dict)
    losses = models.JSONField("退步之处", default=list)
    result = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "训练任务"
        verbose_name_plural = "训练任务"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_training_at_a_time",
                fields=["state"],
                condition=Q(state="running"),
            ),
            models.CheckConstraint(
                name="training_done_has_a_model",
                condition=~Q(state="done") | Q(result__isnull=False),
            ),
        ]


class Release(Row):
    """模型启用: a change of the model in use. The newest effective row names it."""

    kind = models.CharField("类型", max_length=10, choices=ReleaseKind.choices)
    state = models.CharField("状态", max_length=10, choices=ReleaseState.choices)
    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    training = models.ForeignKey(
        Training, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    no_loss = models.BooleanField("冻结测试集未退步", default=False)
    trained_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    effective_at = models.DateTimeField("启用时间", null=True, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "模型启用"
        verbose_name_plural = "模型启用"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="promotion_needs_two_people",
                condition=~Q(kind="promote", state="effective")
                | (
                    Q(proposed_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("proposed_by"))
                    & (Q(trained_by__isnull=True) | ~Q(confirmed_by=F("trained_by")))
                ),
                violation_error_message="启用新模型须由提出人以外、且不是训练人的人员复核。",
            ),
            models.CheckConstraint(
                name="promotion_without_loss",
                condition=~Q(kind="promote") | Q(no_loss=True),
                violation_error_message="在冻结测试集上退步的模型不能启用。",
            ),
            models.CheckConstraint(
                name="effective_release_has_its_moment",
                condition=~Q(state="effective") | Q(effective_at__isnull=False),
            ),
        ]
