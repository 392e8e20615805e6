"""Notes, keys, checkpoints, policies: published vectors, and everything malformed refused."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.trace.notes import (
    COSIGNATURE_KEY,
    BadNote,
    Checkpoint,
    Note,
    Signer,
    Verifier,
    b64,
    number,
    open_checkpoint,
    unb64,
)
from lianxun.trace.policy import Policy

# The example of golang.org/x/mod/sumdb/note, which C2SP signed-note describes.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
    "E6RyyBwJnAM=\n"
)


def test_the_published_note_verifies_and_is_made_the_same() -> None:
    verifier, signer = Verifier.parse(VKEY), Signer.parse(SKEY)
    note = Note.parse(f"{TEXT}\n{LINE}".encode())
    assert note.text == TEXT
    assert note.signed_by(verifier)
    assert signer.sign(TEXT) == LINE
    assert (verifier.vkey, signer.line(), signer.verifier) == (VKEY, SKEY, verifier)


def test_the_example_signature_of_the_witness_specification_has_the_shape_we_parse() -> None:
    """C2SP tlog-cosignature: 4 bytes key id, 8 bytes time, 64 bytes signature."""
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2"
        "oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    )
    note = Note.parse(f"example.com/x\n1\n\n{line}\n".encode())
    assert note.lines[0].key_id.hex() == "8d66cf3f"
    assert int.from_bytes(note.lines[0].signature[:8], "big") == 1679315147
    assert len(note.lines[0].signature) == 72


def test_every_bit_of_a_signed_checkpoint_matters() -> None:
    signer = Signer.generate("lianxun/log")
    text = Checkpoint("lianxun/log", 7, b"r" * 32).text()
    data = f"{text}\n{signer.sign(text)}".encode()
    assert open_checkpoint(data, signer.verifier)[0].size == 7
    for bit in range(len(data) * 8):
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadNote):
            open_checkpoint(bytes(altered), signer.verifier)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        f"text\n\n{LINE[:-1]}".encode(),
        f"te\x0bxt\n\n{LINE}".encode(),
        f"text\r\n\n{LINE}".encode(),
        f"text\n\n{LINE}\x0b{LINE}".encode(),
        b"text\n\n\xff\xe2\x80\x94 a AAAAAAAA\n",
        "text\n\n— a+b AAAAAAAA\n".encode(),
        "text\n\n— a AAAAAAAA \n".encode(),
        "text\n\n—  a AAAAAAAA\n".encode(),
        "text\n\n— a AAAA\n".encode(),
        f"text\n\n{LINE * 65}".encode(),
    ],
)
def test_malformed_notes_are_refused_whole(data: bytes) -> None:
    with pytest.raises(BadNote):
        Note.parse(data)


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ=", "QQ==\n", " QQ==", "Q-==", "QQ==QQ=="])
def test_base64_has_one_form(text: str) -> None:
    assert unb64("QQ==") == b"A"
    with pytest.raises(BadNote):
        unb64(text)


@given(st.binary())
def test_base64_round_trip(data: bytes) -> None:
    assert unb64(b64(data)) == data


@pytest.mark.parametrize("text", ["", "01", "-1", "+1", " 1", "1\n", "１", "1_0", "9" * 20])
def test_numbers_have_one_form(text: str) -> None:
    assert number("0") == 0
    with pytest.raises(BadNote):
        number(text)


@pytest.mark.parametrize(
    "vkey",
    ["", "a", VKEY.replace("c74f", "c74e"), VKEY[:-4], VKEY.replace("Peter", "Paul"), "a b" + VKEY],
)
def test_a_key_must_match_its_own_id(vkey: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(vkey)
    with pytest.raises(BadNote):
        Signer.parse(vkey)


@pytest.mark.parametrize(
    "text",
    ["a\n1\n", "a\n01\nAAAA\n", "\n1\nAAAA\n", "a\n1\nAAAA\n", "a\n1\n" + b64(b"r" * 31) + "\n"],
)
def test_malformed_checkpoints(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_checkpoint_extensions_are_kept_and_signed() -> None:
    text = Checkpoint("a", 1, b"r" * 32, ("more", "and more")).text()
    assert Checkpoint.parse(text).extensions == ("more", "and more")


def test_a_log_signs_only_for_its_own_origin() -> None:
    signer = Signer.generate("lianxun/log")
    text = Checkpoint("lianxun/other", 7, b"r" * 32).text()
    with pytest.raises(BadNote, match="origin"):
        open_checkpoint(f"{text}\n{signer.sign(text)}".encode(), signer.verifier)


# ---------------------------------------------------------------------- policy

W = {name: Signer.generate(f"w/{name}", COSIGNATURE_KEY).verifier.vkey for name in "abcde"}
LOG = Signer.generate("lianxun/log").verifier.vkey
LEVELS = f"""# 同级三家中的两家，并且上下级任一家
log {LOG}
witness jiwei {W["a"]} http://127.0.0.1:1
witness shenji {W["b"]}
witness zuzhi\t{W["c"]}
witness parent {W["d"]}
witness child {W["e"]}
  group same-level 2 jiwei shenji zuzhi
group other-level any parent child
group both all same-level other-level

quorum both
"""


@pytest.mark.parametrize(
    ("who", "enough"),
    [
        ("", False),
        ("jiwei shenji", False),
        ("jiwei parent", False),
        ("jiwei shenji child", True),
        ("jiwei zuzhi parent child", True),
        ("parent child stranger", False),
    ],
)
def test_quorum_of_groups(who: str, enough: bool) -> None:
    assert Policy.parse(LEVELS).satisfied(who.split()) is enough


def test_quorum_none_and_single() -> None:
    assert Policy.parse("quorum none\n").satisfied([])
    single = Policy.parse(f"witness x {W['a']}\nquorum x\n")
    assert single.satisfied(["x"])
    assert not single.satisfied([])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "quorum"),
        ("quorum x\n", "第 1 行"),
        ("quorum none\nquorum none\n", "第 2 行"),
        (f"witness x {W['a']}\nwitness x {W['b']}\nquorum x\n", "重复"),
        (f"witness x {W['a']}\nwitness y {W['a']}\nquorum x\n", "公钥重复"),
        (f"witness none {W['a']}\nquorum none\n", "不可用"),
        (f"witness x {LOG}\nquorum x\n", "类型"),
        (f"log {W['a']}\nquorum none\n", "类型"),
        (f"witness x {W['a']}\ngroup g 2 x\nquorum g\n", "人数"),
        (f"witness x {W['a']}\ngroup g 0 x\nquorum g\n", "人数"),
        (f"witness x {W['a']}\ngroup g 2 x x\nquorum g\n", "只能属于一个组"),
        (f"witness x {W['a']}\ngroup g any x\ngroup f any x\nquorum g\n", "只能属于一个组"),
        ("group g any y\nquorum g\n", "没有在前面定义"),
        ("group g any\nquorum none\n", "不认识"),
        ("quorum none extra\n", "不认识"),
    ],
    ids=itertools.count(),  # the texts hold random keys, which test processes would not share
)
def test_policies_with_mistakes_name_the_line(text: str, says: str) -> None:
    with pytest.raises(BadNote, match=says):
        Policy.parse(text)
