import django.db.models.deletion
from django.db import migrations, models

_MINE = "unit_id = (select lx.unit())"


class Migration(migrations.Migration):
    """Numbers nobody can count from (adr/0030); taken by the unit that gives them, read by nobody else."""

    dependencies = [("documents", "0002_security"), ("organisation", "0001_first")]
    operations = [
        migrations.AlterField(
            model_name="numberseries",
            name="code",
            field=models.CharField(max_length=60, verbose_name="机关代字"),
        ),
        migrations.CreateModel(
            name="GivenNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, verbose_name="代字")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("value", models.PositiveBigIntegerField(verbose_name="编号")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "已用编号",
                "verbose_name_plural": "已用编号",
                "ordering": ["unit", "year", "code", "value"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "code", "year", "value"), name="number_given_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            [
                "alter table documents_givennumber enable row level security",
                "alter table documents_givennumber force row level security",
                f"create policy acc_all on documents_givennumber for all to lx_app using ({_MINE}) with check ({_MINE})",
                "create policy backup on documents_givennumber for select to lx_backup using (true)",
            ],
            migrations.RunSQL.noop,
        ),
    ]
