from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent.parent / "sql" / "search.sql").read_text()


class Migration(migrations.Migration):
    """What every room's search is made of (``fabric.search``)."""

    dependencies = [("access", "0005_grants_stay")]
    operations = [migrations.RunSQL(_SQL, "drop function lx.bigrams(text)")]
