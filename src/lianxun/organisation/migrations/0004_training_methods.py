import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The form in which a training was held: 理论授课, 案例研讨, 模拟演练 (6.1)."""

    dependencies = [("organisation", "0003_guards")]

    operations = [
        migrations.AddField(
            model_name="trainingrecord",
            name="methods",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("lecture", "理论授课"),
                        ("case", "案例研讨"),
                        ("drill", "模拟演练"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="形式",
            ),
        ),
    ]
