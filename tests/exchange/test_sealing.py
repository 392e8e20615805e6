"""Sealing as a property: what was sealed opens to the same bytes, and nothing else opens at all."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun.exchange import sealing
from lianxun.kernel import keybox
from lianxun.kernel.crypto import DoesNotOpen, provider

ONE, OTHER = UUID(int=1), UUID(int=2)
KEY = b"\x07" * 32
SIZES = [0, 1, sealing.CHUNK - 1, sealing.CHUNK, sealing.CHUNK + 1, 3 * sealing.CHUNK]


def sealed(data: bytes, *, delivery: UUID = ONE, level: int = 2) -> bytes:
    with sealing.seal(BytesIO(data), key=KEY, delivery=delivery, level=level) as out:
        return out.read()


def opened(data: bytes, *, key: bytes = KEY, delivery: UUID = ONE, level: int = 2) -> bytes:
    return b"".join(sealing.opened(BytesIO(data), key=key, delivery=delivery, level=level))


@pytest.mark.parametrize("size", SIZES)
def test_every_length_around_a_chunk_comes_back(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    assert opened(sealed(data)) == data


@given(st.binary(max_size=3000))
def test_what_was_sealed_opens_to_the_same_bytes(data: bytes) -> None:
    assert opened(sealed(data)) == data


@given(st.binary(min_size=1, max_size=400), st.data())
def test_a_single_flipped_bit_is_noticed(data: bytes, draw: Any) -> None:
    whole = bytearray(sealed(data))
    bit = draw.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DoesNotOpen):
        opened(bytes(whole))


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_a_truncated_file_is_noticed(cut: int) -> None:
    whole = sealed(b"x" * 500)
    with pytest.raises(DoesNotOpen):
        opened(whole[: cut % len(whole)])


def chunks(whole: bytes) -> list[bytes]:
    found, at = [], len(sealing.MAGIC)
    while at < len(whole):
        size = int.from_bytes(whole[at : at + 4], "big")
        found.append(whole[at : at + 4 + size])
        at += 4 + size
    return found


def test_chunks_cannot_be_dropped_swapped_repeated_or_mixed() -> None:
    data = b"a" * sealing.CHUNK + b"b" * sealing.CHUNK + b"c"
    first, second, last = chunks(sealed(data))
    foreign = chunks(sealed(data, delivery=OTHER))
    for parts in (
        [first, second],
        [second, last],
        [second, first, last],
        [first, first, second, last],
        [first, foreign[1], last],
        [],
    ):
        with pytest.raises(DoesNotOpen):
            opened(sealing.MAGIC + b"".join(parts))


@pytest.mark.parametrize(
    "other", [{"key": b"\x08" * 32}, {"delivery": OTHER}, {"level": 1}], ids=str
)
def test_another_key_delivery_or_level_does_not_open(other: dict[str, Any]) -> None:
    with pytest.raises(DoesNotOpen):
        opened(sealed(b"data"), **other)


def test_equal_files_do_not_look_alike() -> None:
    assert sealed(b"same") != sealed(b"same")


# --- packages ----------------------------------------------------------------------------------

PRIVATE, PUBLIC = keybox.new_pair()


def package(data: bytes = b"rows", **change: Any) -> bytes:
    digests = sealing.digests(BytesIO(data))
    manifest = {
        "delivery": str(ONE),
        "level": 2,
        "sha256": digests.sha256,
        "sm3": digests.sm3,
        **change,
    }
    with sealing.pack(
        BytesIO(sealed(data)), key=KEY, manifest=manifest, public=PUBLIC, name="数据.csv"
    ) as out:
        return out.read()


def test_the_unit_opens_its_package() -> None:
    found = sealing.unpack(BytesIO(package(b"rows of data")), private=PRIVATE)
    assert found.data.read() == b"rows of data"
    assert (found.name, found.manifest["level"]) == ("数据.csv", 2)


def test_another_unit_does_not() -> None:
    stranger, _ = keybox.new_pair()
    with pytest.raises(DoesNotOpen):
        sealing.unpack(BytesIO(package()), private=stranger)


def rebuilt(name: str, change: Any) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package())) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry == name else data)
    return out.getvalue()


def _longer_use(text: bytes) -> bytes:
    return json.dumps({**json.loads(text), "expiry": "2099-01-01"}).encode()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("manifest.json", _longer_use),
        ("manifest.json", lambda _: b"{}"),
        ("key.json", lambda _: b"{}"),
        ("key.json", lambda _: b"not json"),
        ("data.lxd", lambda d: d[:-1]),
        ("data.lxd", lambda _: b""),
    ],
)
def test_an_altered_package_does_not_open(name: str, change: Any) -> None:
    with pytest.raises(DoesNotOpen):
        sealing.unpack(BytesIO(rebuilt(name, change)), private=PRIVATE)


def test_a_package_whose_manifest_lies_about_the_bytes_does_not_open() -> None:
    with pytest.raises(DoesNotOpen, match="manifest"):
        sealing.unpack(BytesIO(package(sha256="0" * 64)), private=PRIVATE)


@pytest.mark.parametrize("data", [b"", b"PK", b"nonsense" * 50])
def test_what_is_no_package_does_not_open(data: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        sealing.unpack(BytesIO(data), private=PRIVATE)


# --- key boxes ---------------------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
@settings(max_examples=30)
def test_a_box_opens_in_its_own_context_only(key: bytes, context: bytes) -> None:
    box = keybox.close(PUBLIC, key, context=context)
    assert keybox.open_box(PRIVATE, box, context=context) == key
    with pytest.raises(DoesNotOpen):
        keybox.open_box(PRIVATE, box, context=context + b"x")


def test_a_private_key_lies_under_its_passphrase() -> None:
    data = keybox.lock_private(PRIVATE, "云岭省审计厅的口令2026")
    assert PRIVATE not in data
    assert keybox.unlock_private(data, "云岭省审计厅的口令2026") == PRIVATE
    with pytest.raises(DoesNotOpen):
        keybox.unlock_private(data, "云岭省审计厅的口令2027")
    with pytest.raises(DoesNotOpen):
        keybox.unlock_private(b"no key", "云岭省审计厅的口令2026")
    with pytest.raises(ValueError, match="不少于 12"):
        keybox.lock_private(PRIVATE, "短口令")


def test_a_fingerprint_reads_in_fours_and_differs() -> None:
    _, other = keybox.new_pair()
    text = keybox.fingerprint(PUBLIC)
    assert [len(part) for part in text.split()] == [4] * 8
    assert text != keybox.fingerprint(other)


@pytest.mark.parametrize("raw", [b"", b"\0" * 31, b"\0" * 32])
def test_no_public_key_is_no_public_key(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
        keybox.close(raw, KEY, context=b"")


def test_the_provider_is_the_one_that_seals() -> None:
    part = chunks(sealed(b"x"))[0][4:]
    assert cast("Any", provider()).suite == "intl"
    assert part.startswith(b"LX1")
