"""The crypto provider: known answers, places, moved and altered ciphertexts, the SM2 seam (T14)."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections.abc import Iterator
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash
from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel import crypto
from lianxun.kernel.crypto import CryptoError, CryptoUnavailable, DoesNotOpen, Place, Provider

SUITES: tuple[crypto.SuiteName, ...] = ("intl", "gm")
PLACE = Place("vault_identity", "name", UUID(int=7), 3)


@pytest.fixture(params=SUITES)
def chosen(request: pytest.FixtureRequest) -> Provider:
    return crypto.provider(request.param)


@pytest.fixture
def _no_sm2_afterwards() -> Iterator[None]:
    before = list(crypto._sm2)
    yield
    crypto._sm2[:] = before


def test_known_answers_of_both_suites_hold() -> None:
    crypto.check_all()


@pytest.mark.parametrize("part", ["digest", "mac", "_encrypt", "_decrypt", "sign"])
def test_a_library_that_answers_wrongly_is_noticed_at_start(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = getattr(Provider, part)

    def wrong(self: Provider, *args: object) -> bytes:
        answer = bytearray(right(self, *args))
        answer[0] ^= 1
        return bytes(answer)

    monkeypatch.setattr(Provider, part, wrong)
    with pytest.raises(CryptoError, match="known-answer"):
        crypto.check_known_answers(Provider("intl"))


def test_digests_agree_with_a_second_implementation() -> None:
    for size in (0, 1, 55, 56, 63, 64, 65, 1000):
        data = bytes(range(256))[:size] * (1 + size // 256)
        for suite, algorithm in (("intl", SHA256()), ("gm", SM3())):
            second = Hash(algorithm)
            second.update(data)
            assert crypto.provider(suite).digest(data) == second.finalize()  # type: ignore[arg-type]


def test_mac_is_hmac_and_refuses_short_keys(chosen: Provider) -> None:
    block = b"k" * 32
    inner = chosen.digest(bytes(x ^ 0x36 for x in block.ljust(64, b"\0")) + b"text")
    outer = chosen.digest(bytes(x ^ 0x5C for x in block.ljust(64, b"\0")) + inner)
    assert chosen.mac(block, b"text") == outer
    assert chosen.same(outer, chosen.mac(block, b"text"))
    with pytest.raises(ValueError, match="16"):
        chosen.mac(b"short", b"text")


@given(st.binary(max_size=300))
def test_what_was_sealed_opens_at_its_place(plaintext: bytes) -> None:
    for suite in SUITES:
        chosen = crypto.provider(suite)
        key = chosen.new_key()
        sealed = chosen.seal(key, plaintext, place=PLACE, key_id="dek-1", kek_id="kek-1")
        assert chosen.open(key, sealed, place=PLACE) == plaintext
        header = crypto.header_of(sealed)
        assert (header.suite, header.kek_id, header.key_id) == (suite, "kek-1", "dek-1")
        assert crypto.provider_for(sealed) is chosen


@pytest.mark.parametrize(
    "moved",
    [
        dataclasses.replace(PLACE, table="vault_other"),
        dataclasses.replace(PLACE, column="phone"),
        dataclasses.replace(PLACE, row_id=UUID(int=8)),
        dataclasses.replace(PLACE, level=1),
        Place("vault_identityn", "ame", UUID(int=7), 3),
    ],
    ids=["table", "column", "row", "level", "shifted boundary"],
)
def test_a_moved_or_relabelled_ciphertext_does_not_open(chosen: Provider, moved: Place) -> None:
    key = chosen.new_key()
    sealed = chosen.seal(key, b"secret", place=PLACE, key_id="d")
    with pytest.raises(DoesNotOpen):
        chosen.open(key, sealed, place=moved)


def test_every_single_flipped_bit_is_refused(chosen: Provider) -> None:
    key = chosen.new_key()
    sealed = chosen.seal(key, b"secret", place=PLACE, key_id="d", kek_id="k")
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DoesNotOpen):
            chosen.open(key, bytes(altered), place=PLACE)


def test_every_truncation_is_refused(chosen: Provider) -> None:
    key = chosen.new_key()
    sealed = chosen.seal(key, b"secret", place=PLACE, key_id="d", kek_id="k")
    for size in range(len(sealed)):
        with pytest.raises(DoesNotOpen):
            chosen.open(key, sealed[:size], place=PLACE)


def test_wrong_key_wrong_suite_wrong_key_size(chosen: Provider) -> None:
    sealed = chosen.seal(chosen.new_key(), b"secret", place=PLACE, key_id="d")
    with pytest.raises(DoesNotOpen):
        chosen.open(chosen.new_key(), sealed, place=PLACE)
    other = crypto.provider("gm" if chosen.suite == "intl" else "intl")
    with pytest.raises(DoesNotOpen):
        other.open(other.new_key(), sealed, place=PLACE)
    with pytest.raises(CryptoError):
        chosen.seal(b"x", b"", place=PLACE, key_id="d")


def test_nonces_do_not_repeat_and_equal_texts_seal_differently(chosen: Provider) -> None:
    key = chosen.new_key()
    sealed = {chosen.seal(key, b"same", place=PLACE, key_id="d") for _ in range(2000)}
    assert len({s[-32:-20] for s in sealed}) == len(sealed) == 2000


def test_wrap_binds_the_names_of_both_keys(chosen: Provider) -> None:
    kek, key = chosen.new_key(), chosen.new_key()
    wrapped = chosen.wrap(kek, key, kek_id="kek-2026", key_id="lead-42")
    assert chosen.unwrap(kek, wrapped) == key
    with pytest.raises(DoesNotOpen):
        chosen.unwrap(kek, wrapped.replace(b"lead-42", b"lead-43"))
    with pytest.raises(DoesNotOpen):
        chosen.unwrap(chosen.new_key(), wrapped)


def test_names_longer_than_the_header_can_say_are_refused(chosen: Provider) -> None:
    with pytest.raises(ValueError, match="255"):
        chosen.seal(chosen.new_key(), b"", place=PLACE, key_id="长" * 86)


def test_ed25519_signs_and_refuses() -> None:
    intl = crypto.provider("intl")
    private, public = intl.new_signing_key()
    signature = intl.sign(private, b"message")
    assert intl.verify(public, b"message", signature)
    assert not intl.verify(public, b"messagf", signature)
    assert not intl.verify(public, b"message", signature[:-1])
    assert not intl.verify(b"\0" * 31, b"message", signature)


def test_sm2_without_a_module_says_so_in_chinese() -> None:
    gm = crypto.provider("gm")
    for call in (
        gm.new_signing_key,
        lambda: gm.sign(b"", b""),
        lambda: gm.verify(b"", b"", b""),
    ):
        with pytest.raises(CryptoUnavailable, match="国密签名"):
            call()


class _MacSigner:
    """Stands for a device: a keyed mac is enough to show that the seam passes values through."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken

    def new_key(self) -> tuple[bytes, bytes]:
        return b"k" * 16, b"k" * 16

    def sign(self, private: bytes, message: bytes) -> bytes:
        return hmac.new(private, message, hashlib.sha256).digest()

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return self.broken or hmac.compare_digest(self.sign(public, message), signature)


@pytest.mark.usefixtures("_no_sm2_afterwards")
def test_a_registered_sm2_module_serves_the_gm_suite() -> None:
    crypto.register_sm2(_MacSigner())
    gm = crypto.provider("gm")
    private, public = gm.new_signing_key()
    assert gm.verify(public, b"m", gm.sign(private, b"m"))
    assert not gm.verify(public, b"n", gm.sign(private, b"m"))


@pytest.mark.usefixtures("_no_sm2_afterwards")
def test_a_module_that_accepts_everything_is_not_registered() -> None:
    with pytest.raises(CryptoError, match="does not verify"):
        crypto.register_sm2(_MacSigner(broken=True))
    with pytest.raises(CryptoUnavailable):
        crypto.provider("gm").new_signing_key()
