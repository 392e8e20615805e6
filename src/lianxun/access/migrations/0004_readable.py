from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """A function that answers about a row asks first whether the row is open to whoever calls."""

    dependencies = [("access", "0003_participations")]
    operations = [migrations.RunSQL(sql_of(__file__, "readable"))]
