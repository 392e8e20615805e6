from pathlib import Path

from django.db import migrations, models

from lianxun.duties import seed
from lianxun.fabric.forced import unforced
from lianxun.kernel.ids import new_id

_STANDSTILL = (Path(__file__).parent.parent / "sql" / "standstill.sql").read_text("utf-8")


def follow(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Templates shipped since the first migration, in installations that ran it before."""
    alias = schema_editor.connection.alias
    template = apps.get_model("duties", "DutyTemplate").objects.using(alias)
    shipped = {row["code"]: row for row in seed.template_rows("clocks")}
    with unforced("duties_dutytemplate", using=alias, expect_change=False):
        known = set(template.values_list("code", flat=True))
        template.bulk_create(
            template.model(id=new_id(), created_at=seed.shipped_at(), **row)
            for code, row in shipped.items()
            if code not in known
        )
        for code, row in shipped.items():
            if row["day_kind"] == "hour":
                template.filter(code=code, version=row["version"]).exclude(day_kind="hour").update(
                    day_kind="hour", amount=row["amount"]
                )


class Migration(migrations.Migration):
    """Clocks in hours, clocks that do not start while their engagement stands still, letters on paper."""

    dependencies = [("duties", "0009_cube"), ("documents", "0002_security")]
    operations = [
        migrations.AddField(
            model_name="duty",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="到期时刻"),
        ),
        migrations.AddField(
            model_name="dutypause",
            name="whole",
            field=models.BooleanField(default=False, verbose_name="全任务暂停"),
        ),
        migrations.AddField(
            model_name="letter",
            name="docx",
            field=models.UUIDField(blank=True, null=True, verbose_name="公文（Word）"),
        ),
        migrations.AddField(
            model_name="letter",
            name="pdf",
            field=models.UUIDField(blank=True, null=True, verbose_name="公文（PDF）"),
        ),
        *(
            migrations.AlterField(
                model_name=model,
                name="day_kind",
                field=models.CharField(
                    choices=[
                        ("working", "工作日"),
                        ("calendar", "自然日"),
                        ("month", "个月"),
                        ("hour", "小时"),
                    ],
                    max_length=10,
                    verbose_name="计日方式",
                ),
            )
            for model in ("duty", "dutytemplate")
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(("day_kind", "hour"), ("due_at__isnull", False))
                | models.Q(models.Q(("day_kind", "hour"), _negated=True), ("due_at__isnull", True)),
                name="duty_in_hours_has_its_moment",
            ),
        ),
        migrations.RunPython(follow, migrations.RunPython.noop),
        migrations.RunSQL(
            [
                "insert into lx.service_table(service, table_name) "
                "values ('duties', 'documents_storedfile') on conflict do nothing"
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(_STANDSTILL, migrations.RunSQL.noop),
    ]
