"""What the documents room hands out, and the content of an official document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    id: UUID
    object_kind: str
    object_id: UUID
    series: UUID
    version: int
    role: str
    role_label: str
    title: str
    suffix: str
    content_type: str
    size: int
    sha256: str
    number: str
    level: int
    retention_label: str
    scan_label: str
    stored_by_name: str
    created_at: datetime
    engagement: UUID | None

    @property
    def file_name(self) -> str:
        """The name for downloads: title and version only, never a person's name (R-5.3-5)."""
        version = f"-第{self.version}版" if self.version > 1 else ""
        return f"{self.title}{version}{self.suffix}"

    @property
    def size_text(self) -> str:
        if self.size < 1024 * 1024:
            return f"{max(1, self.size // 1024)} KB"
        return f"{self.size / 1024 / 1024:.1f} MB"


@dataclass(frozen=True, slots=True)
class Heading:
    """``depth`` 1 = 一、 (黑体) … 2 = （一） (楷体)."""

    text: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """``widths`` are relative."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """An official document by GB/T 9704-2012: the elements that exist, in their order."""

    issuer: str
    number: str
    title: str
    addressee: str
    blocks: tuple[Block, ...]
    signed_by: str
    signed_on: date
    level_mark: str = ""
    urgency: str = ""
    attachments: tuple[str, ...] = ()
    copies_to: str = ""
    printed_by: str = ""
    watermark: str = ""
    signatures: tuple[str, ...] = field(default=())
