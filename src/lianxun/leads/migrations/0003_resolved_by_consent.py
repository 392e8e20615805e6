from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Which numbers exist is answered to nobody; the second person's consent resolves the number asked for."""

    dependencies = [("leads", "0002_guards")]
    operations = [migrations.RunSQL(sql_of(__file__, "consent"))]
