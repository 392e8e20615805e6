from pathlib import Path

from django.db import migrations, models

_SQL = (Path(__file__).parent.parent / "sql" / "cube_moments.sql").read_text("utf-8")


class Migration(migrations.Migration):
    """Boards agree with the pages of clocks in hours: marks and the end of a duty have their moment."""

    dependencies = [("duties", "0011_marks_one_by_one")]
    operations = [
        migrations.AddField(
            model_name="duty",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="完成时刻"),
        ),
        migrations.RunSQL(
            [
                _SQL,
                # Counted anew: what was settled by the day does not know the hour.
                "alter table duties_duty no force row level security",
                "delete from duties_mark",
                """insert into duties_mark
                   select lx.duty_reach_of(d), d.region, d.engagement, d.object_kind, d.responsible_unit,
                          d.template_code, m.light, m.at, m.n
                   from duties_duty d, lx.duty_marks(d) m""",
                "update duties_markedto set day = '-infinity'",
                "alter table duties_duty force row level security",
            ],
            migrations.RunSQL.noop,
        ),
    ]
