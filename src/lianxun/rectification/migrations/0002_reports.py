from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Reopening, progress reports, letters of pressure, use of results."""

    dependencies = [
        ("rectification", "0001_items"),
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Reopening",
            fields=[
                *labelled(),
                (
                    "item",
                    models.ForeignKey(
                        "rectification.item", models.PROTECT, related_name="reopenings"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        "起因",
                        choices=[
                            ("look_back", "“回头看”发现"),
                            ("audit", "审计发现"),
                            ("rebound", "问题反弹"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("text", models.CharField("情况", max_length=500)),
            ],
            options={
                "verbose_name": "重新整改",
                "verbose_name_plural": "重新整改",
                "ordering": ["item", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="reopening_says_why"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                *labelled(),
                (
                    "item",
                    models.ForeignKey("rectification.item", models.PROTECT, related_name="reports"),
                ),
                (
                    "kind",
                    models.CharField(
                        "类别",
                        choices=[
                            ("progress", "整改进展情况报告"),
                            ("head", "主要负责人组织落实情况报告"),
                        ],
                        max_length=10,
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField("完成比例")),
                ("text", models.TextField("进展情况")),
                ("obstacle", models.TextField("困难和建议", blank=True, default="")),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("name", models.CharField("报告人", max_length=40)),
            ],
            options={
                "verbose_name": "整改报告",
                "verbose_name_plural": "整改报告",
                "ordering": ["item", "created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="report_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 100)), name="report_percent_is_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Press",
            fields=[
                *labelled(),
                (
                    "item",
                    models.ForeignKey("rectification.item", models.PROTECT, related_name="presses"),
                ),
                ("number", models.CharField("文号", max_length=60)),
                ("demand", models.TextField("督办要求")),
                ("due_on", models.DateField("答复期限")),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("answer", models.TextField("答复", blank=True, default="")),
                (
                    "answered_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("answered_at", models.DateTimeField("答复时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "督办函",
                "verbose_name_plural": "督办函",
                "ordering": ["item", "created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("demand", ""), _negated=True),
                        name="press_demands_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answered_by", models.F("account")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="press_answered_by_another_and_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                *labelled(),
                (
                    "item",
                    models.ForeignKey("rectification.item", models.PROTECT, related_name="uses"),
                ),
                (
                    "kind",
                    models.CharField(
                        "类别",
                        choices=[
                            ("rule", "形成制度"),
                            ("task", "列入年度重点任务"),
                            ("penalty", "问责处理"),
                            ("money", "追缴挽损"),
                            ("livelihood", "民生成果"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey("organisation.unit", models.PROTECT, related_name="+"),
                ),
                ("text", models.CharField("内容", max_length=500)),
                ("document", models.CharField("文件或凭证", max_length=200)),
                ("amount", models.BigIntegerField("金额（分）", blank=True, null=True)),
                ("used_on", models.DateField("日期")),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "成果运用",
                "verbose_name_plural": "成果运用",
                "ordering": ["item", "used_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            models.Q(("document", ""), _negated=True),
                        ),
                        name="use_says_what_and_by_which_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "money"), ("amount__gt", 0)),
                            models.Q(
                                models.Q(("kind", "money"), _negated=True), ("amount__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="use_of_money_has_an_amount",
                        violation_error_message="追缴挽损须填写金额。",
                    ),
                ],
            },
        ),
    )
