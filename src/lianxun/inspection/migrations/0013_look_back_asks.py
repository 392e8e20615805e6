import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.tables import together
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """What a joint supervision asked for: a look-back, put into a round or declined."""

    dependencies = [
        ("inspection", "0012_cross_checks"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="LookBackAsk",
            fields=[
                *labelled(),
                ("cause_kind", models.CharField(max_length=40, verbose_name="提请来源")),
                ("cause_id", models.UUIDField(verbose_name="来源对象")),
                ("cause_number", models.CharField(max_length=60, verbose_name="来源编号")),
                (
                    "items",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None, verbose_name="须核查的整改事项"
                    ),
                ),
                ("reason", models.CharField(max_length=2000, verbose_name="提请理由")),
                ("asked_on", models.DateField(verbose_name="提请日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待安排"),
                            ("taken", "已列入轮次"),
                            ("declined", "未予安排"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "answer",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="答复"),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="答复日期")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="look_back_asks",
                        to="inspection.engagement",
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="look_back_ask",
                        to="inspection.engagement",
                        verbose_name="“回头看”任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "“回头看”提请",
                "verbose_name_plural": "“回头看”提请",
                "ordering": ["-asked_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cause_kind", "cause_id"), name="look_back_ask_once_per_cause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), ("items__len__gte", 1)
                        ),
                        name="look_back_ask_says_why_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("decided_by__isnull", True),
                                ("decided_on__isnull", True),
                                ("state", "pending"),
                                ("task__isnull", True),
                            ),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("state", "taken"),
                                ("task__isnull", False),
                            ),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("state", "declined"),
                                ("task__isnull", True),
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="look_back_ask_is_answered_whole",
                        violation_error_message="不予安排“回头看”的，由提请人以外的人写明理由。",
                    ),
                ],
            },
        ),
        SecureRows("inspection_lookbackask", "inspection", kind="inspection.look_back_ask"),
        GuardTransitions(
            "inspection_lookbackask",
            initial=["pending"],
            moves={"pending": ["taken", "declined"]},
        ),
        KeepColumns(
            "inspection_lookbackask",
            columns=[
                *("first_id", "cause_kind", "cause_id", "cause_number", "items", "reason"),
                *("asked_on", "asked_by_id"),
            ],
        ),
    )
