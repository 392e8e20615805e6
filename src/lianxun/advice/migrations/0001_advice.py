from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from lianxun.fabric.columns import row
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Suggestions, decisions, similar leads."""

    initial = True
    dependencies = [
        ("leads", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Advice",
            fields=[
                *row(),
                ("lead", models.ForeignKey("leads.lead", models.CASCADE, related_name="+")),
                ("text_digest", models.CharField("文字校验值", max_length=64)),
                ("model", models.CharField("模型编号", blank=True, default="", max_length=40)),
                ("taxonomy_version", models.CharField("分类表版本", max_length=20)),
                ("shown", models.BooleanField("显示类别建议")),
                ("content", models.JSONField("内容", default=dict)),
                ("milliseconds", models.PositiveIntegerField("用时（毫秒）", default=0)),
            ],
            options={
                "verbose_name": "研判建议",
                "verbose_name_plural": "研判建议",
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lead", "text_digest", "model"),
                        name="advice_once_per_wording_and_model",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                *row(),
                ("lead", models.ForeignKey("leads.lead", models.CASCADE, related_name="+")),
                (
                    "advice",
                    models.ForeignKey(
                        "advice.advice", models.PROTECT, blank=True, null=True, related_name="+"
                    ),
                ),
                ("facet", models.CharField("维度", max_length=10)),
                (
                    "suggested",
                    ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=list,
                        size=None,
                        verbose_name="建议类目",
                    ),
                ),
                (
                    "decided",
                    ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=list,
                        size=None,
                        verbose_name="认定类目",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        "理由",
                        choices=[
                            ("同意建议", "同意建议"),
                            ("应归入其他类目", "应归入其他类目"),
                            ("遗漏类目", "遗漏类目"),
                            ("材料事实不支持", "材料事实不支持"),
                            ("不属于受理范围", "不属于受理范围"),
                            ("仅凭词语误判", "仅凭词语误判"),
                            ("未作建议，由人工认定", "未作建议，由人工认定"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField("说明", blank=True, default="", max_length=300)),
                ("shown", models.BooleanField("认定时显示了建议")),
                ("model", models.CharField("模型编号", blank=True, default="", max_length=40)),
                ("taxonomy_version", models.CharField("分类表版本", max_length=20)),
                (
                    "decided_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "类别认定",
                "verbose_name_plural": "类别认定",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["lead", "facet", "created_at"],
                        name="advice_deci_lead_id_be31e9_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decided__len__gt", 0)), name="decision_names_a_leaf"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["同意建议", "未作建议，由人工认定"]),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="decision_corrects_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SimilarHit",
            fields=[
                *row(),
                ("lead", models.ForeignKey("leads.lead", models.CASCADE, related_name="+")),
                ("other", models.ForeignKey("leads.lead", models.CASCADE, related_name="+")),
                (
                    "relation",
                    models.CharField(
                        "关系",
                        choices=[
                            ("重复件", "重复件"),
                            ("同一事项", "同一事项"),
                            ("同文异主体", "同文异主体"),
                            ("相关", "相关"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cosine", models.FloatField("相近程度")),
                ("overlap", models.FloatField("文字重合")),
                ("shared", models.JSONField("相同之处", default=list)),
                ("differing", models.JSONField("不同之处", default=list)),
            ],
            options={
                "verbose_name": "相似件",
                "verbose_name_plural": "相似件",
                "ordering": ["-overlap", "-cosine", "id"],
                "indexes": [
                    models.Index(fields=["created_at"], name="advice_simi_created_00e683_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("lead", "other"), name="similar_once_per_pair"),
                    models.CheckConstraint(
                        condition=models.Q(("lead", models.F("other")), _negated=True),
                        name="similar_to_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndexEntry",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        "leads.lead",
                        models.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                    ),
                ),
                ("seq", models.BigIntegerField("变更序号", unique=True)),
                (
                    "text_digest",
                    models.CharField("文字校验值", blank=True, default="", max_length=64),
                ),
                ("terms", models.BinaryField("词项", null=True)),
                ("signature", models.BinaryField("签名", null=True)),
            ],
            options={
                "verbose_name": "相似件索引",
                "verbose_name_plural": "相似件索引",
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="SimilarQuestion",
            fields=[
                *row(),
                ("lead", models.ForeignKey("leads.lead", models.CASCADE, related_name="+")),
                (
                    "asked_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("told", models.BooleanField("答复存在")),
            ],
            options={
                "verbose_name": "相似件查询",
                "verbose_name_plural": "相似件查询",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["asked_by", "created_at"], name="advice_simi_asked_b_67a8ba_idx"
                    )
                ],
            },
        ),
    )
