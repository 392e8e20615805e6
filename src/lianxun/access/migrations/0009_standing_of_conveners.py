from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """How others stand to a matter is answered to who convenes its inquiry."""

    dependencies = [("access", "0008_raised")]
    operations = [migrations.RunSQL(sql_of(__file__, "standing_of_conveners"))]
