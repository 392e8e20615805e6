"""Digests: the known answers, whichever library they come from."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel import digest as module
from lianxun.kernel.digest import Suite, commitment, digest, hasher

# GB/T 32905-2016 annex A, FIPS 180-4: "abc".
SM3_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
SHA_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def without_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python whose OpenSSL was built without SM3."""
    new = hashlib.new

    def refuse(name: str, *args: Any, **more: Any) -> Any:
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return new(name, *args, **more)

    monkeypatch.setattr(hashlib, "new", refuse)


def test_the_known_answers() -> None:
    assert digest(b"abc").hex() == SHA_ABC
    assert digest(b"abc", "sm3").hex() == SM3_ABC


def test_sm3_without_the_systems_help(without_sm3: None) -> None:
    assert isinstance(hasher("sm3"), module._OwnSm3)
    assert digest(b"abc", "sm3").hex() == SM3_ABC
    assert digest(b"abc").hex() == SHA_ABC


@given(parts=st.lists(st.binary(max_size=200), max_size=5))
def test_both_sources_of_sm3_agree_piece_by_piece(parts: list[bytes]) -> None:
    own = module._OwnSm3()
    for part in parts:
        own.update(part)
    assert own.hexdigest() == digest(b"".join(parts), "sm3").hex()


def test_a_copy_goes_its_own_way() -> None:
    for first in (hasher("sha256"), hasher("sm3"), module._OwnSm3()):
        first.update(b"ab")
        second = first.copy()
        second.update(b"c")
        before = first.digest()
        assert second.digest() != before
        first.update(b"c")
        assert first.digest() == second.digest()


@pytest.mark.parametrize("suite", ["sha256", "sm3"])
def test_the_tree_is_the_same_from_either_source(suite: Suite, without_sm3: None) -> None:
    from lianxun.trace import merkle

    edge = merkle.Edge(suite)
    edge.extend([merkle.leaf_hash(bytes([n]), suite) for n in range(5)])
    leaves = [digest(b"\0" + bytes([n]), suite) for n in range(5)]
    pair = [digest(b"\1" + leaves[i] + leaves[i + 1], suite) for i in (0, 2)]
    assert edge.root() == digest(
        b"\1" + digest(b"\1" + pair[0] + pair[1], suite) + leaves[4], suite
    )


def test_a_commitment_needs_a_real_salt() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        commitment(b"short", "甘来信")
    assert commitment(b"1" * 16, "甘来信") != commitment(b"2" * 16, "甘来信")
