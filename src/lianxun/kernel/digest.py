"""Digests and the one canonical form in which records are hashed (security.md §1.3)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Literal, Protocol

from cryptography.hazmat.primitives import hashes

Suite = Literal["sha256", "sm3"]


class Hasher(Protocol):
    """What ``hashlib`` gives: take bytes, copy, finish."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def hexdigest(self) -> str: ...
    def copy(self) -> Hasher: ...


class _OwnSm3:
    """SM3 of the ``cryptography`` package, for a Python whose OpenSSL was built without it."""

    def __init__(self, running: hashes.Hash | None = None) -> None:
        self._running = running or hashes.Hash(hashes.SM3())

    def update(self, data: bytes, /) -> None:
        self._running.update(data)

    def digest(self) -> bytes:
        return self._running.copy().finalize()

    def hexdigest(self) -> str:
        return self.digest().hex()

    def copy(self) -> _OwnSm3:
        return _OwnSm3(self._running.copy())


def digest(data: bytes, suite: Suite = "sha256") -> bytes:
    """32 bytes of SHA-256 or SM3 (GB/T 32905)."""
    running = hasher(suite)
    running.update(data)
    return running.digest()


def hasher(suite: Suite = "sha256") -> Hasher:
    """A running digest. SM3 comes from Python's own OpenSSL, or where that has none from the package."""
    if suite == "sha256":
        return hashlib.sha256()
    try:
        return hashlib.new("sm3")
    except ValueError:
        return _OwnSm3()


def canonical(record: Mapping[str, object]) -> bytes:
    """Canonical JSON: UTF-8, keys sorted, no spaces; integers, texts, booleans, lists, maps only.

    Raises ``TypeError`` for a float: its text form is not the same everywhere.
    """
    _refuse_floats(record)
    return json.dumps(
        record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def commitment(salt: bytes, value: str) -> str:
    """Salted commitment to personal data (hex): erasing the salt makes it say nothing.

    A plain hash would not do: all resident numbers of a county are tried in seconds.
    """
    if len(salt) < 16:
        raise ValueError("salt must have at least 16 bytes")
    return hmac.new(salt, value.encode(), "sha256").hexdigest()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("floats have no canonical form; use integers (分, 毫秒) or text")
    if isinstance(value, Mapping):
        for inner in value.values():
            if type(inner) is not str and type(inner) is not int:  # nearly all are
                _refuse_floats(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_floats(inner)
