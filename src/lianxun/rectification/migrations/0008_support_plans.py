import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.tables import together
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """Plans of help and their lines (W20)."""

    dependencies = [
        ("organisation", "0004_training_methods"),
        ("rectification", "0007_supervision_guarded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="SupportPlan",
            fields=[
                *labelled(),
                ("number", models.CharField(max_length=60, verbose_name="编号")),
                ("aim", models.TextField(verbose_name="总体要求")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草"),
                            ("proposed", "委员会审批中"),
                            ("approved", "已批准"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="批准日期")),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="委员会意见"
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
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "整改协同方案",
                "verbose_name_plural": "整改协同方案",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Support",
            fields=[
                *labelled(),
                ("plan_number", models.CharField(max_length=60, verbose_name="方案编号")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("people", "人员"),
                            ("policy", "政策"),
                            ("technical", "技术"),
                            ("funds", "资金"),
                            ("data", "数据"),
                        ],
                        max_length=10,
                        verbose_name="支援方式",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="支援内容")),
                (
                    "amount",
                    models.BigIntegerField(blank=True, null=True, verbose_name="金额（分）"),
                ),
                ("due_on", models.DateField(verbose_name="完成期限")),
                ("standard", models.CharField(max_length=300, verbose_name="完成标准")),
                ("inspect_on", models.DateField(verbose_name="检查节点")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "待征求意见"),
                            ("asked", "征求支援单位意见"),
                            ("agreed", "支援单位同意"),
                            ("declined", "支援单位不同意"),
                            ("open", "支援中"),
                            ("reported", "待检查"),
                            ("closed", "检查合格"),
                            ("withdrawn", "已撤出"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="支援单位意见"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="完成情况"
                    ),
                ),
                ("reported_on", models.DateField(blank=True, null=True, verbose_name="报告日期")),
                (
                    "finding",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="检查情况"
                    ),
                ),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="检查日期")),
                (
                    "withdrawn_because",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="撤出理由"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="rectification.item",
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
                        verbose_name="支援单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="rectification.supportplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改支援事项",
                "verbose_name_plural": "整改支援事项",
                "ordering": ["plan_number", "number", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="supportplan",
            index=models.Index(
                fields=["engagement", "state"], name="rectificati_engagem_0bd4bc_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_by__isnull", False),
                        ("approved_on__isnull", False),
                        ("state", "approved"),
                        models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "approved"), _negated=True),
                        ("addressee_unit__isnull", True),
                        ("approved_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="support_plan_approved_by_another",
                violation_error_message="整改协同方案由起草人以外的人批准，批准后送达。",
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="support_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True),
                    models.Q(("standard", ""), _negated=True),
                    ("inspect_on__gte", models.F("due_on")),
                ),
                name="support_says_what_and_how_well",
                violation_error_message="支援事项须写明内容和标准，检查节点不早于完成期限。",
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("kind", "funds")),
                    models.Q(models.Q(("kind", "funds"), _negated=True), ("amount__isnull", True)),
                    _connector="OR",
                ),
                name="support_of_money_says_how_much",
                violation_error_message="资金支援须写明金额，其他支援不写金额。",
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(
                        models.Q(("answer", ""), _negated=True), ("answered_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="support_declined_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
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
                name="support_reported_says_what_was_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_by__isnull", False),
                        ("checked_on__isnull", False),
                        ("state", "closed"),
                        models.Q(("checked_by", models.F("reported_by")), _negated=True),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    models.Q(("state", "closed"), _negated=True),
                    _connector="OR",
                ),
                name="support_checked_by_another",
                violation_error_message="报告完成的人不能自己检查。",
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("withdrawn_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="support_withdrawn_says_why",
                violation_error_message="撤出方案须写明理由。",
            ),
        ),
        SecureRows(
            "rectification_supportplan",
            "rectification",
            kind="rectification.support_plan",
            served=True,
        ),
        SecureRows("rectification_support", "duties", kind="rectification.support"),
        GuardTransitions(
            "rectification_supportplan",
            initial=["draft"],
            moves={"draft": ["proposed"], "proposed": ["approved", "draft"]},
        ),
        GuardTransitions(
            "rectification_support",
            initial=["draft"],
            moves={
                "draft": ["asked", "withdrawn"],
                "asked": ["agreed", "declined", "withdrawn"],
                "agreed": ["open", "withdrawn"],
                "declined": ["withdrawn"],
                "open": ["reported", "withdrawn"],
                "reported": ["closed", "open"],
            },
        ),
        KeepColumns("rectification_supportplan", columns=["number", "aim", "drafted_by_id"]),
        KeepColumns(
            "rectification_support",
            columns=[
                *("plan_id", "plan_number", "number", "item_id", "unit_id", "kind", "text"),
                *("amount", "due_on", "standard", "inspect_on"),
            ],
        ),
        migrations.RunSQL(sql_of(__file__, "support_plans")),
    )
