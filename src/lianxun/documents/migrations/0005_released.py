from django.db import migrations

from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """A print made before its document became sensitive is relabelled with it."""

    dependencies = [("documents", "0004_held_files")]
    operations = [
        migrations.RemoveConstraint("printorder", "print_sensitive_only_when_released"),
        migrations.RunSQL(sql_of(__file__, "released")),
    ]
