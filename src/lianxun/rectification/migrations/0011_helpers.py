import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Who is sent to help, by name."""

    dependencies = [
        ("organisation", "0004_training_methods"),
        ("rectification", "0010_support_plans_end"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Helper",
            fields=[
                *labelled(),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("named_on", models.DateField(verbose_name="指定日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="撤回日期")),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helpers",
                        to="rectification.support",
                    ),
                ),
            ],
            options={
                "verbose_name": "支援人员",
                "verbose_name_plural": "支援人员",
                "ordering": ["named_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on__isnull", True)),
                        fields=("support", "person"),
                        name="helper_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(
                                ("left_on__isnull", True),
                                ("left_on__gte", models.F("named_on")),
                                _connector="OR",
                            ),
                        ),
                        name="helper_has_a_name_and_days_in_order",
                    ),
                ],
            },
        ),
        SecureRows("rectification_helper", "duties", kind="rectification.helper"),
        KeepColumns(
            "rectification_helper",
            columns=["support_id", "person_id", "name", "named_by_id", "named_on"],
        ),
        migrations.RunSQL(sql_of(__file__, "helpers")),
    ]
