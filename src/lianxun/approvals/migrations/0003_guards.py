from pathlib import Path

from django.db import migrations

_GUARDS = (Path(__file__).parent.parent / "sql" / "guards.sql").read_text("utf-8")


class Migration(migrations.Migration):
    """A decision is what its votes say, in the database too."""

    dependencies = [("approvals", "0002_security")]
    operations = [migrations.RunSQL(_GUARDS, migrations.RunSQL.noop)]
