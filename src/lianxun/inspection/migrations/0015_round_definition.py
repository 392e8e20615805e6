from django.db import migrations, models

from lianxun.fabric.keeping import KeepColumns


class Migration(migrations.Migration):
    """A round keeps the version of the checklist it was opened under."""

    dependencies = [("inspection", "0014_paused_days")]

    operations = [
        migrations.AddField(
            model_name="round",
            name="definition_version",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="清单版本"),
        ),
        KeepColumns("inspection_round", columns=["definition_version"]),
    ]
