from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """Nobody sees an inquiry who does not see what it is about."""

    dependencies = [("coordination", "0003_inquiries"), ("access", "0007_standing")]
    operations = [
        SecureRows("coordination_opinion", "coordination", kind="coordination.opinion"),
        migrations.RunSQL(sql_of(__file__, "inquiries")),
        KeepColumns("coordination_opinion", columns=["meeting_id", "unit_id"]),
        KeepColumns(
            "coordination_meeting",
            columns=["body_id", "kind", "convened_by_id", "about_kind", "about_id"],
        ),
    ]
