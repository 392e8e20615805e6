from django.db import migrations, models


class Migration(migrations.Migration):
    """A staff number is taken in a unit, not in the world: who is told so keeps that unit and sees its people."""

    dependencies = [
        ("organisation", "0004_training_methods"),
    ]

    operations = [
        migrations.RunSQL("drop function lx.codes_taken(text[])"),
        migrations.AlterField(
            model_name="person",
            name="code",
            field=models.CharField(blank=True, max_length=40, null=True, verbose_name="人员编号"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["code"], name="person_code"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                fields=("unit", "code"), name="person_code_once_in_unit"
            ),
        ),
    ]
