from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """The two sides of an agreement hear of new files, of its being stopped and of its going on."""

    dependencies = [
        ("exchange", "0008_sharing_closer"),
        ("duties", "0011_told_again"),
        ("access", "0007_standing"),
    ]
    operations = [migrations.RunSQL(sql_of(__file__, "sharing_told"))]
