from typing import Any

from django.db import migrations

from lianxun.duties import seed
from lianxun.fabric.forced import unforced
from lianxun.kernel.ids import new_id


def plant(apps: Any, schema_editor: Any) -> None:
    """The clocks of published rules that were not among the first ones."""
    alias = schema_editor.connection.alias
    template = apps.get_model("duties", "DutyTemplate")
    with unforced(template._meta.db_table, using=alias):
        template.objects.using(alias).bulk_create(
            template(id=new_id(), created_at=seed.shipped_at(), **values)
            for values in seed.template_rows("practice")
        )


class Migration(migrations.Migration):
    """Every number of days in the rules stands in a template."""

    dependencies = [("duties", "0003_guards")]
    operations = [migrations.RunPython(plant)]
