from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Who of some people could see an object that the caller sees."""

    dependencies = [("access", "0006_account_revision")]
    operations = [migrations.RunSQL(sql_of(__file__, "standing"))]
