from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """What a pause on site costs is given back when the line goes on, and nothing else with it."""

    dependencies = [("inspection", "0013_look_back_asks")]
    operations = [migrations.RunSQL(sql_of(__file__, "paused_days"))]
