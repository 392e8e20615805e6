import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Verification of a paper by a team member of another home unit."""

    dependencies = [
        ("inspection", "0011_member_change_taken_back"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="CrossCheck",
            fields=[
                *labelled(),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cross_checks",
                        to="inspection.paper",
                    ),
                ),
                ("signed_at", models.DateTimeField("所核验的承办人签字时间")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author_home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField("核验人", max_length=40)),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="核验人原单位",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        "核验结论",
                        choices=[
                            ("sound", "核验属实"),
                            ("supplement", "需补充证据"),
                            ("unsound", "不能成立"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField("核验情况", max_length=500)),
            ],
            options={
                "verbose_name": "交叉核验",
                "verbose_name_plural": "交叉核验",
                "ordering": ["paper", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("paper", "checked_by", "signed_at"),
                        name="cross_check_once_per_signature",
                        violation_error_message="您已核验过这份底稿。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("home", models.F("author_home")), _negated=True),
                            models.Q(("checked_by", models.F("author")), _negated=True),
                        ),
                        name="cross_check_by_another_home_unit",
                        violation_error_message="交叉核验由另一单位的组员办理。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="cross_check_says_what_was_seen",
                    ),
                ],
            },
        ),
        SecureRows("inspection_crosscheck", "inspection", kind="inspection.cross_check"),
        KeepColumns(
            "inspection_crosscheck",
            columns=[
                *("paper_id", "signed_at", "author_id", "author_home_id", "checked_by_id"),
                *("name", "home_id", "verdict", "text"),
            ],
        ),
    )
