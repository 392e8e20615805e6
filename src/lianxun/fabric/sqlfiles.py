"""SQL that a migration runs lies in its room's ``sql`` folder, one file a topic."""

from pathlib import Path


def sql_of(migration: str, name: str) -> str:
    """The text of ``sql/<name>.sql`` in the room whose migration file is ``migration``."""
    return (Path(migration).parents[1] / "sql" / f"{name}.sql").read_text("utf-8")
