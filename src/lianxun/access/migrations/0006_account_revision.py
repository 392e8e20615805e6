from django.db import migrations, models


class Migration(migrations.Migration):
    """Two administrators at one account: the one whose page is out of date is told."""

    dependencies = [("access", "0005_lapse")]
    operations = [
        migrations.AddField(
            "account", "revision", models.PositiveIntegerField("版本", default=1, db_default=1)
        )
    ]
