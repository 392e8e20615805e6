"""Rows of the inbox read ahead: while the server moves one batch, the next is already on its way.

Only used while the inbox is being drained. A second connection looks at the whole inbox, less the rows
in hand, which it still sees: a record that committed late, with a smaller number, must come before its
writer's next one. What it brings is taken by deletion like everything else.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import LiteralString

import psycopg

from lianxun.trace.intake import Row

SELECT: LiteralString = (
    "select id, writer::text, wseq, prev, body, leaf from trace.inbox "
    "where id > %s or id <> all (%s::bigint[]) order by id limit %s"
)


class Ahead:
    """One batch at a time; ``take`` waits for it."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self._thread: threading.Thread | None = None
        self._rows: list[Row] = []

    def start(self, in_hand: list[Row], most: int) -> None:
        """Begin to read what follows the rows ``in_hand``."""
        self._thread = threading.Thread(target=self._read, args=(in_hand, most), daemon=True)
        self._thread.start()

    def take(self) -> list[Row]:
        """What was read; empty when nothing was, or when reading failed: then the caller looks himself."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        self.take()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read(self, in_hand: list[Row], most: int) -> None:
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._conninfo, autocommit=True)
            self._rows = look(self._connection, most, in_hand)
        except psycopg.Error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


def look(
    connection: psycopg.Connection[tuple[object, ...]], most: int, in_hand: Sequence[Row] = ()
) -> list[Row]:
    """Up to ``most`` rows of the inbox that are not ``in_hand``, in order of arrival."""
    ids = "{" + ",".join([str(row[0]) for row in in_hand]) + "}"
    with connection.cursor(binary=True) as cursor:
        cursor.execute(SELECT, [in_hand[-1][0] if in_hand else 0, ids, most])
        rows: list[Row] = cursor.fetchall()  # type: ignore[assignment] # the columns of SELECT
    return rows
