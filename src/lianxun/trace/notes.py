"""Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature v1).

Parsing is strict, because a lenient verifier accepted 468 of 8,840 flipped bits when it was measured:
lines are cut at U+000A only (``splitlines`` also cuts at 0x0B), base64 must re-encode to itself, and a
note with any line that does not parse is refused whole.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from lianxun.kernel import crypto
from lianxun.kernel.digest import digest

NOTE_KEY = 0x01
COSIGNATURE_KEY = 0x04
MAX_NOTE = 1_000_000
MAX_LINES = 64
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(ValueError):  # noqa: N818 - reads as words
    """A note, key or proof that is malformed or not signed as it must be."""


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Canonical base64 only."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base64") from None
    if b64(data) != text:
        raise BadNote("base64 is not canonical")
    return data


def number(text: str) -> int:
    """ASCII decimal without leading zeroes."""
    if not _NUMBER.fullmatch(text):
        raise BadNote("not a decimal number")
    return int(text)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return digest(name.encode() + b"\n" + bytes([kind]) + public)[:4]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: of a log (kind 1) or of a witness (kind 4)."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        name, _, rest = vkey.partition("+")
        ident, plus, material = rest.partition("+")
        key = unb64(material)
        if not plus or not _NAME.fullmatch(name) or len(key) != 33:
            raise BadNote("not a verifier key")
        verifier = cls(name, key[0], key[1:])
        if verifier.kind not in (NOTE_KEY, COSIGNATURE_KEY) or verifier.id.hex() != ident:
            raise BadNote("verifier key does not match its own id")
        return verifier

    def accepts(self, text: str, signature: bytes) -> bool:
        """True if ``signature`` (without key id) is this key's on the note text."""
        intl = crypto.provider("intl")
        if self.kind == NOTE_KEY:
            return intl.verify(self.public, text.encode(), signature)
        if len(signature) != 72:
            return False
        seconds = int.from_bytes(signature[:8], "big")
        return intl.verify(self.public, cosigned(text, seconds), signature[8:])


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key (32-byte seed) with its name. Kept in a file of mode 0600, never in the database."""

    name: str
    kind: int
    seed: bytes
    public: bytes

    @classmethod
    def generate(cls, name: str, kind: int = NOTE_KEY) -> Signer:
        if not _NAME.fullmatch(name):
            raise BadNote("a key name has no spaces and no plus")
        seed, public = crypto.provider("intl").new_signing_key()
        return cls(name, kind, seed, public)

    @classmethod
    def parse(cls, line: str) -> Signer:
        """``PRIVATE+KEY+name+id+base64``, the form of golang.org/x/mod/sumdb/note."""
        parts = line.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise BadNote("not a signing key")
        key = unb64(parts[4])
        if len(key) != 33:
            raise BadNote("not a signing key")
        public = crypto.public_of_seed(key[1:])
        signer = cls(parts[2], key[0], key[1:], public)
        if signer.verifier.id.hex() != parts[3]:
            raise BadNote("signing key does not match its own id")
        return signer

    def line(self) -> str:
        ident = self.verifier.id.hex()
        return f"PRIVATE+KEY+{self.name}+{ident}+{b64(bytes([self.kind]) + self.seed)}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.kind, self.public)

    def sign(self, text: str, *, seconds: int = 0) -> str:
        """The signature line on a note text; ``seconds`` is the time of a cosignature."""
        intl = crypto.provider("intl")
        if self.kind == NOTE_KEY:
            signature = intl.sign(self.seed, text.encode())
        else:
            stamp = seconds.to_bytes(8, "big")
            signature = stamp + intl.sign(self.seed, cosigned(text, seconds))
        return f"— {self.name} {b64(self.verifier.id + signature)}\n"


def cosigned(text: str, seconds: int) -> bytes:
    """What a v1 cosignature signs."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


@dataclass(frozen=True, slots=True)
class SignatureLine:
    name: str
    key_id: bytes
    signature: bytes

    @classmethod
    def parse(cls, line: str) -> SignatureLine:
        dash, _, rest = line.partition(" ")
        name, space, encoded = rest.partition(" ")
        if dash != "—" or not space or not _NAME.fullmatch(name):
            raise BadNote("not a signature line")
        data = unb64(encoded)
        if len(data) < 5:
            raise BadNote("signature too short")
        return cls(name, data[:4], data[4:])

    def by(self, verifier: Verifier) -> bool:
        return self.name == verifier.name and self.key_id == verifier.id


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note: text with its final newline, signature lines. Nothing is verified yet."""

    text: str
    lines: tuple[SignatureLine, ...]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        if len(data) > MAX_NOTE:
            raise BadNote("note too long")
        try:
            whole = data.decode()
        except UnicodeDecodeError:
            raise BadNote("note is not UTF-8") from None
        if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", whole):
            raise BadNote("note has control characters")
        text, blank, signatures = whole.rpartition("\n\n")
        if not blank or not text or not signatures.endswith("\n"):
            raise BadNote("note without signatures")
        lines = signatures[:-1].split("\n")
        if len(lines) > MAX_LINES:
            raise BadNote("too many signatures")
        return cls(text + "\n", tuple(SignatureLine.parse(line) for line in lines))

    def signed_by(self, verifier: Verifier) -> bool:
        """True if the key signed; a wrong signature under its name and id makes the note bad."""
        mine = [line for line in self.lines if line.by(verifier)]
        if not all(verifier.accepts(self.text, line.signature) for line in mine):
            raise BadNote(f"wrong signature of {verifier.name}")
        return bool(mine)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Three lines: origin, size, root; extension lines are kept."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        return "\n".join([self.origin, str(self.size), b64(self.root), *self.extensions, ""])

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise BadNote("a checkpoint has at least three lines")
        root = unb64(lines[2])
        if len(root) != 32:
            raise BadNote("root has 32 bytes")
        return cls(lines[0], number(lines[1]), root, tuple(lines[3:-1]))


def open_checkpoint(data: bytes, log: Verifier) -> tuple[Checkpoint, Note]:
    """Parse a checkpoint and require the log's signature and origin; :class:`BadNote` otherwise."""
    note = Note.parse(data)
    if not note.signed_by(log):
        raise BadNote("not signed by the log")
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != log.name:
        raise BadNote("origin is not the name of the log's key")
    return checkpoint, note
