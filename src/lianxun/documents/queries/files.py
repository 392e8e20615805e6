"""Stored files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.documents import rules
from lianxun.documents.enums import FileRole, Retention, Scan
from lianxun.documents.models import StoredFile
from lianxun.documents.records import FileRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query


def file_record(row: StoredFile, permitted: frozenset[str] = frozenset()) -> FileRecord:
    return FileRecord(
        id=row.id,
        object_kind=row.object_kind,
        object_id=row.object_id,
        series=row.series,
        version=row.version,
        role=row.role,
        role_label=FileRole(row.role).label,
        title=row.title,
        suffix=row.suffix,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        number=row.number,
        level=row.level,
        retention_label=Retention(row.retention).label,
        scan_label=Scan(row.scan).label,
        stored_by_name=row.stored_by.display_name,
        created_at=row.created_at,
        engagement=row.engagement,
        permitted=permitted,
    )


def of_object(*, actor: Actor, object_kind: str, object_id: UUID) -> list[FileRecord]:
    """Files about one object, newest first (part of that object's page)."""
    rows = StoredFile.objects.select_related("stored_by").filter(
        object_kind=object_kind, object_id=object_id
    )
    return [file_record(r) for r in rows.order_by("-created_at", "-id")[:200]]


@query("documents.list")
def files(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID | None = None,
    role: str = "",
    number: str = "",
    page: int = 1,
) -> Page[FileRecord]:
    """Files the actor may see, newest first."""
    rows = StoredFile.objects.select_related("stored_by").order_by("-created_at", "-id")
    rows = rows.filter(within_reach(actor, kind="documents.file"))
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if role:
        rows = rows.filter(role=role)
    if number:
        rows = rows.filter(number=number)
    part, total = page_of(rows, page)
    found = [file_record(r) for r in part]
    noting().about("documents.file", actor.account_id, count=len(found))
    return Page(found, page, total)


@query("documents.file")
def file(*, actor: Actor, now: datetime, file_id: UUID) -> FileRecord:
    """What is known of one file, without its bytes."""
    row = StoredFile.objects.select_related("stored_by").filter(id=file_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "documents.file", row.id, revision=row.version, engagement=row.engagement, level=row.level
    )
    may = {
        "print": rules.may_print(actor, content_type=row.content_type, role=row.role),
        "hold": rules.may_hold(actor, object_kind=row.object_kind),
    }
    return file_record(row, frozenset(name for name, decision in may.items() if decision))
