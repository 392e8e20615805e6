from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Working papers, their signatures, corroboration."""

    dependencies = [
        ("inspection", "0003_team_and_plan"),
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Paper",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="papers"
                    ),
                ),
                ("number", models.CharField("底稿编号", max_length=50)),
                ("title", models.CharField("问题", max_length=200)),
                (
                    "axis",
                    models.CharField(
                        "四个落实",
                        choices=[
                            ("policy", "落实党的理论和路线方针政策、党中央重大决策部署"),
                            ("strict", "落实全面从严治党责任"),
                            ("organisation", "落实新时代党的组织路线"),
                            ("rectification", "落实巡视、审计等监督发现问题整改"),
                        ],
                        max_length=20,
                    ),
                ),
                ("course", models.TextField("查证经过")),
                ("basis", models.TextField("定性依据")),
                ("responsible", models.CharField("责任主体", max_length=120)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("draft", "起草"),
                            ("signed_author", "承办人已签"),
                            ("signed_deputy", "副组长已签"),
                            ("signed_head", "组长已签"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "carried_from",
                    models.ForeignKey(
                        "inspection.paper",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="carried_to",
                    ),
                ),
                ("immediate", models.BooleanField("立行立改", default=False)),
            ],
            options={
                "verbose_name": "问题底稿",
                "verbose_name_plural": "问题底稿",
                "ordering": ["task", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("task", "number"), name="paper_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("carried_from__isnull", False)),
                        fields=("task", "carried_from"),
                        name="paper_carried_once",
                        violation_error_message="该问题已转入本任务。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                *labelled(),
                (
                    "paper",
                    models.ForeignKey(
                        "inspection.paper", models.PROTECT, related_name="signatures"
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        "签字环节",
                        choices=[
                            ("draft", "起草"),
                            ("signed_author", "承办人已签"),
                            ("signed_deputy", "副组长已签"),
                            ("signed_head", "组长已签"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("name", models.CharField("签字人", max_length=40)),
            ],
            options={
                "verbose_name": "底稿签字",
                "verbose_name_plural": "底稿签字",
                "ordering": ["paper", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("paper", "place"), name="signature_one_per_place"
                    ),
                    models.UniqueConstraint(
                        fields=("paper", "account"),
                        name="signature_three_different_people",
                        violation_error_message="三个签字必须由三个人完成。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Corroboration",
            fields=[
                *labelled(),
                (
                    "paper",
                    models.ForeignKey(
                        "inspection.paper", models.PROTECT, related_name="corroborations"
                    ),
                ),
                ("number", models.CharField("印证函编号", max_length=60)),
                (
                    "unit",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="+",
                        verbose_name="印证单位",
                    ),
                ),
                ("question", models.CharField("需印证的事实", max_length=500)),
                (
                    "asked_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("asked", "待印证"),
                            ("confirmed", "属实"),
                            ("denied", "不属实"),
                            ("unable", "不掌握"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=10,
                    ),
                ),
                ("statement", models.CharField("印证说明", blank=True, default="", max_length=500)),
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
                "verbose_name": "印证",
                "verbose_name_plural": "印证",
                "ordering": ["paper", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("paper", "unit"),
                        name="corroboration_once_per_unit",
                        violation_error_message="该单位已收到这份底稿的印证函。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("state__in", ["asked", "withdrawn"])
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state__in", ["confirmed", "denied", "unable"]),
                                models.Q(("statement", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="corroboration_answered_says_why",
                        violation_error_message="印证须写明依据。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(("answered_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="corroboration_answered_by_another",
                    ),
                ],
            },
        ),
    )
