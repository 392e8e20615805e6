from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import row
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Versions of the model, training, release."""

    dependencies = [
        ("advice", "0001_advice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="ModelVersion",
            fields=[
                *row(),
                ("name", models.CharField("模型编号", max_length=40, unique=True)),
                ("sha256", models.CharField("校验值", max_length=64)),
                ("taxonomy_version", models.CharField("分类表版本", max_length=20)),
                ("source", models.CharField("训练数据", max_length=300)),
                ("figures", models.JSONField("指标", default=dict)),
                ("card", models.TextField("模型说明")),
                ("archive", models.BinaryField("模型文件")),
            ],
            options={
                "verbose_name": "研判模型",
                "verbose_name_plural": "研判模型",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                *row(),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("queued", "排队中"),
                            ("running", "训练中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                            ("cancelled", "已取消"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("progress", models.PositiveSmallIntegerField("进度", default=0)),
                ("stage", models.CharField("阶段", blank=True, default="", max_length=60)),
                ("message", models.CharField("结果说明", blank=True, default="", max_length=300)),
                ("cancel", models.BooleanField("要求取消", default=False)),
                ("decisions", models.PositiveIntegerField("认定数", default=0)),
                ("frozen", models.JSONField("冻结测试集", default=dict)),
                ("before", models.JSONField("现用模型指标", default=dict)),
                ("after", models.JSONField("新模型指标", default=dict)),
                ("losses", models.JSONField("退步之处", default=list)),
                (
                    "result",
                    models.ForeignKey(
                        "advice.modelversion",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("finished_at", models.DateTimeField("结束时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "训练任务",
                "verbose_name_plural": "训练任务",
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("state",),
                        name="one_training_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("result__isnull", False),
                            _connector="OR",
                        ),
                        name="training_done_has_a_model",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                *row(),
                (
                    "kind",
                    models.CharField(
                        "类型",
                        choices=[
                            ("install", "随平台安装"),
                            ("promote", "启用新模型"),
                            ("rollback", "回退"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("proposed", "待复核"),
                            ("effective", "已启用"),
                            ("rejected", "未同意"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "model",
                    models.ForeignKey("advice.modelversion", models.PROTECT, related_name="+"),
                ),
                (
                    "training",
                    models.ForeignKey(
                        "advice.training", models.PROTECT, blank=True, null=True, related_name="+"
                    ),
                ),
                ("no_loss", models.BooleanField("冻结测试集未退步", default=False)),
                (
                    "trained_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("effective_at", models.DateTimeField("启用时间", blank=True, null=True)),
                ("reason", models.CharField("理由", blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name": "模型启用",
                "verbose_name_plural": "模型启用",
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "promote"), ("state", "effective"), _negated=True),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                ("proposed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                                models.Q(
                                    ("trained_by__isnull", True),
                                    models.Q(
                                        ("confirmed_by", models.F("trained_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="promotion_needs_two_people",
                        violation_error_message="启用新模型须由提出人以外、且不是训练人的人员复核。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "promote"), _negated=True),
                            ("no_loss", True),
                            _connector="OR",
                        ),
                        name="promotion_without_loss",
                        violation_error_message="在冻结测试集上退步的模型不能启用。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "effective"), _negated=True),
                            ("effective_at__isnull", False),
                            _connector="OR",
                        ),
                        name="effective_release_has_its_moment",
                    ),
                ],
            },
        ),
    )
