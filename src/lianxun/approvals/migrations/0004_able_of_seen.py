from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Who is recused from a matter is answered to those who may know the matter."""

    dependencies = [("approvals", "0003_able"), ("access", "0004_readable")]
    operations = [migrations.RunSQL(sql_of(__file__, "able_of_seen"))]
