"""Append to the inbox in the business transaction: no record, no act (security.md §1.3).

Each database connection of each thread is a *writer* with a chain of its own: ``prev`` is the leaf of
its last committed record, ``wseq`` advances on commit only. There is no shared lock, yet a row deleted
before sequencing leaves a gap that the sequencer and every auditor see.

What is pending is never remembered here but read from Django's list of commit hooks, the one place
that is right after a savepoint was rolled back, after several records in one transaction and in a test
whose transaction never commits. When a transaction with a record ended and its hook did not run —
rollback, lost connection, an answer to COMMIT that never came — nobody knows what the database holds.
Then the chain is left as it is and a new writer begins; its first record carries a link to the last
record known to be committed and to the one in doubt.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    InterfaceError,
    OperationalError,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper

from lianxun.kernel.digest import canonical, digest
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Unavailable
from lianxun.trace import inbox
from lianxun.trace.merkle import leaf_hash
from lianxun.trace.records import ZERO, Head, parts

VERSION = 1
MAX_BODY = 60_000  # an entry of a C2SP bundle has at most 65,535 bytes
_READ_ONLY = "25006"


@dataclass(slots=True, eq=False)
class _Chain:
    """One writer: its name and the last record known to be committed."""

    id: UUID = field(default_factory=new_id)
    pid: int = field(default_factory=os.getpid)
    seq: int = 0
    leaf: bytes = ZERO
    in_doubt: Head | None = None
    link: dict[str, Any] | None = None

    def successor(self) -> _Chain:
        """A new writer that says where this one was last seen."""
        if self.seq == 0:  # nothing of this writer is known: pass on what it would have said
            return _Chain(link=self.link)
        link: dict[str, Any] = {
            "writer": str(self.id),
            "wseq": self.seq,
            "leaf": self.leaf.hex(),
        }
        if self.in_doubt:
            link["doubt"] = [self.in_doubt[0], self.in_doubt[1].hex()]
        return _Chain(link=link)


@dataclass(slots=True, eq=False)
class _Committed:
    """The commit hook of one record; while it waits in the list, its record is pending."""

    chain: _Chain
    seq: int
    leaf: bytes
    using: str

    def __call__(self) -> None:
        if connections[self.using].in_atomic_block:
            return  # a test plays the hooks without committing
        if self.seq > self.chain.seq:
            self.chain.seq, self.chain.leaf = self.seq, self.leaf
            self.chain.in_doubt, self.chain.link = None, None
            _tails.committed(self.chain.id, (self.seq, self.leaf))


def append(record: dict[str, Any], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Write one record into the running transaction.

    Raises ``TransactionManagementError`` outside of one and ``Unavailable`` when the inbox cannot be
    written (disk full, read-only, connection lost): the act must not happen then.
    """
    if not connections[using].in_atomic_block:
        raise transaction.TransactionManagementError("a record belongs to a transaction")
    for part in parts(record):
        _append(part, using)


def _append(record: dict[str, Any], using: str) -> None:
    connection = connections[using]
    chain, head = _position(connection)
    seq, prev = head[0] + 1, head[1]
    link = {"link": chain.link} if chain.link and seq == 1 else {}
    stamped = {
        **record,
        **link,
        "v": VERSION,
        "writer": str(chain.id),
        "wseq": seq,
        "prev": prev.hex(),
        "ts": time.time_ns() // 1_000_000,
    }
    body = _fitting(stamped)
    leaf = leaf_hash(body)
    try:
        with connection.wrap_database_errors:
            about = str(record.get("obj", "")), _object(record)
            inbox.insert(connection.connection, inbox.Row(chain.id, seq, prev, body, leaf, *about))
    except DatabaseError as error:
        if unreachable(error):
            raise Unavailable(
                "留痕暂时无法写入，本次操作没有办理。请稍后重试；若持续出现，请联系系统管理员。"
            ) from error
        raise
    chain.in_doubt = (seq, leaf)
    connection.on_commit(_Committed(chain, seq, leaf, using), robust=True)
    # First in the list: what other hooks do after the commit must find this chain settled.
    connection.run_on_commit.insert(0, connection.run_on_commit.pop())


def _object(record: dict[str, Any]) -> UUID | None:
    """Which object the record is about; a body is kept whatever it says."""
    try:
        return UUID(str(record.get("obj_id") or ""))
    except ValueError:
        return None


def unreachable(error: BaseException) -> bool:
    """True if the database could not do its work, as opposed to refusing a statement."""
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    if state == _READ_ONLY:
        return True
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    # 08 connection, 53 resources (disk full), 57 operator, 58 system; none: no server answered
    return state is None or state[:2] in {"08", "53", "57", "58"}


def _position(connection: BaseDatabaseWrapper) -> tuple[_Chain, Head]:
    """The chain of this connection and the record the next one follows."""
    chain: _Chain | None = connection.__dict__.get("lianxun_chain")
    if chain is None or chain.pid != os.getpid():
        chain = connection.__dict__["lianxun_chain"] = _Chain()
    for entry in connection.run_on_commit:
        hook: Any = entry[1]
        if isinstance(hook, _Committed) and hook.chain is chain:
            return chain, (hook.seq, hook.leaf)
    if chain.in_doubt is not None:
        chain = connection.__dict__["lianxun_chain"] = chain.successor()
    return chain, (chain.seq, chain.leaf)


def _fitting(record: dict[str, Any]) -> bytes:
    """Canonical bytes; a detail too long for an entry is replaced by its size and digest."""
    body = canonical(record)
    if len(body) <= MAX_BODY:
        return body
    detail = canonical(record["detail"])
    short = {"too_long": len(detail), "sha256": digest(detail).hex()}
    body = canonical({**record, "detail": short})
    if len(body) > MAX_BODY:
        raise ValueError(f"record of {len(body)} bytes, at most {MAX_BODY} fit")
    return body


class _Tails:
    """Heads of all writers of this process that no later record confirms yet.

    The last record of an idle or dead writer has no successor: deleting it before sequencing would
    leave no gap. The heartbeat writes these heads into a record of its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heads: dict[UUID, Head] = {}
        self._thread: threading.Thread | None = None
        self._pid = 0

    def committed(self, writer: UUID, head: Head) -> None:
        seconds: float = getattr(settings, "LIANXUN_TRACE_HEARTBEAT_SECONDS", 0)
        if not seconds or threading.current_thread() is self._thread:
            return
        with self._lock:
            self._heads[writer] = head
            if self._thread is None or self._pid != os.getpid():
                self._pid = os.getpid()
                self._thread = threading.Thread(
                    target=self._beat_for_ever, args=(seconds,), name="trace-heartbeat", daemon=True
                )
                self._thread.start()

    def take(self, most: int = 400) -> dict[UUID, Head]:
        with self._lock:
            some = dict(list(self._heads.items())[:most])
            for writer in some:
                del self._heads[writer]
        return some

    def give_back(self, heads: dict[UUID, Head]) -> None:
        with self._lock:
            self._heads = {**heads, **self._heads}

    def _beat_for_ever(self, seconds: float) -> None:
        while True:
            time.sleep(seconds)
            try:
                while beat(self.take()):
                    pass
            finally:
                connections.close_all()


_tails = _Tails()


def beat(heads: dict[UUID, Head], *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Write one heartbeat record that confirms ``heads``; False if there was nothing to confirm."""
    if not heads:
        return False
    detail = {str(writer): [seq, leaf.hex()] for writer, (seq, leaf) in heads.items()}
    try:
        with transaction.atomic(using=using):
            append({"act": "trace.heartbeat", "result": "allow", "detail": detail}, using=using)
    except (DatabaseError, Unavailable):
        _tails.give_back(heads)
        return False
    return True
