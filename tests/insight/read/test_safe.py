"""Hostile and damaged files: refused before inflating, or stopped in the child."""

import struct
import zipfile
from pathlib import Path

import pytest

from lianxun_insight.read import Limits, ParserError, UnreadableError, inspect, safe_open
from tests.insight.read.makers import ofd

DOCUMENT = "<w:document xmlns:w='x'/>"


def _zip(path: Path, entries: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def _refused(path: Path, words: str, limits: Limits | None = None) -> None:
    with pytest.raises(UnreadableError, match=words):
        inspect(path, "来件", limits or Limits())


def test_empty_and_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    _refused(path, "《来件》是空文件")
    path.write_bytes(b"x" * 2000)
    _refused(path, "超过", Limits(file_bytes=1000))


def test_bomb_by_ratio_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.docx", {"word/document.xml": b"0" * (20 << 20)})
    _refused(path, "展开后将达 20 MB，疑似异常压缩文件")


def test_too_many_entries(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.docx", {f"x{i}": "" for i in range(30)})
    _refused(path, "内部文件过多", Limits(entries=20))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/../../b", "C:evil"])
def test_odd_paths(tmp_path: Path, name: str) -> None:
    _refused(_zip(tmp_path / "a.docx", {"word/document.xml": DOCUMENT, name: "x"}), "路径异常")


def test_links(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("word/link")
    info.external_attr = 0o120777 << 16
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", DOCUMENT)
        archive.writestr(info, "/etc/passwd")
    _refused(path, "链接文件")


@pytest.mark.parametrize(
    ("name", "content"),
    [("inner.zip", b"x"), ("word/media/a.bin", b"PK\x03\x04rest"), ("x.dat", b"7z\xbc\xaf'\x1c")],
)
def test_nested_archives_by_name_or_content(tmp_path: Path, name: str, content: bytes) -> None:
    path = _zip(tmp_path / "a.docx", {"word/document.xml": DOCUMENT, name: content})
    _refused(path, "内含压缩包")


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><w/>',
        "<!-- x --><!doctype a><w/>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><w/>'.encode("utf-16"),
    ],
)
def test_document_types_are_refused(tmp_path: Path, head: str | bytes) -> None:
    _refused(_zip(tmp_path / "a.docx", {"word/document.xml": head}), "DTD")


def test_macros(tmp_path: Path) -> None:
    entries = {"word/document.xml": DOCUMENT, "word/vbaProject.bin": b"x"}
    _refused(_zip(tmp_path / "a.docx", entries), "含有宏")


def test_encrypted_entry(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.docx", {"word/document.xml": DOCUMENT})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    path.write_bytes(bytes(data))
    _refused(path, "已加密")


def test_overlapping_entries(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.docx", {"word/document.xml": DOCUMENT, "b.xml": DOCUMENT})
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", data, second + 42, 0)
    path.write_bytes(bytes(data))
    _refused(path, "重复的文件")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "旧版 Office"),
        (b"\x7fELF\x00\x00", "不是支持的文件类型"),
        (b"PK\x03\x04" + b"x" * 50, "已损坏"),
    ],
)
def test_other_kinds(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    _refused(path, words)


def test_a_plain_zip_is_no_document(tmp_path: Path) -> None:
    _refused(_zip(tmp_path / "a.zip", {"a.txt": "x"}), "压缩包而不是文档")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF-1.7\nbroken", "PDF 文件已损坏"),
        ("a.png", b"\x89PNG\r\n\x1a\nbroken", "图片已损坏|没有安装"),
    ],
)
def test_damaged_content_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableError, match=words):
        safe_open(tmp_path / name)


def test_a_docx_without_content_types(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.docx", {"word/document.xml": DOCUMENT})
    with pytest.raises(ParserError, match="无法解析") as caught:
        safe_open(path)
    assert caught.value.cause


def test_an_ofd_that_lacks_a_page(tmp_path: Path) -> None:
    path = ofd(tmp_path / "a.ofd", [[(1, 1, "甲")]])
    with zipfile.ZipFile(path) as archive:
        rest = {n: archive.read(n) for n in archive.namelist() if "Page_0" not in n}
    _zip(path, rest)
    with pytest.raises(UnreadableError, match=r"缺少部件 Doc_0/Pages/Page_0/Content\.xml"):
        safe_open(path)


def test_an_ofd_with_too_many_pages(tmp_path: Path) -> None:
    path = ofd(tmp_path / "a.ofd", [[(1, 1, "甲")]] * 5)
    with pytest.raises(UnreadableError, match="有 5 页，超过 4 页"):
        safe_open(path, limits=Limits(pages=4))


def test_the_child_is_stopped_at_its_memory_limit(tmp_path: Path) -> None:
    path = ofd(tmp_path / "a.ofd", [[(1, 1, "甲" * 60)] * 2000] * 12)
    with pytest.raises(UnreadableError, match=r"内存超过限制|异常中止|无法解析"):
        safe_open(path, limits=Limits(memory_bytes=60 << 20))


def test_the_child_is_stopped_at_its_time_limit(tmp_path: Path) -> None:
    path = ofd(tmp_path / "a.ofd", [[(1, 1, "甲" * 60)] * 3000] * 60)
    limits = Limits(cpu_seconds=1, wall_seconds=60, ratio=10_000)
    with pytest.raises(UnreadableError, match="超过时限"):
        safe_open(path, limits=limits)


def test_a_huge_picture_is_refused_by_its_header(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    from PIL import Image

    Image.new("L", (400, 300)).save(tmp_path / "a.png")
    with pytest.raises(UnreadableError, match=r"像素，过大|没有安装"):
        safe_open(tmp_path / "a.png", limits=Limits(pixels=10_000))
