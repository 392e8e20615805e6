"""Notes as records."""

from __future__ import annotations

from collections.abc import Sequence

from lianxun.kernel.actor import Actor
from lianxun.organisation.models import Unit
from lianxun.regulations.models import ReadingNote
from lianxun.regulations.records import NoteRecord


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
