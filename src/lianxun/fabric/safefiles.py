"""What an uploaded file really is, found out before anything inflates it (security.md §5.4 T10).

The name and the sender's content type are not believed. A container is opened by its directory only:
declared sizes, ratio, entry names. Nothing here parses the content.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from lianxun.kernel.problems import Invalid

MAX_BYTES = 100 * 1024 * 1024
MAX_INFLATED = 300 * 1024 * 1024
MAX_RATIO = 120  # an honest spreadsheet stays below 40; the measured bomb had 342
MAX_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class FileKind:
    """``suffix`` is what the file gets when it is handed out again."""

    suffix: str
    content_type: str
    label: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = FileKind(".docx", _OFFICE + "wordprocessingml.document", "Word 文档")
XLSX = FileKind(".xlsx", _OFFICE + "spreadsheetml.sheet", "Excel 工作簿")
OFD = FileKind(".ofd", "application/ofd", "OFD 版式文件")
PDF = FileKind(".pdf", "application/pdf", "PDF 文件")
PNG = FileKind(".png", "image/png", "PNG 图片")
JPEG = FileKind(".jpg", "image/jpeg", "JPEG 图片")
JSON = FileKind(".json", "application/json", "JSON 数据")
CSV = FileKind(".csv", "text/csv", "CSV 数据")
TEXT = FileKind(".txt", "text/plain", "文本文件")
PARQUET = FileKind(".parquet", "application/vnd.apache.parquet", "Parquet 数据")

_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"PAR1", PARQUET))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, .xls, .wps, .et, and whatever Office encrypts
_BY_SUFFIX = {k.suffix: k for k in (DOCX, XLSX, OFD, PDF, PNG, JPEG, JSON, PARQUET)}
ALLOWED_TEXT = "允许 Word（.docx）、Excel（.xlsx）、PDF、OFD、PNG、JPEG、CSV、JSON、TXT、Parquet"


def identify(stream: BinaryIO, *, name: str, place: str = "file") -> FileKind:
    """The kind of a file by its content. Raises ``Invalid`` at ``place`` with the reason and the remedy.

    Reads the head and the zip directory only; leaves the stream at its start.
    """
    size = _size(stream)
    if size == 0:
        raise Invalid.at(place, f"《{name}》是空文件，请重新选择。")
    if size > MAX_BYTES:
        raise Invalid.at(place, f"《{name}》超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后上传。")
    head = stream.read(4096)
    stream.seek(0)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK"):
        return _container(stream, name=name, place=place)
    return _text(head, stream, name=name, place=place)


def _size(stream: BinaryIO) -> int:
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    return size


def _container(stream: BinaryIO, *, name: str, place: str) -> FileKind:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as broken:
        raise Invalid.at(
            place, f"《{name}》已损坏，无法打开，请用办公软件另存后重新上传。"
        ) from broken
    finally:
        stream.seek(0)
    check_entries(entries, name=name, place=place)
    names = {e.filename for e in entries}
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise Invalid.at(place, f"《{name}》含有宏，请另存为不含宏的文件后上传。")
    if any(n.startswith("xl/externalLinks/") for n in names):
        raise Invalid.at(place, f"《{name}》链接了外部工作簿，请在 Excel 中“断开链接”后上传。")
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    if "OFD.xml" in names:
        return OFD
    raise _refused(b"", name=name, place=place)


def check_entries(entries: list[zipfile.ZipInfo], *, name: str, place: str) -> None:
    """Refuse bombs, odd paths, links and encryption by the directory alone."""
    if len(entries) > MAX_ENTRIES:
        raise Invalid.at(place, f"《{name}》内部文件过多（{len(entries)} 个），不予打开。")
    packed = sum(e.compress_size for e in entries) or 1
    inflated = sum(e.file_size for e in entries)
    if inflated > MAX_INFLATED or (inflated / packed > MAX_RATIO and inflated > 10 * 1024 * 1024):
        raise Invalid.at(
            place,
            f"《{name}》展开后将达 {inflated // 1024 // 1024} MB，疑似异常压缩文件，未予打开；"
            "数据量大请改用 CSV 或 Parquet。",
        )
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise Invalid.at(place, f"《{name}》内部路径异常，未予打开。")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise Invalid.at(place, f"《{name}》内含链接文件，未予打开。")
        if entry.flag_bits & 0x1:
            raise Invalid.at(place, f"《{name}》已加密，请去除密码后上传。")
        if entry.filename.lower().endswith((".zip", ".7z", ".rar", ".gz")):
            raise Invalid.at(place, f"《{name}》内含压缩包，请解开后分别上传。")


def _text(head: bytes, stream: BinaryIO, *, name: str, place: str) -> FileKind:
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(head, name=name, place=place)
    stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    lowered = stripped[:512].lower()
    if lowered.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")):
        raise Invalid.at(place, f"《{name}》是网页或 XML 文件，不予接收。{ALLOWED_TEXT}。")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".json", ".jsonl") and stripped[:1] in (b"{", b"["):
        return JSON
    if suffix == ".csv":
        return CSV
    if suffix in (".txt", ".md"):
        return TEXT
    raise _refused(head, name=name, place=place)


def _refused(head: bytes, *, name: str, place: str) -> Invalid:
    """Why it is not taken: an old format, a name that says something else than the content, or neither."""
    if head.startswith(_OLE):
        return Invalid.at(
            place,
            f"《{name}》是旧版 Office、WPS 格式或设有打开密码的文件，"
            "请去除密码，另存为 .docx 或 .xlsx 后上传。",
        )
    claimed = _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
    if claimed is not None:
        return Invalid.at(
            place,
            f"《{name}》的内容不是 {claimed.label}，可能改过扩展名或已损坏，"
            f"请用相应的软件打开核对，另存为 {claimed.suffix} 后重新上传。",
        )
    return Invalid.at(place, f"《{name}》不是允许的文件类型。{ALLOWED_TEXT}。")


def identify_bytes(data: bytes, *, name: str, place: str = "file") -> FileKind:
    """``identify`` for content already in memory."""
    return identify(BytesIO(data), name=name, place=place)
