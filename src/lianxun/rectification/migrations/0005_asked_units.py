import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Only the units that were asked score, each turn for as many days."""

    dependencies = [("rectification", "0004_guards")]
    operations = [
        migrations.AddField(
            "assessment",
            "asked",
            django.contrib.postgres.fields.ArrayField(
                models.UUIDField(), default=list, size=None, verbose_name="评估单位"
            ),
        ),
        migrations.AddField(
            "assessment", "score_days", models.PositiveSmallIntegerField("评分天数", default=1)
        ),
    ]
