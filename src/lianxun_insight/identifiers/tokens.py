"""Keyed tokens instead of clear identifiers (settled point 27).

A token is HMAC-SHA-256 under the key of the round, cut to 128 bits, with the kind of identifier as
domain: the same phone and account number never give one token. Two rounds cannot be joined, because
each has its own key; two people hold the key, none of them an analyst.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from lianxun_insight.identifiers.resident_id import check_resident_id
from lianxun_insight.names.person import parse_person

_PREFIX: Final[Mapping[str, str]] = {
    "resident_id": "p",
    "resident_id_class": "c",
    "person_name": "n",
    "phone": "t",
    "account": "a",
    "email": "e",
}
_KEY_BYTES: Final = 32
_TOKEN = re.compile(r"[pcntae]_[a-z2-7]{26}")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_SHIFTS: Final = tuple(range(120, -1, -10))
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}|\d{7,8}|400\d{7}|800\d{7}")


class BadKeyError(ValueError):
    """The key file is missing, short or readable by others."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Key of one round; never printed."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < _KEY_BYTES:
            raise BadKeyError(f"令牌密钥至少 {_KEY_BYTES} 字节")

    @classmethod
    def generate(cls) -> TokenKey:
        """A fresh random key."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def load(cls, path: Path) -> TokenKey:
        """Read a key file (64 hexadecimal digits); refuses one that others may read."""
        if path.stat().st_mode & 0o077:
            raise BadKeyError(f"密钥文件 {path.name} 可被他人读取，请先执行 chmod 600")
        try:
            return cls(bytes.fromhex(path.read_text(encoding="ascii").strip()))
        except ValueError as error:
            if isinstance(error, BadKeyError):
                raise
            raise BadKeyError(f"密钥文件 {path.name} 应为 64 位十六进制") from None

    def save(self, path: Path) -> None:
        """Write the key to a new file that only its owner may read."""
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(self.secret.hex() + "\n", encoding="ascii")

    @property
    def fingerprint(self) -> str:
        """Short name of the key for manifests: tells two rounds apart, reveals nothing."""
        return hashlib.sha256(b"lianxun-token-key" + self.secret).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Token:
    """A token with what may be kept beside it."""

    value: str
    valid: bool
    reason: str = ""
    swap_class: str = ""
    birth_date: date | None = None


class Tokeniser:
    """Turns clear identifiers into tokens under one key; remembers recent ones for speed."""

    def __init__(self, key: TokenKey) -> None:
        # HMAC (RFC 2104) with the two padded keys hashed once: a third of the time per token.
        block = key.secret if len(key.secret) <= 64 else hashlib.sha256(key.secret).digest()
        block = block.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
        self._cache: dict[tuple[str, str], Token] = {}

    def token(self, kind: str, text: str) -> Token:
        """Return the token of an identifier of this kind; a token passes through unchanged."""
        found = self._cache.get((kind, text))
        if found is None:
            if len(self._cache) > 500_000:
                self._cache.clear()
            found = self._cache[(kind, text)] = self._make(kind, text)
        return found

    def _make(self, kind: str, text: str) -> Token:
        if is_token(text):
            return Token(text, True)
        if kind == "resident_id":
            checked = check_resident_id(text)
            swap = checked.swap_class
            return Token(
                value=self.mac(kind, checked.number),
                valid=checked.valid,
                reason=checked.reason,
                swap_class=self.mac("resident_id_class", swap) if swap else "",
                birth_date=checked.birth_date,
            )
        normal, reason = _NORMALISE[kind](text)
        return Token(self.mac(kind, normal), not reason, reason)

    def mac(self, kind: str, normal: str) -> str:
        """Prefix and 128 bits of the keyed hash in base32."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{kind}\0{normal}".encode())
        outer.update(inner.digest())
        bits = int.from_bytes(outer.digest()[:16], "big") << 2
        tail = "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])
        return f"{_PREFIX[kind]}_{tail}"


def is_token(text: str) -> bool:
    """True for a value this module made (deliveries between installations may carry tokens)."""
    return _TOKEN.fullmatch(text) is not None


def is_mobile(text: str) -> bool:
    """True for a Chinese mobile number in any spelling."""
    return _MOBILE.fullmatch(normal_phone(text)[0]) is not None


def normal_phone(text: str) -> tuple[str, str]:
    """Digits of a phone number without country code; with a reason when it is no number."""
    plain = text.isascii() and text.isdecimal()
    digits = text if plain else re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    if digits.startswith(("86", "0086")) and len(digits) > 11:
        digits = digits[digits.index("86") + 2 :]
    valid = _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)
    return digits, "" if valid else "不是可识别的电话号码"


def normal_account(text: str) -> tuple[str, str]:
    """Characters of an account number; banks use 8–32 digits and letters."""
    value = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    valid = re.fullmatch(r"[0-9A-Z*]{8,32}", value)
    return value, "" if valid else "不是可识别的银行账号"


def _normal_email(text: str) -> tuple[str, str]:
    value = unicodedata.normalize("NFKC", text).strip().lower()
    return value, "" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "不是电子邮箱"


def _normal_name(text: str) -> tuple[str, str]:
    name = parse_person(text).variant_key
    return name, "" if name else "姓名为空"


_NORMALISE: Final = {
    "phone": normal_phone,
    "account": normal_account,
    "email": _normal_email,
    "person_name": _normal_name,
}
