"""Identity of a database transaction (settled.md 2; security.md §2.2).

The application signs *who acts* with a key the database also holds; ``lx.enter`` verifies it, loads
the facts itself and keeps them for the transaction. Without identity there are no rows: an injected
``SET`` cannot impersonate, a forgotten call reads nothing.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from psycopg.pq import TransactionStatus

TOKEN_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Identity:
    """The account (or service name) a transaction belongs to."""

    account_id: UUID
    service: str = ""


_current: ContextVar[Identity | None] = ContextVar("lianxun_identity", default=None)


def current_identity() -> Identity | None:
    return _current.get()


def token_for(identity: Identity, *, now_seconds: int | None = None) -> str:
    """``account|service|expiry|nonce|hmac`` — valid for ``TOKEN_SECONDS``."""
    expiry = (now_seconds if now_seconds is not None else int(time.time())) + TOKEN_SECONDS
    message = f"{identity.account_id}|{identity.service}|{expiry}|{secrets.token_hex(8)}"
    key = bytes.fromhex(settings.LIANXUN_CONTEXT_KEY)
    return f"{message}|{hmac.new(key, message.encode(), 'sha256').hexdigest()}"


def enter(identity: Identity | None, using: str = DEFAULT_DB_ALIAS) -> None:
    """Tell the running transaction who acts; ``None`` takes the identity away."""
    with connections[using].cursor() as cursor:
        if identity is None:
            cursor.execute("select set_config('lx.ctx', '', true)")
        else:
            cursor.execute("select lx.enter(%s)", [token_for(identity)])


def not_let_in(error: DatabaseError) -> bool:
    """Whether the database refused the identity itself, not something that was asked for under it."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") == "28000" and "lx.enter" in str(cause)


@contextmanager
def acting_as(
    account_id: UUID, *, service: str = "", using: str = DEFAULT_DB_ALIAS
) -> Iterator[None]:
    """Everything inside acts for this account; the database back end enters it at each ``BEGIN``.

    Inside a running transaction (tests, middleware) it enters at once and restores on exit:
    releasing a savepoint would keep an inner identity (measured, security.md §2.2).
    """
    connection = connections[using]
    before = _current.get()
    identity = Identity(account_id, service)
    mark = _current.set(identity)
    switched = connection.in_atomic_block and before != identity
    try:
        if switched:
            enter(identity, using)
        yield
    finally:
        _current.reset(mark)
        if switched and connection.in_atomic_block and not connection.needs_rollback:
            _restore(before, using)


def _restore(before: Identity | None, using: str) -> None:
    """Put the former identity back. A transaction that an error aborted takes no statement any more;
    its rollback takes the inner identity away with everything else."""
    status = connections[using].connection.info.transaction_status
    if status is not TransactionStatus.INERROR:
        enter(before, using)
