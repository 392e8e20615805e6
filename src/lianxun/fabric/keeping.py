"""What was written once stays as it was: a trigger on columns that no act ever changes.

Labels and revision may follow their object (settled.md 17a); the words, names and digests may not. The trigger's
function is ``lx.keep_columns`` (access/sql/context.sql).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import migrations


class KeepColumns(migrations.RunSQL):
    """Let ``columns`` of ``table`` never change after they were inserted, whoever asks."""

    def __init__(self, table: str, *, columns: Iterable[str]) -> None:
        self.table, self.columns = table, list(columns)
        arguments = ", ".join(f"'{name}'" for name in self.columns)
        super().__init__(
            [
                f"drop trigger if exists keep_columns on {table}",
                f"create trigger keep_columns before update on {table} "
                f"for each row execute function lx.keep_columns({arguments})",
            ]
        )
