from django.db import migrations, models


class Migration(migrations.Migration):
    """When the first day of a clock was set anew: pauses that ended before are not given back again."""

    dependencies = [
        ("duties", "0011_told_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="anchored_on",
            field=models.DateField(blank=True, null=True, verbose_name="起算日改定于"),
        ),
    ]
