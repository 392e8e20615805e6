"""Who can open what: a data key wrapped to every custodian, and in pieces to three escrow holders.

Escrow is 2 of 3 by replicated secret sharing (Ito, Saito, Nishizeki 1987): the key is the XOR of three
random pieces, and the holder at place *i* gets the two pieces that are not *i*. Two holders together have
all three; one has two, which say nothing about the key (information-theoretically, not by computation).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import DatabaseError, connection, transaction

from lianxun.kernel.crypto import provider
from lianxun.leads.sources import keys, keystore
from lianxun.leads.sources.keys import CustodyError, Holder, KeyPair

PLACES = (1, 2, 3)
MIN_CUSTODIANS = 2
_SAYS = {
    "LX004": "您已登记保管密钥。更换口令请填写原口令；口令遗失请选择“重新登记”，再请另一名保管员重新加封。",
    "LX005": "本单位已有密钥托管人，三名托管人须来自不同单位。",
    "LX006": "三名密钥托管人均已登记。",
}


# --- keys of people ---------------------------------------------------------------------------------


def enrol(*, account: UUID, passphrase: str, replace: bool = False) -> None:
    """Make the acting custodian's key pair. Raises ``CustodyError`` for a weak passphrase or a second
    pair; ``replace`` gives up what was wrapped to the old one (until somebody reseals)."""
    pair = keys.new_pair(account, passphrase)
    _call("select vault.set_custodian(%s, %s, %s, %s)", *_parts(pair), replace)


def enrol_escrow(*, account: UUID, passphrase: str) -> int:
    """Make the acting escrow holder's key pair; returns his place. Raises ``CustodyError``."""
    pair = keys.new_pair(account, passphrase)
    return int(_call("select vault.set_escrow(%s, %s, %s)", *_parts(pair)))


def change_passphrase(*, account: UUID, old: str, new: str) -> None:
    """The same key under another passphrase: nothing has to be sealed anew. Raises ``CustodyError``."""
    pair = keys.same_pair_under(account, old, new)
    _call("select vault.set_custodian(%s, %s, %s, false)", *_parts(pair))


def _parts(pair: KeyPair) -> tuple[bytes, bytes, bytes]:
    return pair.public, pair.sealed, pair.salt


def _call(sql: str, *values: bytes | bool) -> Any:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, list(values))
            return cursor.fetchone()[0]
    except DatabaseError as refused:
        code = getattr(refused.__cause__, "sqlstate", "") or ""
        raise CustodyError(_SAYS.get(code, "您不能办理这一事项。")) from refused


def ready() -> tuple[int, int]:
    """(custodians, escrow holders) with a key; identities are taken from two custodians on."""
    found = keys.holders()
    return sum(h.place is None for h in found), sum(h.place is not None for h in found)


# --- the data key of an item ------------------------------------------------------------------------


def keep(item: UUID, data_key: bytes) -> None:
    """Wrap the data key to everybody who has one, and write the file before anything points at it."""
    found = keys.holders()
    keystore.write(
        item,
        {
            "custodians": {
                str(h.account): keys.wrap_to(h.public, data_key, to=h.account, about=item)
                for h in found
                if h.place is None
            },
            "escrow": _in_pieces(item, data_key, [h for h in found if h.place is not None]),
            "keys": sorted(present()),
        },
    )


def _in_pieces(item: UUID, data_key: bytes, three: list[Holder]) -> dict[str, Any]:
    if len(three) < len(PLACES):
        return {}
    pieces = dict(zip(PLACES, split(data_key), strict=True))
    return {
        str(h.account): {
            str(place): keys.wrap_to(h.public, piece, to=h.account, about=item)
            for place, piece in pieces.items()
            if place != h.place
        }
        for h in three
    }


def split(secret: bytes) -> tuple[bytes, bytes, bytes]:
    """Three pieces whose XOR is ``secret``."""
    first, second = provider().random(len(secret)), provider().random(len(secret))
    return first, second, _xor(_xor(secret, first), second)


def join(pieces: dict[int, bytes]) -> bytes:
    """The secret of all three pieces. Raises ``CustodyError`` while one is missing."""
    if set(pieces) != set(PLACES):
        raise CustodyError("托管分片不足：需要两名托管人分别放行。")
    return _xor(_xor(pieces[1], pieces[2]), pieces[3])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def recover(item: UUID, *, account: UUID, passphrase: str) -> bytes:
    """The data key of an item, by the acting custodian's passphrase. Raises ``CustodyError``."""
    private = keys.own_private(account, passphrase)
    content = keystore.read(item)
    wrapped = (content or {}).get("custodians", {}).get(str(account))
    if wrapped is None:
        raise CustodyError("该项内容的密钥已销毁，或没有向您加封。")
    return keys.unwrap(private, wrapped)


def opens_from(place: Path, item: UUID, private: X25519PrivateKey, *, account: UUID) -> bool | None:
    """Whether a copy's data key opens with a private key; ``None`` when it is not wrapped to it."""
    wrapped = (keystore.read(item, place=place) or {}).get("custodians", {}).get(str(account))
    if wrapped is None:
        return None
    try:
        keys.unwrap(private, wrapped)
    except CustodyError:
        return False
    return True


def opens_for(item: UUID) -> frozenset[str]:
    """Marks of the keys that the data key is wrapped to; empty when it is gone."""
    return frozenset((keystore.read(item) or {}).get("keys", ()))


def present() -> frozenset[str]:
    """Marks of the keys it should be wrapped to: escrow counts once all three places are taken."""
    found = keys.holders()
    if sum(h.place is not None for h in found) < len(PLACES):
        found = [h for h in found if h.place is None]
    return frozenset(_mark(h) for h in found)


def _mark(holder: Holder) -> str:
    return f"{holder.account}:{provider().digest(holder.public)[:8].hex()}"


def release(item: UUID, recovery: UUID, *, account: UUID, passphrase: str, to: Holder) -> None:
    """An escrow holder hands his pieces to the custodian ``to``, sealed for him. Raises ``CustodyError``."""
    private = keys.own_private(account, passphrase)
    pieces = (keystore.read(item) or {}).get("escrow", {}).get(str(account))
    if pieces is None:
        raise CustodyError("该项内容没有向您托管，或密钥已销毁。")
    again = {
        place: keys.wrap_to(to.public, keys.unwrap(private, wrapped), to=to.account, about=item)
        for place, wrapped in pieces.items()
    }
    keystore.write(item, {"from": str(account), "pieces": again}, part=f".{recovery}.{account}")


def joined(item: UUID, recovery: UUID, *, account: UUID, passphrase: str) -> bytes:
    """The data key from what two holders released to the acting custodian. Raises ``CustodyError``."""
    found = keystore.releases(item, recovery)
    if len({r["from"] for r in found}) < 2:
        raise CustodyError("托管分片不足：需要两名托管人分别放行。")
    private = keys.own_private(account, passphrase)
    pieces: dict[int, bytes] = {}
    for one in found:
        for place, wrapped in one["pieces"].items():
            pieces[int(place)] = keys.unwrap(private, wrapped)
    return join(pieces)
