from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """A file that is held goes with nothing, not even with its matter."""

    dependencies = [("documents", "0003_guards")]
    operations = [migrations.RunSQL(sql_of(__file__, "held"))]
