from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Who is recused from the organisation of a matter neither votes nor counts."""

    dependencies = [("approvals", "0002_guards"), ("organisation", "0003_guards")]
    operations = [migrations.RunSQL(sql_of(__file__, "able"))]
