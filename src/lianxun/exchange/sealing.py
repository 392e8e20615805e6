"""Delivered data at rest and on the way: sealed in chunks, each bound to its delivery and its place.

* **At rest** a file is ``LXD1`` and chunks of 1 MiB, each sealed by the crypto provider under a data key
  of its own (one per delivery). The number of the chunk, whether it is the last, the delivery and the
  level are authenticated: a chunk moved, dropped, repeated or taken from another delivery does not open.
* **The data key** never enters the database or its backups: it lies in the key store (``keys``), wrapped
  under the instance's key. Deleting it destroys the data everywhere, in backups too.
* **On the way** a *package* (``.lxp``) closes the data key to the receiving unit's public key
  (``kernel.keybox``); the manifest is bound to the box, so that nothing of it can be altered.
"""

from __future__ import annotations

import base64
import json
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO
from uuid import UUID

from lianxun.kernel import keybox
from lianxun.kernel.crypto import DoesNotOpen, Place, provider, provider_for
from lianxun.kernel.digest import hasher
from lianxun_insight.scratch import anonymous

MAGIC = b"LXD1"
CHUNK = 1 << 20
_FORMAT = "lianxun-package/1"
_LARGEST = 64 << 20  # a sealed chunk is little more than CHUNK; more is a damaged length


@dataclass(frozen=True, slots=True)
class Digests:
    """Of the clear bytes: what the manifest states and the receiver checks."""

    sha256: str
    sm3: str
    size: int


def digests(stream: BinaryIO) -> Digests:
    """SHA-256, SM3 and size; leaves the stream at its start."""
    stream.seek(0)
    first, second, size = hasher("sha256"), hasher("sm3"), 0
    while part := stream.read(CHUNK):
        first.update(part)
        second.update(part)
        size += len(part)
    stream.seek(0)
    return Digests(first.hexdigest(), second.hexdigest(), size)


def _place(delivery: UUID, number: int, level: int, *, last: bool) -> Place:
    return Place("exchange_delivery", f"{number}{'!' if last else ''}", delivery, level)


def seal(stream: BinaryIO, *, key: bytes, delivery: UUID, level: int) -> IO[bytes]:
    """The sealed form of ``stream`` as a nameless file, at its start; the caller closes it."""
    out = anonymous()
    out.write(MAGIC)
    stream.seek(0)
    number, part = 0, stream.read(CHUNK)
    while True:
        following = stream.read(CHUNK)
        sealed = provider().seal(
            key,
            part,
            place=_place(delivery, number, level, last=not following),
            key_id=str(delivery),
        )
        out.write(struct.pack("!I", len(sealed)) + sealed)
        if not following:
            break
        number, part = number + 1, following
    out.seek(0)
    stream.seek(0)
    return out


def opened(sealed: BinaryIO, *, key: bytes, delivery: UUID, level: int) -> Iterator[bytes]:
    """The clear chunks in order. ``DoesNotOpen`` for anything that is not exactly what was sealed."""
    if sealed.read(len(MAGIC)) != MAGIC:
        raise DoesNotOpen("not a sealed delivery")
    number, part = 0, _part(sealed)
    while part:
        following = _part(sealed)
        place = _place(delivery, number, level, last=not following)
        yield provider_for(part).open(key, part, place=place)
        number, part = number + 1, following
    if number == 0:
        raise DoesNotOpen("empty")


def _part(sealed: BinaryIO) -> bytes:
    head = sealed.read(4)
    if not head:
        return b""
    size = struct.unpack("!I", head)[0] if len(head) == 4 else _LARGEST + 1
    part = sealed.read(size) if size <= _LARGEST else b""
    if len(part) != size:
        raise DoesNotOpen("truncated")
    return part


def clear_copy(sealed: BinaryIO, *, key: bytes, delivery: UUID, level: int) -> IO[bytes]:
    """All clear bytes in a nameless file, at its start; the caller closes it."""
    out = anonymous()
    for part in opened(sealed, key=key, delivery=delivery, level=level):
        out.write(part)
    out.seek(0)
    return out


def pack(
    sealed: BinaryIO, *, key: bytes, manifest: dict[str, Any], public: bytes, name: str
) -> IO[bytes]:
    """A package that only the holder of the unit's private key opens."""
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    box = keybox.close(public, key, context=text)
    boxed = {
        "format": _FORMAT,
        "name": name,
        "recipient": keybox.fingerprint(public),
        "public": base64.b64encode(box.public).decode(),
        "key": base64.b64encode(box.sealed).decode(),
    }
    out = anonymous()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("manifest.json", text)
        archive.writestr("key.json", json.dumps(boxed, ensure_ascii=False))
        with archive.open("data.lxd", "w", force_zip64=True) as data:
            while part := sealed.read(CHUNK):
                data.write(part)
    out.seek(0)
    return out


@dataclass(frozen=True, slots=True)
class Unpacked:
    """``data`` is a nameless file at its start; ``name`` what the provider called it."""

    manifest: dict[str, Any]
    name: str
    data: IO[bytes]


def unpack(package: BinaryIO, *, private: bytes) -> Unpacked:
    """Open a package and check that the bytes are those of its manifest. ``DoesNotOpen`` otherwise."""
    try:
        with zipfile.ZipFile(package) as archive:
            text = archive.read("manifest.json")
            boxed = json.loads(archive.read("key.json"))
            manifest = json.loads(text)
            box = keybox.Box(base64.b64decode(boxed["public"]), base64.b64decode(boxed["key"]))
            key = keybox.open_box(private, box, context=text)
            with archive.open("data.lxd") as sealed:
                data = clear_copy(
                    sealed,  # type: ignore[arg-type]
                    key=key,
                    delivery=UUID(manifest["delivery"]),
                    level=int(manifest["level"]),
                )
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as broken:
        raise DoesNotOpen("not a package, or damaged") from broken
    found = digests(data)  # type: ignore[arg-type]
    if (found.sha256, found.sm3) != (manifest.get("sha256"), manifest.get("sm3")):
        data.close()
        raise DoesNotOpen("the bytes are not those of the manifest")
    return Unpacked(manifest, str(boxed.get("name", "数据")), data)
