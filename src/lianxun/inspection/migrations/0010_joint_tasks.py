import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lianxun.kernel.ids
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.tables import together
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """Joint inspection tasks (SM-4), served on the unit that answers; every unit works with duties."""

    dependencies = [
        ("inspection", "0009_round_dates"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="JointTask",
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
                ("number", models.CharField(max_length=60, unique=True, verbose_name="编号")),
                ("title", models.CharField(max_length=120, verbose_name="任务")),
                ("content", models.CharField(max_length=500, verbose_name="检查内容")),
                ("unit_name", models.CharField(max_length=120, verbose_name="承办单位名称")),
                (
                    "lead_name",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="牵头人"),
                ),
                ("lead_home", models.UUIDField(blank=True, null=True, verbose_name="牵头人单位")),
                (
                    "deputy_name",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="副牵头人"
                    ),
                ),
                (
                    "deputy_home",
                    models.UUIDField(blank=True, null=True, verbose_name="副牵头人单位"),
                ),
                ("due_on", models.DateField(verbose_name="完成期限")),
                (
                    "requests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="信息需求",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "待分派"),
                            ("assigned", "待签收"),
                            ("accepted", "已签收"),
                            ("in_progress", "检查中"),
                            ("submitted", "待核验"),
                            ("verified", "已核验"),
                            ("closed", "已办结"),
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="签收时间"),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True, default="", max_length=1000, verbose_name="检查结果"
                    ),
                ),
                ("submitted_on", models.DateField(blank=True, null=True, verbose_name="提交日期")),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="核验日期")),
                (
                    "finding",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="核验意见"
                    ),
                ),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="退回或改派理由"
                    ),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspection.seat",
                    ),
                ),
                (
                    "focus",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joint_tasks",
                        to="inspection.focus",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspection.seat",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="inspection.jointtask",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joint_tasks",
                        to="inspection.engagement",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="承办单位",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "联合检查任务",
                "verbose_name_plural": "联合检查任务",
                "ordering": ["due_on", "number"],
            },
        ),
        migrations.CreateModel(
            name="JointEntry",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("progress", "进展"),
                            ("problem", "遇到的问题"),
                            ("solved", "问题已解决"),
                            ("evidence", "证据"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="内容")),
                ("unit_name", models.CharField(max_length=120, verbose_name="单位")),
                ("name", models.CharField(max_length=40, verbose_name="记录人")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_by",
                        to="inspection.jointentry",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joint_entries",
                        to="inspection.paper",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                    ),
                ),
                (
                    "joint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="inspection.jointtask",
                    ),
                ),
            ],
            options={
                "verbose_name": "联合检查任务记录",
                "verbose_name_plural": "联合检查任务记录",
                "ordering": ["joint", "created_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="jointtask",
            index=models.Index(fields=["engagement", "state"], name="joint_task_engagement"),
        ),
        migrations.AddConstraint(
            model_name="jointtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "planned"),
                    models.Q(
                        ("deputy__isnull", False),
                        ("lead__isnull", False),
                        models.Q(("lead_home", models.F("deputy_home")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="joint_task_leads_of_different_units",
                violation_error_message="牵头人和副牵头人须来自不同单位（人员交叉任职）。",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["planned", "assigned"]),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="joint_task_accepted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["submitted", "verified", "closed"]), _negated=True),
                    models.Q(
                        ("submitted_by__isnull", False),
                        ("submitted_on__isnull", False),
                        models.Q(("result", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="joint_task_submitted_says_what_was_found",
                violation_error_message="提交须写明检查结果。",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["verified", "closed"]),
                        ("verified_by__isnull", False),
                        ("verified_on__isnull", False),
                        models.Q(("verified_by", models.F("submitted_by")), _negated=True),
                    ),
                    models.Q(("state__in", ["verified", "closed"]), _negated=True),
                    _connector="OR",
                ),
                name="joint_task_verified_by_another",
                violation_error_message="检查结果由提交人以外的人核验。",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="joint_entry_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="jointentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answers__isnull", False), ("kind", "solved")),
                    models.Q(
                        models.Q(("kind", "solved"), _negated=True), ("answers__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="joint_entry_solves_a_problem",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answers__isnull", False)),
                fields=("answers",),
                name="joint_entry_problem_solved_once",
            ),
        ),
        SecureRows("inspection_jointtask", "duties", kind="inspection.joint_task"),
        SecureRows("inspection_jointentry", "duties", kind="inspection.joint_entry"),
        GuardTransitions(
            "inspection_jointtask",
            initial=["planned"],
            moves={
                "planned": ["assigned"],
                "assigned": ["accepted", "assigned"],
                "accepted": ["in_progress", "assigned"],
                "in_progress": ["submitted", "assigned"],
                "submitted": ["verified", "in_progress"],
                "verified": ["closed"],
            },
        ),
        KeepColumns(
            "inspection_jointtask", columns=["task_id", "number", "parent_id", "planned_by_id"]
        ),
        KeepColumns(
            "inspection_jointentry",
            columns=["joint_id", "kind", "text", "unit_id", "account_id", "paper_id", "answers_id"],
        ),
    )
