import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """What an inquiry is about, what units say, its outcome."""

    dependencies = [
        ("coordination", "0002_guards"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="Opinion",
            fields=[
                *labelled(),
                (
                    "about_kind",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="所议事项类别"
                    ),
                ),
                ("about_id", models.UUIDField(blank=True, null=True, verbose_name="所议事项")),
                (
                    "stance",
                    models.CharField(
                        choices=[
                            ("agree", "同意研判意见"),
                            ("partly", "部分同意"),
                            ("dissent", "不同意"),
                        ],
                        max_length=10,
                        verbose_name="态度",
                    ),
                ),
                ("text", models.CharField(max_length=1000, verbose_name="意见")),
            ],
            options={
                "verbose_name": "研判意见",
                "verbose_name_plural": "研判意见",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="about_id",
            field=models.UUIDField(blank=True, null=True, verbose_name="所议事项"),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="about_kind",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="所议事项类别"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="about_id",
            field=models.UUIDField(blank=True, null=True, verbose_name="所议事项"),
        ),
        migrations.AddField(
            model_name="decision",
            name="about_kind",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="所议事项类别"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="about_id",
            field=models.UUIDField(blank=True, null=True, verbose_name="所议事项"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="about_kind",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="所议事项类别"
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="about_id",
            field=models.UUIDField(blank=True, null=True, verbose_name="所议事项"),
        ),
        migrations.AddField(
            model_name="meeting",
            name="about_kind",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="所议事项类别"
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="outcome",
            field=models.TextField(blank=True, default="", verbose_name="研判结论"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about_id__isnull", False), ("kind", "inquiry")),
                    models.Q(
                        models.Q(("kind", "inquiry"), _negated=True), ("about_id__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="meeting_inquiry_is_about_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "inquiry"), _negated=True),
                    models.Q(("state__in", ["held", "closed"]), _negated=True),
                    models.Q(("outcome", ""), _negated=True),
                    _connector="OR",
                ),
                name="meeting_inquiry_has_an_outcome",
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opinions",
                to="coordination.meeting",
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(
                fields=("meeting", "unit"), name="opinion_once_each_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="opinion_says_something"
            ),
        ),
    )
