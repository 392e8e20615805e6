"""Data files in a zip: unwrapped when honest, refused by the directory when not."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.exchange import operations as do
from lianxun.exchange.parcels import unwrapped
from lianxun.kernel.problems import Invalid
from tests.exchange.support import (
    LABELS,
    OWNER,
    PROVIDER,
    good_csv,
    good_row,
    hand_in,
    look,
    rows_csv,
    sent,
    workbook,
)


def parcel(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def inside(data: bytes, name: str = "数据.zip") -> tuple[str, bytes]:
    with unwrapped(BytesIO(data), name) as (stream, inner):
        return inner, stream.read()


@given(st.binary(max_size=5000), st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_what_was_packed_comes_out(data: bytes, method: int) -> None:
    assert inside(parcel(("采购.csv", data), method=method)) == ("采购.csv", data)


def test_a_folder_inside_is_no_part_of_the_name() -> None:
    assert inside(parcel(("省财政厅/", b""), ("省财政厅/采购.csv", b"x")))[0] == "采购.csv"


def test_what_is_no_zip_is_left_as_it_is() -> None:
    assert inside(b"abc", "采购.csv") == ("采购.csv", b"abc")
    book = workbook([good_row()])
    assert inside(book, "采购.xlsx") == ("采购.xlsx", book)


def bomb() -> bytes:
    return parcel(("采购.csv", b"0" * (60 << 20)))


def lying(data: bytes) -> bytes:
    """The directory declares ten bytes; the entry inflates to more."""
    whole = bytearray(parcel(("采购.csv", data)))
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(whole)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "已损坏"),
        (b"PK\x03\x04 nothing", "已损坏"),
        (parcel(("a.csv", b"x"))[:-9], "已损坏"),
        (parcel(), "里有 0 个文件"),
        (parcel(("a.csv", b"x"), ("b.csv", b"y")), "里有 2 个文件"),
        (parcel(("a.exe", b"x")), "里不是数据文件"),
        (parcel(("a.zip", b"x")), "内含压缩包"),
        (parcel(("../a.csv", b"x")), "内部路径异常"),
        (parcel(("/a.csv", b"x")), "内部路径异常"),
        (bomb(), "疑似异常压缩文件，未予打开"),
    ],
    ids=["empty", "torn", "cut", "none", "two", "program", "nested", "above", "root", "bomb"],
)
def test_a_parcel_that_is_none_is_refused_with_its_reason(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as problem:
        inside(data)
    assert [e.place for e in problem.value.errors] == ["file"]
    assert "《数据.zip》" in problem.value.message


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bomb()

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    with pytest.raises(Invalid, match="疑似异常压缩文件"):
        inside(data)


def test_a_directory_that_lies_about_the_size_is_found_out() -> None:
    with pytest.raises(Invalid, match=r"疑似异常压缩文件|已损坏"):
        inside(lying(b"0123456789" * 200_000))


def test_a_zipped_delivery_is_kept_as_its_data_file(cast: Any) -> None:
    request = sent(cast)
    hand_in(cast, request, parcel(("采购.csv", good_csv(4))), "采购.zip")
    (found,) = look(cast, request).deliveries
    assert (found.file_name, found.kind, found.rows) == ("采购.csv", ".csv", 4)
    assert found.sha256 == hashlib.sha256(good_csv(4)).hexdigest()
    handed = do.hand_out(actor=cast[OWNER], now=cast.now, delivery_id=found.id)
    with handed.stream as stream:
        assert stream.read() == good_csv(4)


@pytest.mark.parametrize("of", ["zip", "data"])
def test_the_declared_digest_may_be_of_the_zip_or_of_the_data(cast: Any, of: str) -> None:
    request = sent(cast)
    zipped = parcel(("采购.csv", good_csv()))
    digest = hashlib.sha256(zipped if of == "zip" else good_csv()).hexdigest()
    hand_in(cast, request, zipped, "采购.zip", declared_sha256=digest)
    assert look(cast, request).state == "delivered"


def test_a_wrong_digest_of_a_zip_is_refused(cast: Any) -> None:
    request = sent(cast)
    zipped = parcel(("采购.csv", good_csv()))
    with pytest.raises(Invalid, match="与填写的不符"):
        hand_in(cast, request, zipped, "采购.zip", declared_sha256="0" * 64)
    assert look(cast, request).state == "sent"


def test_a_zipped_file_is_checked_and_marked(cast: Any) -> None:
    request = sent(cast)
    bad = good_row()
    bad[LABELS.index("预算金额（元）") if "预算金额（元）" in LABELS else 0] = ""
    zipped = parcel(("采购.csv", rows_csv([bad])))
    found = do.check_file(
        actor=cast[PROVIDER],
        now=cast.now,
        request_id=request,
        stream=BytesIO(zipped),
        name="采购.zip",
    )
    assert (found.rows, found.suffix) == (1, ".csv")
    assert "校验结果" in found.marked.decode("utf-8-sig")


def test_the_negative_list_sees_into_a_zip(cast: Any) -> None:
    request = sent(cast)
    zipped = parcel(("采购.csv", rows_csv([[*good_row(), "张三"]], [*LABELS, "举报人姓名"])))
    with pytest.raises(do.NegativeList):
        hand_in(cast, request, zipped, "采购.zip")
    assert look(cast, request).state == "sent"
