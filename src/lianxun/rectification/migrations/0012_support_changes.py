import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """Running help is changed with a reason, agreed anew by its unit, and what stood before is kept."""

    dependencies = [
        ("rectification", "0011_helpers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportChange",
            fields=[
                *labelled(),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次变更")),
                ("reason", models.CharField(max_length=300, verbose_name="变更理由")),
                ("old_due_on", models.DateField(verbose_name="原完成期限")),
                ("old_standard", models.CharField(max_length=300, verbose_name="原完成标准")),
                ("old_inspect_on", models.DateField(verbose_name="原检查节点")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                ("standard", models.CharField(max_length=300, verbose_name="完成标准")),
                ("inspect_on", models.DateField(verbose_name="检查节点")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待支援单位答复"),
                            ("agreed", "支援单位同意"),
                            ("refused", "支援单位不同意"),
                            ("done", "已变更"),
                            ("lapsed", "未办理"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="提出日期")),
                (
                    "answer",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="支援单位意见"
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="变更日期")),
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
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="rectification.support",
                    ),
                ),
            ],
            options={
                "verbose_name": "支援事项变更",
                "verbose_name_plural": "支援事项变更",
                "ordering": ["number", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("support", "number"), name="support_change_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "agreed"))),
                        fields=("support",),
                        name="support_change_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("standard", ""), _negated=True),
                            ("inspect_on__gte", models.F("due_on")),
                            models.Q(
                                ("due_on", models.F("old_due_on")),
                                ("inspect_on", models.F("old_inspect_on")),
                                ("standard", models.F("old_standard")),
                                _negated=True,
                            ),
                        ),
                        name="support_change_says_why_and_what",
                        violation_error_message="变更须写明理由，并改变期限、标准或检查节点。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["agreed", "done"]), _negated=True),
                            models.Q(
                                ("answered_by__isnull", False),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="support_change_agreed_by_another",
                        violation_error_message="提出变更的人不能自己同意。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(
                                ("answered_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="support_change_refused_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", False), ("state", "done")),
                            models.Q(
                                models.Q(("state", "done"), _negated=True),
                                ("done_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="support_change_done_has_a_day",
                    ),
                ],
            },
        ),
        SecureRows("rectification_supportchange", "duties", kind="rectification.support_change"),
        GuardTransitions(
            "rectification_supportchange",
            initial=["asked"],
            moves={"asked": ["agreed", "refused", "lapsed"], "agreed": ["done", "lapsed"]},
        ),
        KeepColumns(
            "rectification_supportchange",
            columns=[
                *("support_id", "number", "reason", "proposed_by_id", "proposed_on"),
                *("old_due_on", "old_standard", "old_inspect_on"),
                *("due_on", "standard", "inspect_on"),
            ],
        ),
        # Day, standard and inspection point have a guard of their own below.
        KeepColumns(
            "rectification_support",
            columns=[
                *("plan_id", "plan_number", "number", "item_id", "unit_id", "kind"),
                *("text", "amount"),
            ],
        ),
        migrations.RunSQL(sql_of(__file__, "support_changes")),
    ]
