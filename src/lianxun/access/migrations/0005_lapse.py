from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """An appointment that runs out takes the identity along, from the day after."""

    dependencies = [("access", "0004_readable"), ("organisation", "0003_guards")]
    operations = [migrations.RunSQL(sql_of(__file__, "lapse"))]
