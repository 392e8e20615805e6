from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Whoever lets a unit take part sees what it takes part in, and never means his own."""

    dependencies = [("access", "0002_guards")]
    operations = [migrations.RunSQL(sql_of(__file__, "participations"))]
