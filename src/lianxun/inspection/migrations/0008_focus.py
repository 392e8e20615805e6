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
    """What an engagement concentrates on, and which units take part in it."""

    dependencies = [
        ("inspection", "0007_phases"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="Focus",
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
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "axis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("policy", "落实党的理论和路线方针政策、党中央重大决策部署"),
                            ("strict", "落实全面从严治党责任"),
                            ("organisation", "落实新时代党的组织路线"),
                            ("rectification", "落实巡视、审计等监督发现问题整改"),
                        ],
                        max_length=20,
                        verbose_name="四个落实",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="协作重点")),
                ("reason", models.CharField(max_length=300, verbose_name="确定理由")),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "现行"), ("dropped", "已调出")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("dropped_on", models.DateField(blank=True, null=True, verbose_name="调出日期")),
                (
                    "dropped_because",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="调出理由"
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="focuses",
                        to="inspection.consultation",
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="来源单位",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="focuses",
                        to="inspection.engagement",
                    ),
                ),
            ],
            options={
                "verbose_name": "协作重点",
                "verbose_name_plural": "协作重点",
                "ordering": ["task", "number"],
            },
        ),
        migrations.AddField(
            model_name="listline",
            name="focus",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="inspection.focus",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="focus",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="inspection.focus",
            ),
        ),
        migrations.CreateModel(
            name="MemberChange",
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
                    "change",
                    models.CharField(
                        choices=[("join", "加入"), ("leave", "退出")],
                        max_length=10,
                        verbose_name="调整",
                    ),
                ),
                ("since", models.DateField(verbose_name="起始日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                ("reason", models.CharField(max_length=300, verbose_name="调整理由")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待委员会决定"),
                            ("approved", "已批准"),
                            ("refused", "未批准"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("matter", models.UUIDField(blank=True, null=True, verbose_name="审批事项")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="决定日期")),
                (
                    "effect",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="随之调整"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="member_changes",
                        to="inspection.engagement",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "参与单位调整",
                "verbose_name_plural": "参与单位调整",
                "ordering": ["task", "created_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="focus",
            constraint=models.UniqueConstraint(fields=("task", "number"), name="focus_number_once"),
        ),
        migrations.AddConstraint(
            model_name="focus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                ),
                name="focus_says_what_and_why",
                violation_error_message="协作重点须写明内容和确定理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="focus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("dropped_because", ""), ("dropped_on__isnull", True), ("state", "active")
                    ),
                    models.Q(
                        ("dropped_by__isnull", False),
                        ("dropped_on__isnull", False),
                        ("state", "dropped"),
                        models.Q(("dropped_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="focus_dropped_says_why",
                violation_error_message="调出协作重点须写明理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("task", "unit"),
                name="member_change_one_open",
                violation_error_message="该单位的调整正在审批。",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="member_change_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="memberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="member_change_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("state", "proposed")),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="member_change_decided_by_another",
                violation_error_message="参与单位的调整由提出人以外的人决定。",
            ),
        ),
        SecureRows("inspection_focus", "inspection", kind="inspection.focus"),
        SecureRows("inspection_memberchange", "inspection", kind="inspection.member_change"),
        GuardTransitions("inspection_focus", initial=["active"], moves={"active": ["dropped"]}),
        GuardTransitions(
            "inspection_memberchange",
            initial=["proposed"],
            moves={"proposed": ["approved", "refused"]},
        ),
        KeepColumns(
            "inspection_focus",
            columns=["task_id", "consultation_id", "number", "axis", "text", "reason", "set_by_id"],
        ),
        KeepColumns(
            "inspection_memberchange",
            columns=["task_id", "unit_id", "change", "since", "until", "reason", "proposed_by_id"],
        ),
        migrations.RunSQL(sql_of(__file__, "member_changes")),
    )
