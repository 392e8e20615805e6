"""What a file really is, and whether it may be opened at all, before anything is inflated.

Limits after the platform's own gate for uploads; the checks read the zip directory and the heads of
XML parts only. Decompression bombs: Fifield, "A better zip bomb" (2019).
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from lianxun_insight.read.model import UnreadableError

MEBIBYTE: Final = 1 << 20


class Kind(StrEnum):
    """Kinds of files with a reader."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    OFD = "ofd"
    IMAGE = "image"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts, seconds. The defaults suit a report with pictures."""

    file_bytes: int = 100 * MEBIBYTE
    inflated_bytes: int = 300 * MEBIBYTE
    ratio: int = 120
    entries: int = 5_000
    pages: int = 2_000
    pixels: int = 60_000_000
    cpu_seconds: int = 60
    wall_seconds: int = 120
    memory_bytes: int = 1536 * MEBIBYTE
    ocr_cpu_seconds_a_page: int = 60
    ocr_memory_bytes: int = 6144 * MEBIBYTE


DEFAULT_LIMITS: Final = Limits()
_ARCHIVES: Final = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar")
_NESTED_MAGIC: Final = (b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh")
_HEAD: Final = 65_536
_ROOT: Final = re.compile(rb"<[A-Za-z_]")
_FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")


def inspect(path: Path, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Kind:
    """The kind of a file by content. Raises `UnreadableError` for what must not be opened."""
    shown = name or path.name
    size = path.stat().st_size
    if size == 0:
        raise UnreadableError(f"《{shown}》是空文件，请重新选择。")
    if size > limits.file_bytes:
        raise UnreadableError(f"《{shown}》超过 {limits.file_bytes // MEBIBYTE} MB，请拆分后再读。")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(_IMAGES):
        return Kind.IMAGE
    if head.startswith(_OLD_OFFICE):
        raise UnreadableError(
            f"《{shown}》是旧版 Office 文件或已加密的 Office 文件，请去除密码并另存为 .docx 或 .xlsx 后再读。"
        )
    if head.startswith(b"PK"):
        return _container(path, shown, limits)
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(
            f"《{shown}》不是支持的文件类型（DOCX、XLSX、PDF、OFD、图片、文本）。"
        )
    return Kind.TEXT


def _container(path: Path, shown: str, limits: Limits) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            check_directory(entries, shown, limits)
            names = {e.filename.lstrip("/") for e in entries}
            kind = _office_kind(names)
            if kind is None:
                raise UnreadableError(f"《{shown}》是压缩包而不是文档，请解开后分别读取。")
            _check_parts(archive, entries, shown)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError) as broken:
        raise UnreadableError(f"《{shown}》已损坏，无法打开，请用办公软件另存后再读。") from broken
    return kind


def _office_kind(names: set[str]) -> Kind | None:
    if "word/document.xml" in names:
        return Kind.DOCX
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return Kind.XLSX
    return Kind.OFD if "OFD.xml" in names else None


def check_directory(entries: Iterable[zipfile.ZipInfo], shown: str, limits: Limits) -> None:
    """Refuse bombs, odd paths, links, encryption and nested archives by the directory alone."""
    rows = list(entries)
    if len(rows) > limits.entries:
        raise UnreadableError(f"《{shown}》内部文件过多（{len(rows)} 个），不予打开。")
    inflated = sum(e.file_size for e in rows)
    packed = sum(e.compress_size for e in rows) or 1
    suspicious = inflated > 10 * MEBIBYTE and inflated / packed > limits.ratio
    if inflated > limits.inflated_bytes or suspicious:
        raise UnreadableError(
            f"《{shown}》展开后将达 {inflated // MEBIBYTE} MB，疑似异常压缩文件，未予打开。"
        )
    seen: set[str] = set()
    offsets: set[int] = set()
    for entry in rows:
        _check_entry(entry, shown)
        if entry.filename in seen or entry.header_offset in offsets:
            raise UnreadableError(f"《{shown}》内部有重复的文件，疑似异常压缩文件，未予打开。")
        seen.add(entry.filename)
        offsets.add(entry.header_offset)


def _check_entry(entry: zipfile.ZipInfo, shown: str) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if ".." in path.parts or ":" in entry.filename:
        raise UnreadableError(f"《{shown}》内部路径异常，未予打开。")
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise UnreadableError(f"《{shown}》内含链接文件，未予打开。")
    if entry.flag_bits & 0x1:
        raise UnreadableError(f"《{shown}》已加密，请去除密码后再读。")
    if entry.filename.lower().endswith(_ARCHIVES):
        raise UnreadableError(f"《{shown}》内含压缩包，请解开后分别读取。")
    if entry.filename.lower().endswith("vbaproject.bin"):
        raise UnreadableError(f"《{shown}》含有宏，请另存为不含宏的文件。")


def _check_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], shown: str) -> None:
    """Heads of the parts: no DTD in XML, no archive under another name."""
    for entry in entries:
        if entry.is_dir():
            continue
        with archive.open(entry) as part:
            head = part.read(_HEAD if _is_xml(entry.filename) else 8)
        if head.startswith(_NESTED_MAGIC) or (
            head.startswith(b"PK\x03\x04") and not _embedded(entry)
        ):
            raise UnreadableError(f"《{shown}》内含压缩包，请解开后分别读取。")
        if _is_xml(entry.filename):
            _check_xml_head(head, shown)


def _embedded(entry: zipfile.ZipInfo) -> bool:
    # A workbook embedded for a chart is common and never opened by our readers.
    return "/embeddings/" in entry.filename


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _check_xml_head(head: bytes, shown: str) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16"
        head = head[: len(head) // 2 * 2].decode(codec, "replace").encode()
    root = _ROOT.search(head)
    before = head[: root.start()] if root else head
    upper = before.upper()
    if any(word in upper for word in _FORBIDDEN):
        raise UnreadableError(f"《{shown}》的 XML 含有文档类型定义（DTD），未予打开。")
    if root is None and len(head) >= _HEAD:
        raise UnreadableError(f"《{shown}》的 XML 结构异常，未予打开。")
