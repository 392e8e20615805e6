import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.tables import together
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """The days a round had before, why they changed and who decided."""

    dependencies = [
        ("inspection", "0008_focus"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="RoundDates",
            fields=[
                *labelled(),
                ("old_starts_on", models.DateField(verbose_name="原计划开始")),
                ("old_ends_on", models.DateField(verbose_name="原计划结束")),
                ("starts_on", models.DateField(verbose_name="改为计划开始")),
                ("ends_on", models.DateField(verbose_name="改为计划结束")),
                ("with_tasks", models.BooleanField(verbose_name="未进驻的任务随之移动")),
                ("reason", models.CharField(max_length=300, verbose_name="改期理由")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "起草时改期"),
                            ("proposed", "待领导小组决定"),
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
                        blank=True, default="", max_length=200, verbose_name="随之移动"
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
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="date_changes",
                        to="inspection.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "轮次改期",
                "verbose_name_plural": "轮次改期",
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("round",),
                        name="round_dates_one_open",
                        violation_error_message="该轮次的改期正在审批。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="round_dates_end_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="round_dates_say_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("starts_on", models.F("old_starts_on")), _negated=True),
                            models.Q(("ends_on", models.F("old_ends_on")), _negated=True),
                            _connector="OR",
                        ),
                        name="round_dates_change_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", True),
                                ("matter__isnull", True),
                                ("state", "drafted"),
                            ),
                            models.Q(("decided_by__isnull", True), ("state", "proposed")),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("state", "refused"),
                            ),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("state", "approved"),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="round_dates_decided_by_another",
                        violation_error_message="轮次改期由提出人以外的人决定。",
                    ),
                ],
            },
        ),
        SecureRows("inspection_rounddates", "inspection", kind="inspection.round_dates"),
        GuardTransitions(
            "inspection_rounddates",
            initial=["drafted", "proposed"],
            moves={"proposed": ["approved", "refused"]},
        ),
        KeepColumns(
            "inspection_rounddates",
            columns=[
                "round_id",
                "old_starts_on",
                "old_ends_on",
                "starts_on",
                "ends_on",
                "with_tasks",
                "reason",
                "proposed_by_id",
            ],
        ),
    )
