from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from lianxun.duties import seed
from lianxun.fabric.columns import labelled
from lianxun.fabric.forced import unforced
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import OF_OBJECT, SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.tables import together
from lianxun.fabric.transitions import GuardTransitions
from lianxun.kernel.ids import new_id


def plant(apps: Any, schema_editor: Any) -> None:
    """The clock of an instruction."""
    alias = schema_editor.connection.alias
    template = apps.get_model("duties", "DutyTemplate")
    with unforced(template._meta.db_table, using=alias):
        template.objects.using(alias).bulk_create(
            template(id=new_id(), created_at=seed.shipped_at(), **values)
            for values in seed.template_rows("dispatch")
        )


class Migration(migrations.Migration):
    """The daily dispatch: the day's list of an engagement and what was decided about each line."""

    dependencies = [
        ("duties", "0006_share_ended"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                *labelled(),
                ("object_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("object_id", models.UUIDField(verbose_name="对象")),
                ("object_title", models.CharField(max_length=200, verbose_name="对象名称")),
                ("on_date", models.DateField(verbose_name="调度日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "调度中"), ("closed", "已办结")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="当日小结"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("closed_by", models.UUIDField(blank=True, null=True, verbose_name="办结人")),
            ],
            options={
                "verbose_name": "日调度",
                "verbose_name_plural": "日调度",
                "ordering": ["-on_date", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("object_kind", "object_id", "on_date"), name="dispatch_once_per_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("state", "closed"),
                            ),
                            models.Q(
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("state", "open"),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_closed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DispatchLine",
            fields=[
                *labelled(),
                ("object_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("on_date", models.DateField(verbose_name="调度日期")),
                ("duty", models.UUIDField(verbose_name="时限事项")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("node", "流程节点"),
                            ("receipt", "待签收回执"),
                            ("request", "信息需求"),
                            ("clock", "其他时限"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="时限名称")),
                ("object_title", models.CharField(max_length=200, verbose_name="事项名称")),
                ("owed_by", models.UUIDField(verbose_name="责任单位")),
                ("owed_by_name", models.CharField(max_length=120, verbose_name="责任单位名称")),
                ("due_on", models.DateField(verbose_name="到期日")),
                (
                    "light",
                    models.CharField(
                        choices=[
                            ("green", "正常"),
                            ("yellow", "临期"),
                            ("red", "超期"),
                            ("done", "按期完成"),
                            ("done_late", "逾期完成"),
                            ("paused", "已暂停"),
                            ("cancelled", "已取消"),
                        ],
                        max_length=10,
                        verbose_name="调度时的灯",
                    ),
                ),
                ("forced", models.BooleanField(default=False, verbose_name="必须下达")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待安排"),
                            ("planned", "已安排，待下达"),
                            ("waived", "不需办理"),
                            ("sent", "已下达，待签收"),
                            ("taken", "已签收，办理中"),
                            ("done", "已回复"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("unit", models.UUIDField(blank=True, null=True, verbose_name="承办单位")),
                (
                    "unit_name",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="承办单位名称"
                    ),
                ),
                (
                    "instruction",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="调度要求"
                    ),
                ),
                ("by_day", models.DateField(blank=True, null=True, verbose_name="办理期限")),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="不需办理的理由"
                    ),
                ),
                ("decided_by", models.UUIDField(blank=True, null=True, verbose_name="安排人")),
                ("taken_on", models.DateField(blank=True, null=True, verbose_name="签收日期")),
                ("taken_by", models.UUIDField(blank=True, null=True, verbose_name="签收人")),
                (
                    "result",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="办理结果"
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="回复日期")),
                ("done_by", models.UUIDField(blank=True, null=True, verbose_name="回复人")),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="duties.dispatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "调度事项",
                "verbose_name_plural": "调度事项",
                "ordering": ["on_date", "due_on", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("dispatch", "duty"), name="dispatch_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("forced", False),
                            models.Q(("state", "waived"), _negated=True),
                            _connector="OR",
                        ),
                        name="dispatch_red_node_is_instructed",
                        violation_error_message="红灯节点必须下达调度要求。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waived"), _negated=True),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_waived_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "waived"]),
                            models.Q(
                                models.Q(("instruction", ""), _negated=True),
                                ("by_day__isnull", False),
                                ("decided_by__isnull", False),
                                ("unit__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_instruction_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                models.Q(("result", ""), _negated=True),
                                ("done_by__isnull", False),
                                ("done_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_answer_says_what_was_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["taken", "done"]), _negated=True),
                            models.Q(("taken_by__isnull", False), ("taken_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispatch_taken_by_somebody",
                    ),
                ],
            },
        ),
        SecureRows("duties_dispatch", OF_OBJECT, kind="duties.dispatch"),
        SecureRows("duties_dispatchline", OF_OBJECT, kind="duties.dispatch_line", served=True),
        GuardTransitions("duties_dispatch", initial=["open"], moves={"open": ["closed"]}),
        GuardTransitions(
            "duties_dispatchline",
            initial=["pending"],
            moves={
                "pending": ["planned", "waived"],
                "planned": ["planned", "sent", "waived"],
                "waived": ["planned", "waived"],
                "sent": ["taken"],
                "taken": ["done"],
            },
        ),
        KeepColumns("duties_dispatch", columns=["object_kind", "object_id", "on_date"]),
        KeepColumns(
            "duties_dispatchline",
            columns=[
                "dispatch_id",
                "duty",
                "on_date",
                "group",
                "due_on",
                "light",
                "forced",
                "owed_by",
            ],
        ),
        migrations.RunSQL(sql_of(__file__, "dispatch")),
        migrations.RunPython(plant),
    )
