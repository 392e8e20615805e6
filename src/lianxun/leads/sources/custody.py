"""Custodians' keys and the key store outside of the database.

X25519 (RFC 7748) + HKDF-SHA-256 (RFC 5869) wrap a data key to a custodian; his private key is sealed
under a passphrase apart from the sign-in (scrypt, RFC 7914: N=2^15, r=8, p=1 ≈ 0.1 s).
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.db import connection

from lianxun.kernel.crypto import DoesNotOpen, Place, provider

MIN_PASSPHRASE = 12


class CustodyError(Exception):
    """A passphrase or key that does not fit; the message is for the person."""


def _folder() -> Path:
    return Path(settings.LIANXUN_KEYSTORE)


def _passphrase_key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def enrol(*, account: UUID, passphrase: str) -> None:
    """Make the acting custodian's key pair. Raises ``CustodyError`` for a weak passphrase."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise CustodyError(f"保管口令不少于 {MIN_PASSPHRASE} 个字符。")
    private = X25519PrivateKey.generate()
    salt = os.urandom(16)
    sealed = provider().seal(
        _passphrase_key(passphrase, salt),
        private.private_bytes_raw(),
        place=Place("vault.custodian", "private", account, 3),
        key_id="passphrase",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select vault.set_custodian(%s, %s, %s)",
            [private.public_key().public_bytes_raw(), sealed, salt],
        )


def ready() -> int:
    """How many custodians have a key; an identity can be kept from two on."""
    return len(_public_keys())


def _public_keys() -> dict[UUID, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("select account, public_key from vault.public_keys()")
        return {row[0]: bytes(row[1]) for row in cursor.fetchall()}


def keep(lead: UUID, data_key: bytes) -> None:
    """Wrap the data key to every custodian and write the key file before anything points at it."""
    wrapped = {}
    for account, raw in _public_keys().items():
        ephemeral = X25519PrivateKey.generate()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(raw))
        public = ephemeral.public_key().public_bytes_raw()
        sealed = provider().wrap(
            _shared_key(shared, public, raw), data_key, kek_id=str(account), key_id=str(lead)
        )
        wrapped[str(account)] = [
            base64.b64encode(public).decode(),
            base64.b64encode(sealed).decode(),
        ]
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = folder / f".{lead}.part"
    with temporary.open("w") as file:
        json.dump(wrapped, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(0o600)
    temporary.replace(folder / f"{lead}.json")


def _shared_key(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    info = b"lianxun vault v1" + ephemeral + recipient
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(shared)


def recover(lead: UUID, *, account: UUID, passphrase: str) -> bytes:
    """The data key of a lead, by the acting custodian's passphrase. Raises ``CustodyError``."""
    with connection.cursor() as cursor:
        cursor.execute("select sealed_private, salt from vault.my_key()")
        row = cursor.fetchone()
    if row is None:
        raise CustodyError("您还没有登记保管密钥。")
    try:
        raw = provider().open(
            _passphrase_key(passphrase, bytes(row[1])),
            bytes(row[0]),
            place=Place("vault.custodian", "private", account, 3),
        )
        wrapped = json.loads((_folder() / f"{lead}.json").read_text())[str(account)]
    except DoesNotOpen as wrong:
        raise CustodyError("保管口令不正确。") from wrong
    except (OSError, KeyError, ValueError) as gone:
        raise CustodyError("该线索的密钥已销毁，或没有向您加封。") from gone
    private = X25519PrivateKey.from_private_bytes(raw)
    ephemeral, sealed = (base64.b64decode(part) for part in wrapped)
    shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    own = private.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    try:
        return provider().unwrap(_shared_key(shared, ephemeral, own), sealed)
    except DoesNotOpen as wrong:
        raise CustodyError("该线索的密钥文件已损坏，请联系安全管理员。") from wrong


def forget(lead: UUID) -> None:
    """Delete the key file: the ciphertext says nothing any more, in backups too."""
    (_folder() / f"{lead}.json").unlink(missing_ok=True)
