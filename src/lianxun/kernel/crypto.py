"""The one crypto provider (settled.md 18; security.md §3.2): no algorithm is named anywhere else.

Two suites behind the same interface:

* ``intl``: SHA-256, HMAC-SHA-256, AES-256-GCM, Ed25519;
* ``gm``: SM3 (GB/T 32905), HMAC-SM3, SM4-GCM (GB/T 32907, RFC 8998), SM2 (GB/T 32918) through a
  :class:`Signer` that the site registers: the libraries here do SM3 and SM4 but not SM2.

A sealed value carries its own header (version, suite, names of the two keys, nonce) and opens only at
the *place* it was sealed for: table, column, row and level are authenticated with it, so a ciphertext
moved to another row, or relabelled, does not open.
"""

from __future__ import annotations

import hmac as _hmac
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.base import Cipher
from cryptography.hazmat.primitives.ciphers.modes import GCM

from lianxun.kernel import digest as _digest

SuiteName = Literal["intl", "gm"]
MAGIC = b"LX1"
NONCE_BYTES = 12
TAG_BYTES = 16
_SUITE_BYTE: dict[str, bytes] = {"intl": b"\x01", "gm": b"\x02"}


class CryptoError(Exception):
    """Something is wrong with a key, a ciphertext or the library. The text is for operators."""


class DoesNotOpen(CryptoError):  # noqa: N818 - reads as words
    """Wrong key, altered or moved ciphertext. Deliberately says no more."""


class CryptoUnavailable(CryptoError):  # noqa: N818
    """The suite asks for an algorithm that nobody provides on this machine."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives. It is authenticated, not stored: the reader must know it."""

    table: str
    column: str
    row_id: UUID | str
    level: int

    def bound(self) -> bytes:
        """Unambiguous bytes: each part with its length in front."""
        parts = (self.table, self.column, str(self.row_id), str(self.level))
        return b"".join(_sized(part.encode()) for part in parts)


class Signer(Protocol):
    """What a signature module must do. Keys and signatures are bytes in the module's own form."""

    def new_key(self) -> tuple[bytes, bytes]:
        """A (private, public) pair."""
        ...

    def sign(self, private: bytes, message: bytes) -> bytes: ...

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool: ...


class _Ed25519:
    """RFC 8032; private key = 32-byte seed, public key = 32 bytes, signature = 64 bytes."""

    def new_key(self) -> tuple[bytes, bytes]:
        key = Ed25519PrivateKey.generate()
        return key.private_bytes_raw(), key.public_key().public_bytes_raw()

    def sign(self, private: bytes, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).sign(message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class _NoSm2:
    """Stands where no SM2 module was registered, and says so."""

    _SAY = (
        "国密签名（SM2）没有可用的密码模块：请安装经认证的密码设备驱动并以 "
        "kernel.crypto.register_sm2 登记，或改用 intl 套件。"
    )

    def new_key(self) -> tuple[bytes, bytes]:
        raise CryptoUnavailable(self._SAY)

    def sign(self, private: bytes, message: bytes) -> bytes:
        raise CryptoUnavailable(self._SAY)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        raise CryptoUnavailable(self._SAY)


_sm2: list[Signer] = [_NoSm2()]


def register_sm2(signer: Signer) -> None:
    """Put the site's SM2 module behind the ``gm`` suite. It must sign and verify a probe first."""
    private, public = signer.new_key()
    probe = secrets.token_bytes(32)
    signature = signer.sign(private, probe)
    if not signer.verify(public, probe, signature) or signer.verify(public, b"x", signature):
        raise CryptoError("SM2 module does not verify its own signatures")
    _sm2[0] = signer


class Provider:
    """All cryptography of one suite. Keys are raw bytes; who holds them is the caller's matter."""

    def __init__(self, suite: SuiteName) -> None:
        self.suite: SuiteName = suite
        self.hash_name: _digest.Suite = "sha256" if suite == "intl" else "sm3"
        self.key_bytes = 32 if suite == "intl" else 16

    # digest, message authentication, randomness
    def digest(self, data: bytes) -> bytes:
        """32 bytes."""
        return _digest.digest(data, self.hash_name)

    def mac(self, key: bytes, data: bytes) -> bytes:
        """HMAC, 32 bytes. Raises ``ValueError`` for a key shorter than 16 bytes."""
        if len(key) < 16:
            raise ValueError("a mac key has at least 16 bytes")
        return _hmac.new(key, data, self.hash_name).digest()

    @staticmethod
    def same(a: bytes, b: bytes) -> bool:
        """Compare in constant time."""
        return _hmac.compare_digest(a, b)

    @staticmethod
    def random(size: int) -> bytes:
        """From the operating system; never from a seeded generator."""
        return secrets.token_bytes(size)

    def new_key(self) -> bytes:
        """A fresh key for :meth:`seal` or :meth:`wrap` (32 bytes AES, 16 bytes SM4)."""
        return secrets.token_bytes(self.key_bytes)

    # authenticated encryption
    def seal(
        self, key: bytes, plaintext: bytes, *, place: Place, key_id: str, kek_id: str = ""
    ) -> bytes:
        """Encrypt for one place.

        ``key_id`` names the data key, ``kek_id`` the key it is wrapped with (both ≤ 255 bytes, not
        secret). Result: ``LX1 · suite · kek_id · key_id · nonce · ciphertext · tag``. One key seals at
        most 2³² values (random 96-bit nonces, NIST SP 800-38D §8.3): use a key per table and month.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = (
            MAGIC
            + _SUITE_BYTE[self.suite]
            + _sized(kek_id.encode())
            + _sized(key_id.encode())
            + nonce
        )
        return head + self._encrypt(key, nonce, plaintext, head + place.bound())

    def open(self, key: bytes, sealed: bytes, *, place: Place) -> bytes:
        """Decrypt what was sealed for ``place``; :class:`DoesNotOpen` for anything else."""
        header = header_of(sealed)
        if header.suite != self.suite:
            raise DoesNotOpen(f"sealed with suite {header.suite}")
        head, rest = sealed[: header.length], sealed[header.length :]
        return self._decrypt(key, head[-NONCE_BYTES:], rest, head + place.bound())

    def wrap(self, kek: bytes, key: bytes, *, kek_id: str, key_id: str) -> bytes:
        """Encrypt a data key under a key-encryption key; the names are bound to it."""
        return self.seal(
            kek, key, place=Place("key", kek_id, key_id, 0), key_id=key_id, kek_id=kek_id
        )

    def unwrap(self, kek: bytes, wrapped: bytes) -> bytes:
        """The data key; its names are read from the header and verified with it."""
        header = header_of(wrapped)
        return self.open(kek, wrapped, place=Place("key", header.kek_id, header.key_id, 0))

    # signatures
    @property
    def _signer(self) -> Signer:
        return _Ed25519() if self.suite == "intl" else _sm2[0]

    def new_signing_key(self) -> tuple[bytes, bytes]:
        """A (private, public) pair. :class:`CryptoUnavailable` for ``gm`` without a module."""
        return self._signer.new_key()

    def sign(self, private: bytes, message: bytes) -> bytes:
        return self._signer.sign(private, message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return self._signer.verify(public, message, signature)

    # the two ciphers
    def _encrypt(self, key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
        self._check_key(key)
        if self.suite == "intl":
            return AESGCM(key).encrypt(nonce, plaintext, aad)
        encryptor = Cipher(SM4(key), GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(aad)
        return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag

    def _decrypt(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        self._check_key(key)
        if len(data) < TAG_BYTES:
            raise DoesNotOpen("truncated")
        try:
            if self.suite == "intl":
                return AESGCM(key).decrypt(nonce, data, aad)
            decryptor = Cipher(SM4(key), GCM(nonce, data[-TAG_BYTES:])).decryptor()
            decryptor.authenticate_additional_data(aad)
            return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()
        except InvalidTag:
            raise DoesNotOpen("wrong key, altered or moved ciphertext") from None

    def _check_key(self, key: bytes) -> None:
        if len(key) != self.key_bytes:
            raise CryptoError(f"suite {self.suite} takes keys of {self.key_bytes} bytes")


@dataclass(frozen=True, slots=True)
class Header:
    """What a sealed value says of itself (readable without any key, verified on opening)."""

    suite: SuiteName
    kek_id: str
    key_id: str
    length: int


def header_of(sealed: bytes) -> Header:
    """Read the header; :class:`DoesNotOpen` for bytes that are no sealed value."""
    if sealed[:3] != MAGIC or len(sealed) < 6:
        raise DoesNotOpen("not a sealed value")
    suites: dict[bytes, SuiteName] = {b"\x01": "intl", b"\x02": "gm"}
    suite = suites.get(sealed[3:4])
    if suite is None:
        raise DoesNotOpen("unknown suite")
    names: list[str] = []
    at = 4
    for _ in range(2):
        size = sealed[at] if at < len(sealed) else 0
        try:
            names.append(sealed[at + 1 : at + 1 + size].decode())
        except UnicodeDecodeError:
            raise DoesNotOpen("damaged header") from None
        at += 1 + size
    if len(sealed) < at + NONCE_BYTES + TAG_BYTES:
        raise DoesNotOpen("truncated")
    return Header(suite, names[0], names[1], at + NONCE_BYTES)


@cache
def provider(suite: SuiteName = "intl") -> Provider:
    """The provider of a suite, after its known answers were checked once in this process."""
    chosen = Provider(suite)
    check_known_answers(chosen)
    return chosen


def provider_for(sealed: bytes) -> Provider:
    """The provider that can open ``sealed``: old values keep opening after a change of suite."""
    return provider(header_of(sealed).suite)


def _sized(part: bytes) -> bytes:
    if len(part) > 255:
        raise ValueError("names and places have at most 255 bytes")
    return bytes([len(part)]) + part


# Known answers: FIPS 180-4 and GB/T 32905 "abc"; RFC 4231 case 1 (and the same input for HMAC-SM3);
# GCM spec (McGrew, Viega) test case 16 for AES-256; RFC 8998 A.1 for SM4-GCM; RFC 8032 §7.1 test 2.
_ABC = {
    "intl": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "gm": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
}
_GCM = {
    "intl": (
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
        "b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828"
        "838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ),
    "gm": (
        "0123456789abcdeffedcba9876543210",
        "00001234567800000000abcd",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffff"
        "eeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15"
        "a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
    ),
}
_ED25519 = (
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
    "387b2eaeb4302aeeb00d291612bb0c00",
)


def check_known_answers(chosen: Provider) -> None:
    """Compute published answers with the library in use; :class:`CryptoError` at the first wrong one.

    Run at every start for both suites: a broken or swapped library must not seal anything.
    """
    wrong = CryptoError(f"known-answer test of suite {chosen.suite} failed: do not start")
    if chosen.digest(b"abc").hex() != _ABC[chosen.suite]:
        raise wrong
    if chosen.suite == "intl":
        tag = chosen.mac(b"\x0b" * 20, b"Hi There").hex()
        if tag != "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7":
            raise wrong
    key, nonce, aad, plain, sealed = (bytes.fromhex(x) for x in _GCM[chosen.suite])
    if chosen._encrypt(key, nonce, plain, aad) != sealed:
        raise wrong
    if chosen._decrypt(key, nonce, sealed, aad) != plain:
        raise wrong
    try:
        chosen._decrypt(key, nonce, sealed, aad + b"x")
    except DoesNotOpen:
        pass
    else:
        raise wrong
    if chosen.suite == "intl":
        private, public, signature = (bytes.fromhex(x) for x in _ED25519)
        if chosen.sign(private, b"\x72") != signature or not chosen.verify(
            public, b"\x72", signature
        ):
            raise wrong


def check_all() -> None:
    """The start-up check: known answers of both suites (SM2 proves itself when it is registered)."""
    suites: tuple[SuiteName, ...] = ("intl", "gm")
    for suite in suites:
        check_known_answers(Provider(suite))


def public_of_seed(seed: bytes) -> bytes:
    """The Ed25519 public key (32 bytes) of a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
