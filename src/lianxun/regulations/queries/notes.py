"""Notes as records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.regulations.models import ReadingNote
from lianxun.regulations.records import NoteRecord
from lianxun.trace.door import noting, query


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNoteRecord:
    """A note as the page that removes it shows it, to its author."""

    id: UUID
    revision: int
    work: UUID
    article_key: str
    place: str
    permitted: frozenset[str]


@query("regulations.reading_note")
def reading_note(*, actor: Actor, now: datetime, note_id: UUID) -> OwnNoteRecord:
    """One's own note; somebody else's is not there."""
    row = ReadingNote.objects.select_related("work").filter(id=note_id).first()
    if row is None or row.account_id != actor.account_id:
        raise NotFound
    noting().about("regulations.note", row.id, revision=row.revision, level=row.level)
    return OwnNoteRecord(
        id=row.id,
        revision=row.revision,
        work=row.work_id,
        article_key=row.article_key,
        place=f"《{row.work.title}》{row.label}",
        permitted=frozenset({"erase"}),
    )


def note_records(rows: Sequence[ReadingNote], actor: Actor) -> tuple[NoteRecord, ...]:
    """Notes the reader sees (row security decided which)."""
    units = {r.owner_unit for r in rows}
    names = dict(Unit.objects.filter(id__in=units).values_list("id", "short_name")) if rows else {}
    return tuple(
        NoteRecord(
            id=r.id,
            revision=r.revision,
            text=r.text,
            label=r.label,
            article_key=r.article_key,
            author=r.account.display_name,
            unit_name=names.get(r.owner_unit, ""),
            created_at=r.created_at,
            own=r.account_id == actor.account_id,
            level=r.level,
        )
        for r in rows
    )
