from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent.parent / "sql" / "log.sql").read_text()


class Migration(migrations.Migration):
    """The sequenced log, its tiles and checkpoints, the clocks, and who may read what."""

    dependencies = [("trace", "0001_inbox")]
    operations = [migrations.RunSQL(_SQL, "drop schema trace cascade; create schema trace")]
