from django.db import migrations

_MAY = "(select lx.has_duty('organisation'))"


class Migration(migrations.Migration):
    """Ties of people are seen by the office that proposes teams, and by nobody else."""

    dependencies = [("access", "0002_context"), ("organisation", "0002_recusal_facts")]
    operations = [
        migrations.RunSQL(
            [
                "alter table organisation_recusalfact enable row level security",
                "alter table organisation_recusalfact force row level security",
                f"create policy acc_all on organisation_recusalfact for all to lx_app using ({_MAY}) with check ({_MAY})",
                "create policy backup on organisation_recusalfact for select to lx_backup using (true)",
            ],
            migrations.RunSQL.noop,
        )
    ]
