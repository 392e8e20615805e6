"""Data migrations under forced row security (settled.md 1).

Under FORCE the owner obeys policies too: an UPDATE in a migration silently changes nothing. Inside
``unforced(table)`` the owner works freely; FORCE comes back in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def unforced(*tables: str, using: str = "owner", expect_change: bool = True) -> Iterator[None]:
    """Lift FORCE on ``tables`` for the running transaction of the owner.

    Raises ``RuntimeError`` if nothing changed although rows exist: the usual sign of a data migration
    that met a policy.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("unforced() belongs inside a transaction")
    with connection.cursor() as cursor:
        before = [_activity(cursor, table) for table in tables]
        for table in tables:
            cursor.execute(f"alter table {table} no force row level security")
        yield
        cursor.execute("set constraints all immediate")  # deferred checks forbid ALTER TABLE
        for table, (changes, _) in zip(tables, before, strict=True):
            after, rows = _activity(cursor, table)
            cursor.execute(f"alter table {table} force row level security")
            if expect_change and rows and after == changes:
                raise RuntimeError(f"unforced({table}) changed no row although rows exist")


def _activity(cursor: object, table: str) -> tuple[int, bool]:
    execute = cursor.execute  # type: ignore[attr-defined]
    fetchone = cursor.fetchone  # type: ignore[attr-defined]
    execute(
        "select n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_user_tables where relid = %s::regclass",
        [table],
    )
    found = fetchone()
    execute(f"select exists (select 1 from {table})")
    return (int(found[0]) if found else 0), bool(fetchone()[0])
