from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Seats of the team, consultation, collaboration list and plan."""

    dependencies = [
        ("inspection", "0002_course"),
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Seat",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="seats"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey("organisation.person", models.PROTECT, related_name="+"),
                ),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("name", models.CharField("姓名", max_length=40)),
                ("home_unit", models.CharField("原单位", max_length=120)),
                (
                    "home",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="+",
                        verbose_name="原单位编号",
                    ),
                ),
                ("title", models.CharField("任务", blank=True, default="", max_length=200)),
                ("reason", models.CharField("提名理由", blank=True, default="", max_length=300)),
                ("until", models.DateField("访问截止", blank=True, null=True)),
                (
                    "group",
                    models.CharField(
                        "组别",
                        choices=[("on_site", "巡视组"), ("guidance", "整改督导组")],
                        max_length=10,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        "职务",
                        choices=[
                            ("head", "组长"),
                            ("deputy", "副组长"),
                            ("member", "成员"),
                            ("expert", "专家"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("proposed", "拟任"),
                            ("alternate", "备选"),
                            ("objected", "有异议"),
                            ("confirmed", "已确认"),
                            ("recused", "已回避"),
                            ("replaced", "已替换"),
                        ],
                        max_length=10,
                    ),
                ),
                ("conflict", models.BooleanField("须回避", default=False)),
                (
                    "conflict_codes",
                    ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("objection", models.CharField("异议理由", blank=True, default="", max_length=300)),
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
                    "settlement",
                    models.CharField("异议处理", blank=True, default="", max_length=300),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        "inspection.seat",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="replaced_by",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("grant", models.UUIDField("授权", blank=True, null=True)),
            ],
            options={
                "verbose_name": "组员",
                "verbose_name_plural": "组员",
                "ordering": ["task", "group", "role", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["replaced", "recused"]), _negated=True),
                        fields=("task", "person", "group"),
                        name="seat_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "head"), ("state", "confirmed")),
                        fields=("task", "group"),
                        name="seat_one_head",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("conflict", True), ("state", "confirmed"), _negated=True
                        ),
                        name="seat_with_conflict_is_never_confirmed",
                        violation_error_message="须回避的人员不能进入巡视组。",
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
                        name="seat_objected_says_why_and_by_whom",
                        violation_error_message="提出异议须写明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_by__isnull", True),
                            models.Q(
                                models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                                models.Q(("settled_by", models.F("objected_by")), _negated=True),
                                models.Q(("settlement", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="seat_objection_settled_by_a_third",
                        violation_error_message="异议须由提名人和异议人以外的人处理。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="consultations"
                    ),
                ),
                ("held_on", models.DateField("召开日期")),
                ("place", models.CharField("地点", max_length=80)),
                (
                    "units",
                    ArrayField(base_field=models.UUIDField(), size=None, verbose_name="参加单位"),
                ),
                ("minutes", models.TextField("纪要")),
            ],
            options={
                "verbose_name": "信息会商",
                "verbose_name_plural": "信息会商",
                "ordering": ["task", "held_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ListLine",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="list_lines"
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        "inspection.consultation",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="lines",
                    ),
                ),
                ("risk", models.CharField("风险点", blank=True, default="", max_length=300)),
                ("data_class", models.CharField("信息类别", blank=True, default="", max_length=6)),
                (
                    "unit",
                    models.ForeignKey(
                        "organisation.unit", models.PROTECT, related_name="+", verbose_name="单位"
                    ),
                ),
                ("due_on", models.DateField("提供期限", blank=True, null=True)),
            ],
            options={
                "verbose_name": "协作清单条目",
                "verbose_name_plural": "协作清单条目",
                "ordering": ["task", "created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("risk", ""), _negated=True), ("data_class", "")),
                            models.Q(
                                ("risk", ""),
                                models.Q(("data_class", ""), _negated=True),
                                ("due_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="list_line_is_risk_or_need",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="plans"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField("版本")),
                ("aim", models.TextField("目标")),
                ("focus", models.TextField("重点（四个落实）")),
                ("secrecy", models.TextField("保密与回避要求")),
                ("emergency", models.TextField("应急联系人与措施")),
                ("approved_on", models.DateField("批准日期", blank=True, null=True)),
            ],
            options={
                "verbose_name": "协作方案",
                "verbose_name_plural": "协作方案",
                "ordering": ["task", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("task", "version"), name="plan_version_once")
                ],
            },
        ),
    )
