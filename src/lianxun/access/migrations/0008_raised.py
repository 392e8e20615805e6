from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """A share ends when its object is raised above what it was given for."""

    dependencies = [("access", "0007_standing")]
    operations = [migrations.RunSQL(sql_of(__file__, "raised"))]
