from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Whom a row was shown beside the object of a record: on a list, in an export, on somebody's page."""

    dependencies = [("trace", "0001_log")]
    operations = [migrations.RunSQL(sql_of(__file__, "shown"))]
