"""Uploads through HTTP that are far too large, or swell: refused in words, at no cost in memory or disk."""

from __future__ import annotations

import resource
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from lianxun.fabric.safefiles import MAX_BYTES, identify_bytes
from lianxun.fabric.uploads import NamelessUploadHandler
from lianxun.kernel.problems import Invalid
from tests.web.test_pages import client_of

MIB = 1 << 20
BOUNDARY = "between"
PAGE = "/organisation/sheets/"


class Pouring:
    """A request's body made while it is read: nobody holds 300 MB."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.left = parts, b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.left) < size:
            part = next(self.parts, b"")
            if not part:
                break
            self.left += part
        taken, self.left = (self.left, b"") if size < 0 else (self.left[:size], self.left[size:])
        return taken

    def readline(self, size: int = -1) -> bytes:
        raise AssertionError("a form is read in blocks")


def head(name: str) -> bytes:
    fields = {"kind": "units", "mode": "check"}
    text = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
        for k, v in fields.items()
    )
    return (
        text + f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()


def pour(client: Client, size: int, name: str = "units.xlsx") -> Any:
    """Send a file of ``size`` bytes."""
    block, end = b"PK\x03\x04" + b"\0" * (MIB - 4), f"\r\n--{BOUNDARY}--\r\n".encode()

    def parts() -> Iterator[bytes]:
        yield head(name)
        for at in range(0, size, MIB):
            yield block[: min(MIB, size - at)]
        yield end

    return client.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": PAGE,
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(len(head(name)) + size + len(end)),
            "wsgi.input": Pouring(parts()),
        }
    )


def peak() -> int:
    """Bytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_three_hundred_megabytes_are_refused_in_words(cast: Any) -> None:
    client = client_of("coordinator")
    client.get(PAGE)
    before = peak()
    answer = pour(client, 300 * MIB)
    assert answer.status_code == 422
    assert "超过 100 MB，请拆分后上传" in answer.content.decode()
    assert peak() - before < 260 * MIB


def test_a_file_that_would_inflate_to_three_hundred_megabytes_is_not_inflated(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(310):
                sheet.write(b"0" * MIB)
    packed.seek(0)
    packed.name = "units.xlsx"

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    answer = client_of("coordinator").post(PAGE, {"kind": "units", "mode": "check", "file": packed})
    assert answer.status_code == 422
    assert "疑似异常压缩文件，未予打开" in answer.content.decode()


@pytest.mark.parametrize("name", ["../../etc/passwd.xlsx", "长" * 300 + ".xlsx", "表\u202e.xlsx"])
def test_odd_names_are_no_fault(cast: Any, name: str) -> None:
    answer = pour(client_of("coordinator"), 4000, name)
    assert answer.status_code == 422
    assert "已损坏" in answer.content.decode()


def test_a_file_of_exactly_the_size_is_kept_whole() -> None:
    handler = NamelessUploadHandler()
    handler.new_file("file", "a.csv", "text/csv", MAX_BYTES)
    for at in range(0, MAX_BYTES, MIB):
        handler.receive_data_chunk(b"x" * MIB, at)
    with handler.file_complete(MAX_BYTES) as found:
        assert (found.size, found.file.seek(0, 2)) == (MAX_BYTES, MAX_BYTES)


def test_one_byte_more_leaves_one_byte_too_many() -> None:
    handler = NamelessUploadHandler()
    handler.new_file("file", "a.csv", "text/csv", MAX_BYTES + 1)
    for at in range(0, 2 * MAX_BYTES, MIB):
        handler.receive_data_chunk(b"x" * MIB, at)
    with handler.file_complete(2 * MAX_BYTES) as found:
        assert (found.size, found.file.seek(0, 2)) == (MAX_BYTES + 1, MAX_BYTES + 1)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 Office、WPS 格式"),
        ("改名.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .docx 或 .xlsx"),
        ("改名.xlsx", b"just words", "的内容不是 Excel 工作簿，可能改过扩展名或已损坏"),
        ("图.png", b"MZ\x00\x01", "的内容不是 PNG 图片"),
        ("数据.json", b"words", "的内容不是 JSON 数据"),
        ("程序.exe", b"MZ\x00\x01", "不是允许的文件类型。允许 Word"),
        ("网页.xlsx", b"<html>", "是网页或 XML 文件"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_with_the_remedy(
    name: str, data: bytes, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        identify_bytes(data, name=name)
    (error,) = refused.value.errors
    assert error.message.startswith(f"《{name}》")
    assert words in error.message
