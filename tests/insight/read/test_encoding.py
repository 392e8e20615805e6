"""Encodings that departments use are recognised; a mixed file is named by its line."""

import pytest

from lianxun_insight.read.encoding import EncodingError, decode, detect_file

TEXT = "单位,金额\n示例局,100\n" * 50


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8(带 BOM)"),
        ("gbk", "GBK/GB18030"),
        ("gb18030", "GBK/GB18030"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16(无 BOM)"),
        ("utf-16-be", "UTF-16(无 BOM)"),
    ],
)
def test_round_trip(codec, name):
    decoded = decode(TEXT.encode(codec))
    assert decoded.text == TEXT
    assert decoded.name == name


def test_a_big_file_cut_inside_a_character(tmp_path):
    path = tmp_path / "big.csv"
    for shift in range(3):
        path.write_bytes(b"a" * shift + ("示例" * 400_000).encode())
        assert detect_file(path)[0] == "utf-8"


def test_a_file_that_changes_its_encoding_is_named():
    data = ("甲\n" * 600_000).encode() + "乙\n".encode("gbk")
    with pytest.raises(EncodingError, match="第 600001 行"):
        decode(data)
