"""A data key closed to the holder of a private key (X25519, RFC 7748; HKDF-SHA-256, RFC 5869).

Whoever encrypts needs the public key only. ``context`` is bound into the derived key: the same box does
not open for another purpose or beside another manifest.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lianxun.kernel.crypto import DoesNotOpen, Place, provider
from lianxun.kernel.digest import digest

MIN_PASSPHRASE = 12
_PRIVATE = b"LXK1"
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Box:
    """``public`` is the ephemeral half (32 bytes), ``sealed`` the wrapped data key."""

    public: bytes
    sealed: bytes


def new_pair() -> tuple[bytes, bytes]:
    """A (private, public) pair, 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """What two people read to each other on the telephone: 32 hex digits of the digest, in fours."""
    text = digest(public).hex()[:32]
    return " ".join(text[at : at + 4] for at in range(0, 32, 4))


def close(public: bytes, key: bytes, *, context: bytes) -> Box:
    """Wrap ``key`` so that only the holder of the private half of ``public`` opens it.

    Raises ``ValueError`` for bytes that are no usable public key.
    """
    ephemeral = X25519PrivateKey.generate()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    own = ephemeral.public_key().public_bytes_raw()
    wrapping = _derived(shared, own, public, context)
    return Box(own, provider().wrap(wrapping, key, kek_id="box", key_id="package"))


def open_box(private: bytes, box: Box, *, context: bytes) -> bytes:
    """The data key. ``DoesNotOpen`` for another key, another context or altered bytes."""
    holder = X25519PrivateKey.from_private_bytes(private)
    own = holder.public_key().public_bytes_raw()
    try:
        shared = holder.exchange(X25519PublicKey.from_public_bytes(box.public))
    except ValueError as bad:
        raise DoesNotOpen("not a key") from bad
    return provider().unwrap(_derived(shared, box.public, own, context), box.sealed)


def lock_private(private: bytes, passphrase: str) -> bytes:
    """The private key as a file's content: sealed under a passphrase (scrypt, RFC 7914: N=2^15, r=8, p=1).

    Raises ``ValueError`` for a passphrase below ``MIN_PASSPHRASE`` characters.
    """
    if len(passphrase) < MIN_PASSPHRASE:
        raise ValueError(f"口令不少于 {MIN_PASSPHRASE} 个字符。")
    salt = os.urandom(_SALT_BYTES)
    sealed = provider().seal(
        _stretched(passphrase, salt), private, place=_PLACE, key_id="passphrase"
    )
    return _PRIVATE + salt + sealed


def unlock_private(data: bytes, passphrase: str) -> bytes:
    """The private key. ``DoesNotOpen`` for a wrong passphrase or a file that is no key."""
    if not data.startswith(_PRIVATE):
        raise DoesNotOpen("not a private key file")
    at = len(_PRIVATE)
    salt, sealed = data[at : at + _SALT_BYTES], data[at + _SALT_BYTES :]
    return provider().open(_stretched(passphrase, salt), sealed, place=_PLACE)


_PLACE = Place("keybox", "private", "unit", 3)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def _derived(shared: bytes, ephemeral: bytes, recipient: bytes, context: bytes) -> bytes:
    info = b"lianxun keybox v1" + ephemeral + recipient + digest(context)
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(shared)
