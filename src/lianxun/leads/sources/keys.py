"""Key pairs of custodians and escrow holders, and a secret wrapped to one of them.

X25519 (RFC 7748) + HKDF-SHA-256 (RFC 5869) wrap a secret to a person; his private key is sealed under a
passphrase apart from the sign-in (scrypt, RFC 7914: N=2^15, r=8, p=1 ≈ 0.1 s).
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.db import connection

from lianxun.kernel.crypto import DoesNotOpen, Place, provider

MIN_PASSPHRASE = 12
Wrapped = list[str]
"""Ephemeral public key and sealed secret, both base64."""


class CustodyError(Exception):
    """A passphrase or key that does not fit; the message is for the person."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """``sealed`` is the private key under the passphrase and ``salt``."""

    public: bytes
    sealed: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody a secret is wrapped to; ``place`` 1–3 marks a holder of escrow pieces."""

    account: UUID
    place: int | None
    public: bytes


def _from_passphrase(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def _place(account: UUID) -> Place:
    return Place("vault.custodian", "private", account, 3)


def check_passphrase(passphrase: str) -> None:
    """Raises ``CustodyError`` for one that is too short or too simple."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise CustodyError(f"保管口令不少于 {MIN_PASSPHRASE} 个字符。")
    if len(set(passphrase)) < 5:
        raise CustodyError("保管口令过于简单，请至少使用 5 种不同的字符。")


def new_pair(account: UUID, passphrase: str) -> KeyPair:
    """A fresh key pair under a passphrase."""
    check_passphrase(passphrase)
    return _sealed(X25519PrivateKey.generate(), account, passphrase)


def _sealed(private: X25519PrivateKey, account: UUID, passphrase: str) -> KeyPair:
    salt = os.urandom(16)
    sealed = provider().seal(
        _from_passphrase(passphrase, salt),
        private.private_bytes_raw(),
        place=_place(account),
        key_id="passphrase",
    )
    return KeyPair(private.public_key().public_bytes_raw(), sealed, salt)


def same_pair_under(account: UUID, old: str, new: str) -> KeyPair:
    """The acting person's own pair under a new passphrase. Raises ``CustodyError``."""
    check_passphrase(new)
    return _sealed(own_private(account, old), account, new)


def own_private(account: UUID, passphrase: str) -> X25519PrivateKey:
    """The acting person's private key. Raises ``CustodyError``."""
    with connection.cursor() as cursor:
        cursor.execute("select sealed_private, salt from vault.my_key()")
        row = cursor.fetchone()
    if row is None:
        raise CustodyError("您还没有登记保管密钥。")
    try:
        raw = provider().open(
            _from_passphrase(passphrase, bytes(row[1])), bytes(row[0]), place=_place(account)
        )
    except DoesNotOpen as wrong:
        raise CustodyError("保管口令不正确。") from wrong
    return X25519PrivateKey.from_private_bytes(raw)


def holders() -> list[Holder]:
    """Everybody with a key: custodians, and holders of escrow pieces by their place."""
    with connection.cursor() as cursor:
        cursor.execute("select account, place, public_key from vault.public_keys()")
        return [Holder(row[0], row[1], bytes(row[2])) for row in cursor.fetchall()]


def wrap_to(public: bytes, secret: bytes, *, to: UUID, about: UUID) -> Wrapped:
    """``secret`` for the holder of the private key of ``public`` alone."""
    ephemeral = X25519PrivateKey.generate()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    mine = ephemeral.public_key().public_bytes_raw()
    sealed = provider().wrap(
        _shared_key(shared, mine, public), secret, kek_id=str(to), key_id=str(about)
    )
    return [base64.b64encode(mine).decode(), base64.b64encode(sealed).decode()]


def unwrap(private: X25519PrivateKey, wrapped: Wrapped) -> bytes:
    """Raises ``CustodyError`` for what was damaged or meant for somebody else."""
    try:
        ephemeral, sealed = (base64.b64decode(part, validate=True) for part in wrapped)
        shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        own = private.public_key().public_bytes_raw()
        return provider().unwrap(_shared_key(shared, ephemeral, own), sealed)
    except (DoesNotOpen, ValueError) as wrong:
        raise CustodyError("密钥文件已损坏，或不是向您加封的；请联系安全管理员。") from wrong


def _shared_key(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    info = b"lianxun vault v1" + ephemeral + recipient
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(shared)
