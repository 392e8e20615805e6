"""Handing out files: a read whose record carries the digest that left."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from lianxun.documents import rules, storage
from lianxun.documents.marking import marked_copies, marked_docx
from lianxun.documents.models import StoredFile
from lianxun.documents.queries import file_record
from lianxun.documents.records import FileRecord
from lianxun.fabric.safefiles import DOCX
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import digest
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


@query("documents.export_file")
def handed_out(
    *, actor: Actor, now: datetime, file_id: UUID, marked: bool = False
) -> tuple[FileRecord, BinaryIO]:
    """Hand out the bytes of a file the actor may see; the record carries the digest handed out.

    ``marked`` (a person's screen): an official document from 敏感 on, PDF or Word, leaves with the reader's
    mark on every page; the record then carries the digest of the marked bytes as well.
    """
    row = StoredFile.objects.select_related("stored_by").filter(id=file_id).first()
    if row is None:
        raise NotFound
    stream = storage.open_stored(row.sha256)
    more = {}
    if marked and rules.needs_mark(row.level, row.role, row.content_type):
        with stream:
            copy = _marked(
                stream.read(),
                f"{actor.unit_name} {actor.name} {now:%Y-%m-%d %H:%M} 在线取阅",
                content_type=row.content_type,
            )
        stream, more = BytesIO(copy), {"marked": digest(copy).hex()}
    noting().about(
        "documents.file",
        row.id,
        revision=row.version,
        engagement=row.engagement,
        level=row.level,
        sha256=row.sha256,
        **more,
    )
    return file_record(row), stream


def _marked(data: bytes, mark: str, *, content_type: str) -> bytes:
    return (
        marked_docx(data, mark)
        if content_type == DOCX.content_type
        else marked_copies(data, [mark])
    )
