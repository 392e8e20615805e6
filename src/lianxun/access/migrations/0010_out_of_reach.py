from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """A notice leads to its object only while the object is open to its reader."""

    dependencies = [("access", "0009_standing_of_conveners")]
    operations = [migrations.RunSQL(sql_of(__file__, "out_of_reach"))]
