import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lianxun.kernel.ids
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.tables import together
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """The programme of a round: goals of its phases and the preparation list. Served on the unit that answers;
    every unit works with duties, so that duty opens it."""

    dependencies = [
        ("inspection", "0006_returned_because"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="PhaseTask",
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
                ("round_name", models.CharField(max_length=80, verbose_name="轮次名称")),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("prepare", "筹备启动"),
                            ("implement", "全面实施"),
                            ("summary", "总结提升"),
                            ("standing", "常态化运行"),
                        ],
                        max_length=10,
                        verbose_name="阶段",
                    ),
                ),
                ("code", models.CharField(max_length=8, verbose_name="编号")),
                ("goal", models.BooleanField(default=False, verbose_name="阶段目标")),
                ("title", models.CharField(max_length=200, verbose_name="任务")),
                (
                    "force",
                    models.CharField(
                        choices=[
                            ("group", "筹备工作组"),
                            ("coordination", "综合协调专班"),
                            ("leads", "线索核查专班"),
                            ("rectification", "整改督导专班"),
                        ],
                        max_length=14,
                        verbose_name="承担力量",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="完成期限")),
                ("basis", models.CharField(max_length=120, verbose_name="期限依据")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "办理中"),
                            ("reported", "待销号"),
                            ("closed", "已销号"),
                            ("withdrawn", "已撤销"),
                        ],
                        max_length=10,
                        verbose_name="状态",
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
                        blank=True, default="", max_length=300, verbose_name="退回或撤销理由"
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
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phase_tasks",
                        to="inspection.round",
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
            ],
            options={
                "verbose_name": "阶段任务",
                "verbose_name_plural": "阶段任务",
                "ordering": ["due_on", "code", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "code"), name="phase_task_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "withdrawn"]),
                            models.Q(
                                models.Q(("result", ""), _negated=True),
                                ("reported_by__isnull", False),
                                ("reported_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="phase_task_reported_says_what_was_done",
                        violation_error_message="报告完成须写明完成情况。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_by__isnull", False),
                                ("closed_on__isnull", False),
                                ("state", "closed"),
                                models.Q(("closed_by", models.F("reported_by")), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="phase_task_struck_off_by_another",
                        violation_error_message="报告完成的人不能自己销号。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("remark", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="phase_task_withdrawn_says_why",
                        violation_error_message="撤销任务须写明理由。",
                    ),
                ],
            },
        ),
        SecureRows("inspection_phasetask", "duties", kind="inspection.phase_task"),
        GuardTransitions(
            "inspection_phasetask",
            initial=["open"],
            moves={"open": ["reported", "withdrawn"], "reported": ["closed", "open"]},
        ),
    )
