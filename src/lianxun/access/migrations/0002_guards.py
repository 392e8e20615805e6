from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Identity of a transaction, what grants open, kinds of objects, what searches are made of."""

    dependencies = [
        ("access", "0001_tables"),
        ("organisation", "0001_units_and_people"),
        ("trace", "0001_log"),
    ]
    operations = [
        migrations.RunSQL(sql_of(__file__, "context")),
        migrations.RunSQL(sql_of(__file__, "kinds")),
        migrations.RunSQL(sql_of(__file__, "policies")),
        migrations.RunSQL(sql_of(__file__, "grants")),
        migrations.RunSQL(sql_of(__file__, "search")),
    ]
