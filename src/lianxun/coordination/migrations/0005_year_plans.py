import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lianxun.kernel.ids
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.tables import together
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """The committee's plan of a year and its lines, each served on the unit that answers (W01)."""

    dependencies = [
        ("coordination", "0004_inquiries_guarded"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="YearPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxun.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(0, "公开"), (1, "内部"), (2, "敏感"), (3, "核心")],
                        default=1,
                        verbose_name="级别",
                    ),
                ),
                ("region", models.IntegerField(verbose_name="行政区划")),
                ("owner_unit", models.UUIDField(verbose_name="所属单位")),
                ("owner_path", models.CharField(max_length=200, verbose_name="所属单位路径")),
                ("engagement", models.UUIDField(blank=True, null=True, verbose_name="巡视任务")),
                ("subject_org", models.UUIDField(blank=True, null=True, verbose_name="涉及单位")),
                (
                    "subject_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="涉及单位路径"
                    ),
                ),
                (
                    "addressee_unit",
                    models.UUIDField(blank=True, null=True, verbose_name="送达单位"),
                ),
                (
                    "addressee_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="送达单位路径"
                    ),
                ),
                (
                    "compartment",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="隔离范围"),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("aim", models.TextField(verbose_name="总体要求")),
                ("to_group", models.BooleanField(default=False, verbose_name="报领导小组批准")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草"),
                            ("proposed", "委员会审议中"),
                            ("agreed", "报领导小组批准"),
                            ("approved", "已批准"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "agreed_on",
                    models.DateField(blank=True, null=True, verbose_name="委员会议定日期"),
                ),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="批准日期")),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="协调对接委员会",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度协调对接计划",
                "verbose_name_plural": "年度协调对接计划",
                "ordering": ["-year", "id"],
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxun.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(0, "公开"), (1, "内部"), (2, "敏感"), (3, "核心")],
                        default=1,
                        verbose_name="级别",
                    ),
                ),
                ("region", models.IntegerField(verbose_name="行政区划")),
                ("owner_unit", models.UUIDField(verbose_name="所属单位")),
                ("owner_path", models.CharField(max_length=200, verbose_name="所属单位路径")),
                ("engagement", models.UUIDField(blank=True, null=True, verbose_name="巡视任务")),
                ("subject_org", models.UUIDField(blank=True, null=True, verbose_name="涉及单位")),
                (
                    "subject_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="涉及单位路径"
                    ),
                ),
                (
                    "addressee_unit",
                    models.UUIDField(blank=True, null=True, verbose_name="送达单位"),
                ),
                (
                    "addressee_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="送达单位路径"
                    ),
                ),
                (
                    "compartment",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="隔离范围"),
                ),
                ("plan_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("text", models.CharField(max_length=200, verbose_name="事项")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("round", "巡视轮次"),
                            ("engagement", "巡视任务"),
                            ("standing", "常态职责"),
                            ("carried", "上年结转"),
                        ],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("source_name", models.CharField(max_length=120, verbose_name="来源说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "随计划待批准"),
                            ("open", "办理中"),
                            ("reported", "待销号"),
                            ("closed", "已销号"),
                            ("withdrawn", "已撤出"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "adjusted_because",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="年中调整理由"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="完成情况"
                    ),
                ),
                ("reported_on", models.DateField(blank=True, null=True, verbose_name="报告日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销号日期")),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="退回理由"
                    ),
                ),
                (
                    "carried_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="coordination.planline",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="coordination.yearplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度计划事项",
                "verbose_name_plural": "年度计划事项",
                "ordering": ["plan_year", "number", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="yearplan",
            constraint=models.UniqueConstraint(fields=("body", "year"), name="year_plan_once"),
        ),
        migrations.AddConstraint(
            model_name="yearplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "proposed"]),
                    models.Q(
                        ("agreed_by__isnull", False),
                        ("agreed_on__isnull", False),
                        models.Q(("agreed_by", models.F("drafted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="year_plan_agreed_by_another",
                violation_error_message="年度计划由起草人以外的人议定。",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(
                        ("approved_by__isnull", False),
                        ("approved_on__isnull", False),
                        models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="year_plan_approved_by_another",
                violation_error_message="年度计划由起草人以外的人批准。",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="plan_line_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("carried_from__isnull", False)),
                fields=("carried_from",),
                name="plan_line_carried_once",
                violation_error_message="该事项已结转到下一年度。",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["reported", "closed"]), _negated=True),
                    models.Q(
                        ("reported_by__isnull", False),
                        ("reported_on__isnull", False),
                        models.Q(("result", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="plan_line_reported_says_what_was_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_by__isnull", False),
                        ("closed_on__isnull", False),
                        ("state", "closed"),
                        models.Q(("closed_by", models.F("reported_by")), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True), ("closed_on__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="plan_line_struck_off_by_another",
                violation_error_message="报告完成的人不能自己销号。",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("adjusted_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="plan_line_withdrawn_says_why",
                violation_error_message="撤出计划须写明理由。",
            ),
        ),
        SecureRows("coordination_yearplan", "coordination", kind="coordination.year_plan"),
        SecureRows("coordination_planline", "coordination", kind="coordination.plan_line"),
        GuardTransitions(
            "coordination_yearplan",
            initial=["draft"],
            moves={
                "draft": ["proposed"],
                "proposed": ["draft", "agreed"],
                "agreed": ["draft", "approved"],
            },
        ),
        GuardTransitions(
            "coordination_planline",
            initial=["draft"],
            moves={
                "draft": ["open", "withdrawn"],
                "open": ["reported", "withdrawn"],
                "reported": ["open", "closed", "withdrawn"],
            },
        ),
        KeepColumns("coordination_yearplan", columns=["body_id", "year", "drafted_by_id"]),
        KeepColumns(
            "coordination_planline",
            columns=["plan_id", "number", "text", "unit_id", "due_on", "source", "carried_from_id"],
        ),
        migrations.RunSQL(sql_of(__file__, "year_plans")),
    )
