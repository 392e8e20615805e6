from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """A joint supervision is lifted by what was found, whoever may see it."""

    dependencies = [("rectification", "0008_support_plans")]
    operations = [migrations.RunSQL(sql_of(__file__, "lifting"))]
