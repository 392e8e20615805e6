"""Keep files and issue official documents, inside the act of an upper room."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from lianxun.access.queries import database_now
from lianxun.access.steps import level_changed
from lianxun.documents import storage
from lianxun.documents.enums import FileRole, HoldState, Retention, Scan
from lianxun.documents.files import destroy_all as destroy_files
from lianxun.documents.keepers import removes
from lianxun.documents.models import (
    DisposalLine,
    DisposalList,
    LegalHold,
    PrintedCopy,
    PrintOrder,
    StoredFile,
)
from lianxun.documents.numbers import draw_number, draw_numbers, next_number, serial_of
from lianxun.documents.official import to_docx, to_pdf
from lianxun.documents.records import Official
from lianxun.documents.removal import queue_removal
from lianxun.fabric.labels import Labels
from lianxun.fabric.safefiles import DOCX, PDF, FileKind, identify
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.trace.door import noting

__all__ = [
    "destroy_files",
    "draw_number",
    "draw_numbers",
    "held",
    "issue",
    "next_number",
    "queue_removal",
    "relabel",
    "removes",
    "serial_of",
    "store",
]


def held(object_id: UUID) -> bool:
    """Whether a legal hold keeps an object from being destroyed."""
    return LegalHold.objects.filter(object_id=object_id, state=HoldState.HELD).exists()


def store(
    *,
    actor: Actor,
    now: datetime,
    stream: BinaryIO,
    name: str,
    title: str,
    role: FileRole,
    object_kind: str,
    object_id: UUID,
    labels: Labels,
    retention: Retention = Retention.MATTER,
    series: UUID | None = None,
    number: str = "",
    kind: FileKind | None = None,
) -> UUID:
    """Check, scan and keep a file about an object. ``series`` makes it the next version of a file.

    Raises ``Invalid`` at ``file`` when the content is not allowed; nothing is kept then.
    """
    found = kind or identify(stream, name=name)
    verdict = storage.scan(stream, name=name)
    sha256, size = storage.put(stream)
    version = 1
    if series is not None:
        last = (
            StoredFile.objects.select_for_update()
            .filter(series=series)
            .order_by("-version")
            .first()
        )
        if last is None:
            raise Invalid.at("series", "没有找到要更新的文件。")
        version = last.version + 1
    row = StoredFile.objects.create(
        created_at=now,
        object_kind=object_kind,
        object_id=object_id,
        series=series or new_id(),
        version=version,
        role=role,
        title=(title.strip() or name.rsplit(".", 1)[0])[:200],
        suffix=found.suffix,
        content_type=found.content_type,
        size=size,
        sha256=sha256,
        number=number,
        retention=retention,
        scan=verdict,
        stored_by_id=actor.account_id,
        **labels.columns(),
    )
    noting().detail.setdefault("files", []).append({"id": str(row.id), "sha256": sha256})
    return row.id


def relabel(*, object_kind: str, object_id: UUID, labels: Labels) -> int:
    """The object moved to another unit, level or addressee: its files' copies follow (settled.md 17a), and
    what names the object or one of its files: holds, entries of disposal lists, prints and their copies.

    Returns the number of files.
    """
    of_object = StoredFile.objects.filter(object_kind=object_kind, object_id=object_id)
    files = list(of_object.order_by("id").values_list("id", flat=True))
    things, values = [object_id, *files], labels.columns()
    LegalHold.objects.filter(object_id__in=things).update(**values)
    PrintedCopy.objects.filter(order__file__in=files).update(**values)
    PrintOrder.objects.filter(file__in=files).update(**values)
    _relabel_lines(things, labels)
    moved = of_object.update(**values)
    level_changed(now=database_now(), kind="documents.file", ids=files)
    return moved


def _relabel_lines(things: list[UUID], labels: Labels) -> None:
    """An entry is served on nobody (``draw_lists``). Its list, and the register made of it, is no lower than
    the highest of its entries."""
    lines = DisposalLine.objects.filter(object_id__in=things)
    lists = lines.order_by("id").values_list("disposal", flat=True)
    DisposalList.objects.filter(id__in=list(lists), level__lt=labels.level).update(
        level=labels.level
    )
    lines.update(**replace(labels, addressee_unit=None, addressee_path=None).columns())


def issue(
    *,
    actor: Actor,
    now: datetime,
    document: Official,
    object_kind: str,
    object_id: UUID,
    labels: Labels,
    retention: Retention = Retention.YEARS_30,
) -> tuple[UUID, UUID]:
    """Render an official document and keep it as DOCX and PDF; returns both file ids."""
    ids = []
    for kind, data in ((DOCX, to_docx(document)), (PDF, to_pdf(document))):
        ids.append(
            store(
                actor=actor,
                now=now,
                stream=BytesIO(data),
                name=document.title + kind.suffix,
                title=document.title,
                role=FileRole.OFFICIAL,
                object_kind=object_kind,
                object_id=object_id,
                labels=labels,
                retention=retention,
                number=document.number,
                kind=kind,
            )
        )
    return ids[0], ids[1]


def issued(*, object_kind: str, object_id: UUID) -> bool:
    """Has an official document about this object been printed that the actor may see?"""
    return StoredFile.objects.filter(
        object_kind=object_kind, object_id=object_id, role=FileRole.OFFICIAL
    ).exists()


def scan(stream: BinaryIO, *, name: str) -> Scan:
    """Ask the virus scanner about clear bytes that an upper room seals before it stores them."""
    return storage.scan(stream, name=name)


def open_bytes(file_id: UUID) -> BinaryIO:
    """The stored bytes of a file the actor may see, for the upper room that sealed them.

    Raises ``NotFound``. The hand-out is recorded by that room's own act.
    """
    sha256 = StoredFile.objects.filter(id=file_id).values_list("sha256", flat=True).first()
    if sha256 is None:
        raise NotFound
    return storage.open_stored(sha256)
