from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Assessments and the scores they are made of."""

    dependencies = [
        ("rectification", "0002_reports"),
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Assessment",
            fields=[
                *labelled(),
                ("number", models.CharField("编号", max_length=60)),
                ("scheme", models.CharField("评估办法", max_length=10)),
                ("scheme_version", models.PositiveSmallIntegerField("办法版本")),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("scoring", "评分中"),
                            ("merged", "委员会审定中"),
                            ("served", "已送达"),
                            ("objected", "有异议"),
                            ("final", "已生效"),
                        ],
                        max_length=10,
                    ),
                ),
                ("turn", models.PositiveSmallIntegerField("第几次评分", default=1)),
                (
                    "opened_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "open_reason",
                    models.CharField("未完成情况说明", blank=True, default="", max_length=500),
                ),
                ("basis", models.JSONField("整改情况", default=dict)),
                ("parts", models.JSONField("各项得分", default=list)),
                (
                    "total",
                    models.DecimalField(
                        "总分", blank=True, decimal_places=1, max_digits=4, null=True
                    ),
                ),
                ("grade", models.CharField("等次", blank=True, default="", max_length=10)),
                ("remark", models.CharField("否决或封顶", blank=True, default="", max_length=200)),
                ("summary", models.CharField("评估意见", blank=True, default="", max_length=2000)),
                (
                    "merged_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "returned",
                    models.CharField("委员会退回意见", blank=True, default="", max_length=500),
                ),
                ("served_on", models.DateField("送达日期", blank=True, null=True)),
                ("object_until", models.DateField("异议截止", blank=True, null=True)),
                ("objection", models.CharField("异议", blank=True, default="", max_length=2000)),
                (
                    "objected_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "objection_answer",
                    models.CharField("异议答复", blank=True, default="", max_length=2000),
                ),
                ("final_on", models.DateField("生效日期", blank=True, null=True)),
            ],
            options={
                "verbose_name": "整改评估",
                "verbose_name_plural": "整改评估",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["engagement", "state"], name="rectificati_engagem_558dba_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "final"), _negated=True),
                        fields=("engagement",),
                        name="assessment_one_at_a_time",
                        violation_error_message="本任务的整改评估正在进行。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["scoring", "merged"]),
                            models.Q(
                                ("merged_by__isnull", False),
                                ("total__gte", 0),
                                ("total__lte", 100),
                                models.Q(("grade", ""), _negated=True),
                                models.Q(("summary", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_merged_is_whole",
                        violation_error_message="评估结论须有总分、等次和评估意见。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["scoring", "merged"]),
                            models.Q(
                                ("addressee_unit", models.F("subject_org")),
                                ("object_until__isnull", False),
                                ("served_on__isnull", False),
                                ("state__in", ["served", "objected", "final"]),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_is_served_when_decided",
                        violation_error_message="评估结论经委员会决定后才送达被巡视单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "objected"), _negated=True),
                            models.Q(
                                models.Q(("objection", ""), _negated=True),
                                ("objected_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_objection_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("final_on__isnull", False), ("state", "final")),
                            models.Q(
                                models.Q(("state", "final"), _negated=True),
                                ("final_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_final_has_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                *labelled(),
                (
                    "assessment",
                    models.ForeignKey(
                        "rectification.assessment", models.PROTECT, related_name="scores"
                    ),
                ),
                ("unit", models.ForeignKey("organisation.unit", models.PROTECT, related_name="+")),
                ("unit_name", models.CharField("评估单位", max_length=60)),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("name", models.CharField("评分人", max_length=40)),
                ("turn", models.PositiveSmallIntegerField("第几次评分")),
                ("deductions", models.JSONField("扣分")),
                ("reasons", models.JSONField("扣分依据")),
            ],
            options={
                "verbose_name": "整改评分",
                "verbose_name_plural": "整改评分",
                "ordering": ["assessment", "turn", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "unit", "turn"),
                        name="score_once_for_each_unit",
                        violation_error_message="本单位已经评分。",
                    )
                ],
            },
        ),
    )
