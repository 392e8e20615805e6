"""What was written once stays as it was: a trigger on columns that no act ever changes.

Labels and revision may follow their object (settled.md 17a); the words, names and digests may not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import migrations

_FUNCTION = """
create or replace function lx.keep_columns() returns trigger language plpgsql as $$
declare
    name text;
begin
    foreach name in array tg_argv loop
        if to_jsonb(old) -> name is distinct from to_jsonb(new) -> name then
            raise exception '%.% is written once', tg_table_name, name using errcode = 'check_violation';
        end if;
    end loop;
    return new;
end $$
"""


class KeepColumns(migrations.RunSQL):
    """Let ``columns`` of ``table`` never change after they were inserted, whoever asks."""

    def __init__(self, table: str, *, columns: Iterable[str]) -> None:
        self.table, self.columns = table, list(columns)
        arguments = ", ".join(f"'{name}'" for name in self.columns)
        super().__init__(
            [
                _FUNCTION,
                f"drop trigger if exists keep_columns on {table}",
                f"create trigger keep_columns before update on {table} "
                f"for each row execute function lx.keep_columns({arguments})",
            ],
            reverse_sql=[f"drop trigger if exists keep_columns on {table}"],
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {"columns": self.columns})
