"""Handing out files: a read whose record carries the digest that left."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from lianxun.documents import rules, storage
from lianxun.documents.marking import marked_copies
from lianxun.documents.models import StoredFile
from lianxun.documents.queries import file_record
from lianxun.documents.records import FileRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import digest
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


@query("documents.export_file")
def handed_out(
    *, actor: Actor, now: datetime, file_id: UUID, marked: bool = False
) -> tuple[FileRecord, BinaryIO]:
    """Hand out the bytes of a file the actor may see; the record carries the digest handed out.

    ``marked`` (a person's screen): an official PDF from 敏感 on leaves with the reader's mark on every
    page; the record then carries the digest of the marked bytes as well.
    """
    row = StoredFile.objects.select_related("stored_by").filter(id=file_id).first()
    if row is None:
        raise NotFound
    stream = storage.open_stored(row.sha256)
    more = {}
    if marked and rules.needs_mark(row.level, row.role, row.content_type):
        with stream:
            copy = marked_copies(
                stream.read(), [f"{actor.unit_name} {actor.name} {now:%Y-%m-%d %H:%M} 在线取阅"]
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
