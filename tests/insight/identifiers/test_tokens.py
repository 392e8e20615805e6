"""Keyed tokens: same identifier, same token; nothing clear, nothing joinable across rounds."""

import base64
import hmac

import pytest

from lianxun_insight.identifiers.resident_id import check_character
from lianxun_insight.identifiers.tokens import BadKeyError, Tokeniser, TokenKey, is_token

KEY = TokenKey(b"k" * 32)
BODY = "37020219800101001"
NUMBER = BODY + check_character(BODY)


@pytest.fixture
def tokeniser():
    return Tokeniser(KEY)


def test_spellings_of_one_identifier_give_one_token(tokeniser):
    assert (
        tokeniser.token("resident_id", NUMBER).value
        == tokeniser.token("resident_id", f" {NUMBER[:6]} {NUMBER[6:]}").value
    )
    assert (
        tokeniser.token("phone", "+86 138-0000-0000").value
        == tokeniser.token("phone", "13800000000").value
    )
    assert (
        tokeniser.token("account", "6222 0000 1111 2222").value
        == tokeniser.token("account", "6222000011112222").value
    )
    assert (
        tokeniser.token("person_name", "張 偉").value
        == tokeniser.token("person_name", "张伟").value
    )
    assert tokeniser.token("email", "A@B.CN").value == tokeniser.token("email", "a@b.cn").value


def test_the_token_shows_nothing_and_kinds_do_not_meet(tokeniser):
    token = tokeniser.token("resident_id", NUMBER).value
    assert NUMBER not in token
    assert token.startswith("p_")
    assert tokeniser.mac("phone", "13800000000")[2:] != tokeniser.mac("account", "13800000000")[2:]


def test_another_round_gives_another_token(tokeniser):
    other = Tokeniser(TokenKey(b"x" * 32))
    assert other.token("resident_id", NUMBER).value != tokeniser.token("resident_id", NUMBER).value


def test_an_invalid_number_is_kept_but_marked_and_shares_the_swap_class(tokeniser):
    swapped = NUMBER[:15] + NUMBER[16] + NUMBER[15] + NUMBER[17]
    token = tokeniser.token("resident_id", swapped)
    good = tokeniser.token("resident_id", NUMBER)
    assert not token.valid
    assert "校验码" in token.reason
    assert token.value != good.value
    assert token.swap_class == good.swap_class
    assert good.birth_date.isoformat() == "1980-01-01"


@pytest.mark.parametrize(
    ("kind", "text"), [("phone", "12"), ("account", "?"), ("email", "x"), ("person_name", " ")]
)
def test_what_is_no_identifier_is_marked(tokeniser, kind, text):
    token = tokeniser.token(kind, text)
    assert not token.valid
    assert token.reason


def test_a_token_passes_through(tokeniser):
    token = tokeniser.token("resident_id", NUMBER).value
    assert is_token(token)
    assert tokeniser.token("resident_id", token).value == token


def test_key_files_are_private(tmp_path):
    path = tmp_path / "round.key"
    KEY.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert TokenKey.load(path) == KEY
    path.chmod(0o644)
    with pytest.raises(BadKeyError, match="chmod 600"):
        TokenKey.load(path)
    path.chmod(0o600)
    path.write_text("zz")
    with pytest.raises(BadKeyError, match="十六进制"):
        TokenKey.load(path)
    with pytest.raises(BadKeyError):
        TokenKey(b"short")
    assert "k" * 8 not in repr(KEY)
    assert TokenKey.generate() != TokenKey.generate()
    assert len(KEY.fingerprint) == 12


def test_the_token_is_hmac_sha256_in_base32(tokeniser):
    digest = hmac.digest(b"k" * 32, b"phone\x0013800000000", "sha256")[:16]
    expected = base64.b32encode(digest).decode().rstrip("=").lower()
    assert tokeniser.mac("phone", "13800000000") == f"t_{expected}"
    long = Tokeniser(TokenKey(b"long" * 40))
    digest = hmac.digest(b"long" * 40, b"phone\x001", "sha256")[:16]
    assert long.mac("phone", "1")[2:] == base64.b32encode(digest).decode().rstrip("=").lower()
