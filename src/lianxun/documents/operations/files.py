"""Handing out files: a read whose record carries the digest that left."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from lianxun.documents import storage
from lianxun.documents.models import StoredFile
from lianxun.documents.queries import file_record
from lianxun.documents.records import FileRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


@query("documents.export_file")
def handed_out(*, actor: Actor, now: datetime, file_id: UUID) -> tuple[FileRecord, BinaryIO]:
    """Hand out the bytes of a file the actor may see; the record carries the digest handed out."""
    row = StoredFile.objects.select_related("stored_by").filter(id=file_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "documents.file",
        row.id,
        revision=row.version,
        engagement=row.engagement,
        level=row.level,
        sha256=row.sha256,
    )
    return file_record(row), storage.open_stored(row.sha256)
