from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Who confirmed for what he answers, in which post."""

    dependencies = [
        ("duties", "0008_appraisal"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Answering",
            fields=[
                *labelled(),
                ("unit", models.UUIDField(verbose_name="单位")),
                ("unit_name", models.CharField(max_length=120, verbose_name="单位名称")),
                ("appointment", models.UUIDField(verbose_name="任职")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("head", "主要负责人"),
                            ("responsible_deputy", "分管领导"),
                            ("liaison_officer", "联络员"),
                            ("body_chair", "组长（主任）"),
                            ("body_deputy", "副组长（副主任）"),
                            ("body_member", "成员"),
                            ("staff", "工作人员"),
                        ],
                        max_length=20,
                        verbose_name="任职类别",
                    ),
                ),
                ("person", models.UUIDField(verbose_name="责任人")),
                ("name", models.CharField(max_length=40, verbose_name="责任人姓名")),
                ("words", models.CharField(max_length=300, verbose_name="责任内容")),
                ("on_date", models.DateField(verbose_name="确认日期")),
            ],
            options={
                "verbose_name": "责任确认",
                "verbose_name_plural": "责任确认",
                "ordering": ["-on_date", "-created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appointment", "person", "on_date"), name="answering_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="answering_says_for_what",
                    ),
                ],
            },
        ),
        SecureRows("duties_answering", "duties", kind="duties.answering"),
        KeepColumns(
            "duties_answering",
            columns=[
                "unit",
                "unit_name",
                "appointment",
                "kind",
                "person",
                "name",
                "words",
                "on_date",
            ],
        ),
    )
