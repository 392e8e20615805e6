from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """The inbox, the sequenced log with its tiles, checkpoints and clocks, and who may read what."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(sql_of(__file__, "log"))]
