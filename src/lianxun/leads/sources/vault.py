"""Put an identity away, ask for it, decide, open, shred."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from lianxun.kernel.crypto import Place, provider
from lianxun.kernel.ids import new_id
from lianxun.leads.sources import custody


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reported. Never leaves this package except to the page of whoever it was opened for."""

    name: str
    contact: str = ""
    address: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return "Identity(…)"  # a traceback or a log line must not tell


@dataclass(frozen=True, slots=True)
class Waiting:
    """An opening that waits for a custodian."""

    id: UUID
    lead: UUID
    asked_by: UUID
    purpose: str
    asked_at: datetime


def _place(lead: UUID) -> Place:
    return Place("vault.identity", "sealed", lead, 3)


def put(*, lead: UUID, identity: Identity) -> None:
    """Seal an identity. Raises ``CustodyError`` while fewer than two custodians can open it."""
    if custody.ready() < 2:
        raise custody.CustodyError(
            "身份保管员尚未就绪（至少两名登记保管密钥），暂不能登记反映人信息。"
        )
    crypto = provider()
    key = crypto.new_key()
    sealed = crypto.seal(
        key,
        json.dumps(asdict(identity), ensure_ascii=False).encode(),
        place=_place(lead),
        key_id=str(lead),
    )
    custody.keep(lead, key)
    with connection.cursor() as cursor:
        cursor.execute("select vault.put(%s, %s)", [lead, sealed])


def ask(*, lead: UUID, purpose: str) -> UUID:
    """Ask a custodian to open; returns the id of the opening."""
    opening = new_id()
    with connection.cursor() as cursor:
        cursor.execute("select vault.ask(%s, %s, %s)", [opening, lead, purpose])
    return opening


def waiting() -> list[Waiting]:
    """Openings that wait for the acting custodian; empty for everybody else."""
    with connection.cursor() as cursor:
        cursor.execute("select id, lead, asked_by, purpose, asked_at from vault.waiting()")
        return [Waiting(*row) for row in cursor.fetchall()]


def decide(*, opening: UUID, grant: bool) -> None:
    """Grant for one hour, or refuse. Raises ``CustodyError`` when there is nothing to decide."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select vault.decide(%s, %s)", [opening, grant])
    except DatabaseError as refused:
        raise custody.CustodyError("没有等待您决定的调阅申请，或这是您自己的申请。") from refused


def open_granted(*, opening: UUID, account: UUID, passphrase: str) -> tuple[UUID, Identity]:
    """Open within the hour, by a custodian's passphrase. Raises ``CustodyError``."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select lead, sealed from vault.open_decided(%s)", [opening])
            lead, sealed = cursor.fetchone()
    except DatabaseError as refused:
        raise custody.CustodyError("未获同意，或已超过一小时的查看时限。") from refused
    key = custody.recover(lead, account=account, passphrase=passphrase)
    data = json.loads(provider().open(key, bytes(sealed), place=_place(lead)))
    return lead, Identity(**data)


def shred(*, lead: UUID) -> bool:
    """Erase an identity for ever: row and key file. True if there was one."""
    with connection.cursor() as cursor:
        cursor.execute("select vault.shred(%s)", [lead])
        row = cursor.fetchone()
    custody.forget(lead)
    return bool(row and row[0])
