"""What the documents room hands out, and the content of an official document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
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
    permitted: frozenset[str] = frozenset()

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


class Form(Enum):
    """文件格式 (§7) and 信函格式 (§10.1) of GB/T 9704-2012."""

    DOCUMENT = "document"
    LETTER = "letter"


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
    form: Form = Form.DOCUMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRecord:
    """``kept_by`` names the keeper of what is held (on a hold's own page; empty when it is gone)."""

    id: UUID
    revision: int
    object_kind: str
    object_id: UUID
    number: str
    reason: str
    basis: str
    state: str
    state_label: str
    level: int
    placed_by: str
    placed_at: datetime
    lifted_by: str
    lifted_at: datetime | None
    lift_reason: str
    permitted: frozenset[str]
    kept_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    """One entry of a list; ``held`` while a hold stands on it."""

    id: UUID
    number: str
    object_kind: str
    object_id: UUID
    keeper: str
    retention: str
    expired_on: date
    basis: str
    state: str
    state_label: str
    keep_reason: str
    digest: str
    files: int
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalRecord:
    """A list of what ran out. ``whole``: the record of the destruction still has its digest."""

    id: UUID
    revision: int
    number: str
    noun: str
    object_kind: str
    state: str
    state_label: str
    level: int
    owner_name: str
    drawn_at: datetime
    drawn_by: str
    reviewed_by: str
    reviewed_at: datetime | None
    opinion: str
    checked_by: str
    checked_at: datetime | None
    return_reason: str
    sha256: str
    whole: bool
    count: int
    lines: tuple[LineRecord, ...]
    permitted: frozenset[str]
    why_not: str

    @property
    def name(self) -> str:
        """What it is called before it has a number."""
        return self.number or f"{self.noun}期满清单"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRecord:
    serial: int
    state: str
    state_label: str
    holder: str
    settled_by: str
    settled_at: datetime | None
    witness: str
    remark: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRecord:
    id: UUID
    revision: int
    file: UUID
    title: str
    number: str
    sha256: str
    mark: str
    purpose_label: str
    copies: int
    out: int
    state: str
    state_label: str
    level: int
    asked_by: str
    asked_at: datetime
    released_by: str
    released_at: datetime | None
    refusal: str
    printed_at: datetime | None
    sheets: tuple[CopyRecord, ...]
    permitted: frozenset[str]
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """Something that can be held back from destruction."""

    kept_by: str
    object_id: UUID
    noun: str
    number: str
    permitted: frozenset[str]
