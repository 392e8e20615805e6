from typing import Any

from django.db import migrations

from lianxun.duties import seed
from lianxun.fabric.forced import unforced
from lianxun.kernel.ids import new_id


def plant(apps: Any, schema_editor: Any) -> None:
    """The clocks of the appraisal of member units."""
    alias = schema_editor.connection.alias
    template = apps.get_model("duties", "DutyTemplate")
    with unforced(template._meta.db_table, using=alias):
        template.objects.using(alias).bulk_create(
            template(id=new_id(), created_at=seed.shipped_at(), **values)
            for values in seed.template_rows("appraisal")
        )


class Migration(migrations.Migration):
    """A unit has its time to answer its sheet, an objection its decision, an interview its day."""

    dependencies = [("duties", "0007_daily_dispatch")]
    operations = [migrations.RunPython(plant)]
