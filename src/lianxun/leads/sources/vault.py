"""Put away, ask for, decide, open, seal anew, erase."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from lianxun.kernel.crypto import DoesNotOpen, Place, provider
from lianxun.kernel.ids import new_id
from lianxun.leads.sources import custody, keys, keystore
from lianxun.leads.sources.keys import CustodyError

IDENTITY, ORIGINAL = "identity", "original"
MOST_BYTES = (
    20 * 1024 * 1024
)  # a sealed original lies in the database: a scanned letter, no archive


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reported. Never leaves this package except to the page of the custodian who opened it."""

    name: str
    contact: str = ""
    address: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return "Identity(…)"  # a traceback or a log line must not tell


@dataclass(frozen=True, slots=True)
class Original:
    """A sealed file: the letter as it came, which names whoever wrote it."""

    content: bytes
    suffix: str

    def __repr__(self) -> str:
        return "Original(…)"


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed thing about a lead; ``label`` is what its keeper wrote on the envelope."""

    id: UUID
    kind: str
    label: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An opening that waits for a custodian's decision, or (``until``) for being opened by him."""

    id: UUID
    lead: UUID
    kind: str
    asked_by: UUID
    purpose: str
    asked_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Recovery:
    """A data key that a custodian lost and asks two escrow holders to bring back."""

    id: UUID
    item: UUID
    lead: UUID
    asked_by: UUID
    purpose: str
    asked_at: datetime
    released: int
    mine: bool


def _place(item: UUID) -> Place:
    return Place("vault.item", "sealed", item, 3)


def put(*, lead: UUID, identity: Identity) -> UUID:
    """Seal an identity. Raises ``CustodyError`` while fewer than two custodians can open it."""
    return _put(lead, IDENTITY, "", asdict(identity))


def put_original(*, lead: UUID, content: bytes, suffix: str, label: str) -> UUID:
    """Seal a file as it came. Raises ``CustodyError`` when too large or nobody could open it."""
    if len(content) > MOST_BYTES:
        raise CustodyError(f"封存原件不超过 {MOST_BYTES // 1024 // 1024} MB，请拆分后上传。")
    return _put(
        lead, ORIGINAL, label, {"content": base64.b64encode(content).decode(), "suffix": suffix}
    )


def _put(lead: UUID, kind: str, label: str, content: dict[str, Any]) -> UUID:
    if custody.ready()[0] < custody.MIN_CUSTODIANS:
        raise CustodyError("身份保管员尚未就绪（至少两名登记保管密钥），暂不能登记反映人信息。")
    item, crypto = new_id(), provider()
    key = crypto.new_key()
    text = json.dumps(content, ensure_ascii=False).encode()
    sealed = crypto.seal(key, text, place=_place(item), key_id=str(item))
    custody.keep(item, key)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select vault.put(%s, %s, %s, %s, %s)", [item, lead, kind, label, sealed]
            )
    except DatabaseError as refused:
        keystore.erase([item])
        raise CustodyError("该线索的反映人信息已经封存或已经销毁，不能再次封存。") from refused
    return item


def items(*, lead: UUID) -> list[Sealed]:
    """What lies sealed about a lead, by kind."""
    with connection.cursor() as cursor:
        cursor.execute("select id, kind, label, sealed_at from vault.items(%s)", [lead])
        return [Sealed(*row) for row in cursor.fetchall()]


def items_of(*, lead: UUID) -> list[UUID]:
    """Ids of what lies sealed about a lead, for custodians: they need not work with leads."""
    with connection.cursor() as cursor:
        cursor.execute("select id from vault.all_items() where lead = %s", [lead])
        return [row[0] for row in cursor.fetchall()]


def ask(*, item: UUID, purpose: str) -> UUID:
    """Ask a custodian to open; returns the id of the opening."""
    opening = new_id()
    with connection.cursor() as cursor:
        cursor.execute("select vault.ask(%s, %s, %s)", [opening, item, purpose])
    return opening


def waiting() -> list[Waiting]:
    """Openings that wait for the acting custodian; empty for everybody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, lead, kind, asked_by, purpose, asked_at, until from vault.waiting()"
        )
        return [Waiting(*row) for row in cursor.fetchall()]


def decide(*, opening: UUID, grant: bool) -> None:
    """Grant for one hour, or refuse. Raises ``CustodyError`` when there is nothing to decide."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select vault.decide(%s, %s)", [opening, grant])
    except DatabaseError as refused:
        raise CustodyError("没有等待您决定的调阅申请，或这是您自己的申请。") from refused


def open_granted(
    *, opening: UUID, account: UUID, passphrase: str
) -> tuple[UUID, Identity | Original]:
    """Open within the hour, by the passphrase of the custodian who granted. Raises ``CustodyError``."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select item, lead, kind, sealed from vault.open_decided(%s)", [opening])
            item, lead, kind, sealed = cursor.fetchone()
    except DatabaseError as refused:
        raise CustodyError("未获同意，或已超过一小时的查看时限。") from refused
    key = custody.recover(item, account=account, passphrase=passphrase)
    try:
        content = json.loads(provider().open(key, bytes(sealed), place=_place(item)))
    except DoesNotOpen as damaged:
        raise CustodyError("封存内容已损坏，请联系安全管理员。") from damaged
    if kind == IDENTITY:
        return lead, Identity(**content)
    return lead, Original(base64.b64decode(content["content"]), content["suffix"])


def shred(*, lead: UUID) -> int:
    """Erase everything sealed about a lead for ever; returns how many items went.

    The rows go with the transaction, the keys at once: if the act fails after this, the rows stay and
    say nothing, and the act may be done again.
    """
    gone = forget(lead=lead)
    keystore.erase(gone)
    return len(gone)


def forget(*, lead: UUID) -> list[UUID]:
    """Take the sealed rows of a lead out of the database; their keys are the caller's to erase after the
    commit (``erase_keys``): an act that fails later must not have destroyed anything."""
    with connection.cursor() as cursor:
        cursor.execute("select vault.shred(%s)", [lead])
        return list(cursor.fetchone()[0])


def erase_keys(items: list[UUID]) -> None:
    """Erase the data keys of items that have no row any more; bears being called twice."""
    with connection.cursor() as cursor:
        cursor.execute("select i from unnest(%s::uuid[]) i where vault.is_gone(i)", [items])
        keystore.erase([row[0] for row in cursor.fetchall()])


def outdated() -> list[UUID]:
    """Items whose key is not wrapped to exactly the present holders: sealing anew would mend it."""
    now = custody.present()
    return [i for i in _all_items() if custody.opens_for(i) not in (now, frozenset())]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a copy of the key store is worth: keys that open, that do not, that are missing from it, and
    those sealed for other custodians alone. ``made`` is its name, which carries its time."""

    made: str
    opens: int
    broken: int
    missing: int
    others: int
    damaged: int

    @property
    def whole(self) -> bool:
        return not (self.broken or self.missing or self.damaged)


def check_copy(*, place: Path, account: UUID, passphrase: str) -> Checked:
    """Open every data key of a copy by the acting custodian's passphrase; no identity is opened.

    Raises ``CustodyError`` for a wrong passphrase.
    """
    private = keys.own_private(account, passphrase)
    counts = {True: 0, False: 0, None: 0}
    missing = 0
    for item in _all_items():
        if keystore.read(item, place=place) is None:
            missing += 1
        else:
            counts[custody.opens_from(place, item, private, account=account)] += 1
    return Checked(
        made=place.name,
        opens=counts[True],
        broken=counts[False],
        missing=missing,
        others=counts[None],
        damaged=len(keystore.damaged(place)),
    )


def _all_items() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select id from vault.all_items()")
        return [row[0] for row in cursor.fetchall()]


def lost(*, account: UUID) -> list[UUID]:
    """Leads with something sealed that the acting custodian's present key does not open, oldest first."""
    mine = {mark for mark in custody.present() if mark.startswith(f"{account}:")}
    with connection.cursor() as cursor:
        cursor.execute("select id, lead from vault.all_items()")
        rows = cursor.fetchall()
    return list(
        dict.fromkeys(
            lead for item, lead in rows if (marks := custody.opens_for(item)) and not marks & mine
        )
    )


def reseal(*, item: UUID, account: UUID, passphrase: str) -> int:
    """Wrap the data key to the present holders; returns the generation. Raises ``CustodyError``."""
    return _reseal(item, custody.recover(item, account=account, passphrase=passphrase))


def _reseal(item: UUID, data_key: bytes) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select vault.reseal(%s)", [item])
        generation = int(cursor.fetchone()[0])
    custody.keep(item, data_key)
    keystore.drop_releases(item)
    return generation


def ask_recovery(*, item: UUID, purpose: str) -> UUID:
    """The acting custodian asks the escrow holders to bring back a data key."""
    recovery = new_id()
    with connection.cursor() as cursor:
        cursor.execute("select vault.ask_recovery(%s, %s, %s)", [recovery, item, purpose])
    return recovery


def recoveries() -> list[Recovery]:
    """What waits for escrow holders, or for the custodian who asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, item, lead, asked_by, purpose, asked_at, released, mine"
            " from vault.recoveries()"
        )
        return [Recovery(*row) for row in cursor.fetchall()]


def _recovery(recovery: UUID) -> Recovery:
    found = next((r for r in recoveries() if r.id == recovery), None)
    if found is None:
        raise CustodyError("没有这一恢复申请，或已经办结。")
    return found


def release(*, recovery: UUID, account: UUID, passphrase: str) -> int:
    """An escrow holder releases his pieces to the custodian who asked; returns how many released."""
    wanted = _recovery(recovery)
    to = next((h for h in keys.holders() if h.account == wanted.asked_by and h.place is None), None)
    if to is None:
        raise CustodyError("申请人没有保管密钥，请其先登记。")
    custody.release(wanted.item, recovery, account=account, passphrase=passphrase, to=to)
    with connection.cursor() as cursor:
        cursor.execute("select vault.release(%s)", [recovery])
    return _recovery(recovery).released


def finish_recovery(*, recovery: UUID, account: UUID, passphrase: str) -> UUID:
    """The custodian joins the released pieces and seals anew for everybody. Raises ``CustodyError``."""
    wanted = _recovery(recovery)
    if wanted.asked_by != account:
        raise CustodyError("只有提出申请的保管员可以完成恢复。")
    _reseal(
        wanted.item,
        custody.joined(wanted.item, recovery, account=account, passphrase=passphrase),
    )
    return wanted.item
