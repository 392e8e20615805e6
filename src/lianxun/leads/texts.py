"""What an upper room may read of leads in bulk: text, state and labels, never who reported.

Undecorated: part of the act of whoever calls. Row security decides which rows there are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianxun.fabric.labels import Labels
from lianxun.leads.enums import Discipline, LeadState
from lianxun.leads.models import Lead


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadText:
    id: UUID
    number: str
    title: str
    summary: str
    state: str
    state_label: str
    discipline_label: str
    registered_by: UUID
    searchable: bool  # False once the doubt ended: no case came of it (settled.md 28)
    created_at: datetime
    revision: int
    labels: Labels

    @property
    def text(self) -> str:
        """Title and summary as one text; offsets of suggestions count in it."""
        return f"{self.title}\n{self.summary}"


def lead_texts(ids: Collection[UUID]) -> dict[UUID, LeadText]:
    """The leads among ``ids`` that the running identity may see."""
    return {row.id: _text(row) for row in Lead.objects.filter(id__in=list(ids))}


def texts_about(subject_org: UUID | None, *, limit: int) -> list[LeadText]:
    """Searchable leads about one organisation that the running identity may see, newest first."""
    rows = Lead.objects.filter(subject_org=subject_org, no_case_on__isnull=True)
    return [_text(row) for row in rows.order_by("-created_at", "-id")[:limit]]


def searchable_ids(ids: Collection[UUID]) -> set[UUID]:
    """Those of ``ids`` that are visible and still in search; without loading their texts."""
    rows = Lead.objects.filter(id__in=list(ids), no_case_on__isnull=True)
    return set(rows.values_list("id", flat=True))


def lead_ids_after(after: UUID | None, *, limit: int) -> list[UUID]:
    """Ids of visible leads in order, for a walk over all of them in steps."""
    rows = Lead.objects.order_by("id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.values_list("id", flat=True)[:limit])


def _text(row: Lead) -> LeadText:
    return LeadText(
        id=row.id,
        number=row.number,
        title=row.title,
        summary=row.summary,
        state=row.state,
        state_label=LeadState(row.state).label,
        discipline_label=Discipline(row.discipline).label,
        registered_by=row.registered_by_id,
        searchable=row.no_case_on is None and row.state != LeadState.DESTROYED,
        created_at=row.created_at,
        revision=row.revision,
        labels=Labels.of(row),
    )
