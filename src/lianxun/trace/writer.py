"""Append to the inbox in the business transaction: no record, no act (security.md §1.3).

Each worker thread is a *writer* with a chain of its own: ``prev`` is the leaf of its last committed
record, ``wseq`` advances on commit only. No shared lock, yet a row deleted before sequencing leaves a
gap that the sequencer and the mirrors see.
"""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from lianxun.kernel.digest import canonical, digest
from lianxun.kernel.ids import new_id

VERSION = 1


class _Writer(threading.local):
    def __init__(self) -> None:
        self.id: UUID = new_id()
        self.committed_seq = 0
        self.committed_leaf = b"\0" * 32
        self.pending_seq = 0
        self.pending_leaf = b"\0" * 32
        self.transaction: int | None = None


_writer = _Writer()


def leaf_of(body: bytes) -> bytes:
    """RFC 6962 leaf hash of the exact bytes."""
    return digest(b"\0" + body)


def append(record: dict[str, Any], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Write one record into the running transaction. Raises if there is none."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a record belongs to a transaction")
    w = _writer
    mark = id(connection.run_on_commit), w.committed_seq
    if w.transaction != hash(mark):
        w.pending_seq, w.pending_leaf, w.transaction = w.committed_seq, w.committed_leaf, hash(mark)
    seq = w.pending_seq + 1
    body = canonical(
        {
            **record,
            "v": VERSION,
            "writer": str(w.id),
            "wseq": seq,
            "prev": w.pending_leaf.hex(),
            "ts": time.time_ns() // 1_000_000,
        }
    )
    leaf = leaf_of(body)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into trace.inbox(writer, wseq, prev, body, leaf) values (%s, %s, %s, %s, %s)",
            [w.id, seq, w.pending_leaf, body, leaf],
        )
    w.pending_seq, w.pending_leaf = seq, leaf

    def committed() -> None:
        w.committed_seq, w.committed_leaf = seq, leaf

    transaction.on_commit(committed, using=using)
