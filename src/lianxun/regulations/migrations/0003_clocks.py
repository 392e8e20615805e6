from django.db import migrations

from lianxun.duties import seed
from lianxun.fabric.forced import unforced
from lianxun.kernel.ids import new_id


def plant(apps, schema_editor):  # type: ignore[no-untyped-def]
    """The clocks of institution documents: quarterly, June and biennial review."""
    alias = schema_editor.connection.alias
    template = apps.get_model("duties", "DutyTemplate")
    with unforced(template._meta.db_table, using=alias):
        template.objects.using(alias).bulk_create(
            template(id=new_id(), created_at=seed.shipped_at(), **values)
            for values in seed.template_rows("institutions")
        )


class Migration(migrations.Migration):
    dependencies = [("regulations", "0002_security"), ("duties", "0002_security")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
