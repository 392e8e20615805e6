"""Reads of institution documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.regulations import rules
from lianxun.regulations.enums import InstitutionState, ReviewKind, ReviewOutcome
from lianxun.regulations.models import Institution
from lianxun.trace.door import noting, query

KIND = "regulations.institution"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    kind_label: str
    finding: str
    outcome_label: str
    account_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionRecord:
    id: UUID
    revision: int
    title: str
    state: str
    state_label: str
    edition: int
    text: str
    level: int
    owner_name: str
    drafted_by: str
    reviewed_by: str
    opinion: str
    reason: str
    decided_by: str
    document_number: str
    effective_on: date | None
    work_id: UUID | None
    replaces: UUID | None
    matter: UUID | None
    created_at: datetime
    reviews: tuple[ReviewRecord, ...]
    editions: tuple[tuple[UUID, int, str], ...]
    permitted: frozenset[str]


@query("regulations.institutions")
def institutions(*, actor: Actor, now: datetime, state: str = "") -> Sequence[InstitutionRecord]:
    """Documents the actor may see; superseded editions only when asked for."""
    rows = Institution.objects.select_related("drafted_by", "reviewed_by").defer("text")
    rows = rows.filter(state=state) if state else rows.exclude(state=InstitutionState.SUPERSEDED)
    found = list(rows.order_by("title", "-edition", "id")[:200])
    units = dict(
        Unit.objects.filter(id__in={r.owner_unit for r in found}).values_list("id", "short_name")
    )
    noting().about(KIND, actor.account_id, count=len(found))
    return [_record(r, actor, units, text="", reviews=(), editions=()) for r in found]


@query("regulations.institution")
def institution(*, actor: Actor, now: datetime, institution_id: UUID) -> InstitutionRecord:
    row = (
        Institution.objects.select_related("drafted_by", "reviewed_by")
        .filter(id=institution_id)
        .first()
    )
    if row is None:
        raise NotFound
    noting().about(KIND, row.id, revision=row.revision, level=row.level)
    reviews = tuple(
        ReviewRecord(
            kind_label=ReviewKind(r.kind).label,
            finding=r.finding,
            outcome_label=ReviewOutcome(r.outcome).label,
            account_name=r.account.display_name,
            created_at=r.created_at,
        )
        for r in row.reviews.select_related("account")
    )
    others = Institution.objects.filter(title=row.title, owner_unit=row.owner_unit).exclude(
        id=row.id
    )
    editions = tuple(
        (i, n, InstitutionState(s).label)
        for i, n, s in others.order_by("-edition").values_list("id", "edition", "state")
    )
    units = dict(Unit.objects.filter(id=row.owner_unit).values_list("id", "short_name"))
    return _record(row, actor, units, text=row.text, reviews=reviews, editions=editions)


def _record(
    row: Institution,
    actor: Actor,
    units: dict[UUID, str],
    *,
    text: str,
    reviews: tuple[ReviewRecord, ...],
    editions: tuple[tuple[UUID, int, str], ...],
) -> InstitutionRecord:
    return InstitutionRecord(
        id=row.id,
        revision=row.revision,
        title=row.title,
        state=row.state,
        state_label=InstitutionState(row.state).label,
        edition=row.edition,
        text=text,
        level=row.level,
        owner_name=units.get(row.owner_unit, ""),
        drafted_by=row.drafted_by.display_name,
        reviewed_by=row.reviewed_by.display_name if row.reviewed_by else "",
        opinion=row.opinion,
        reason=row.reason,
        decided_by=row.decided_by,
        document_number=row.document_number,
        effective_on=row.effective_on,
        work_id=row.work_id,
        replaces=row.replaces_id,
        matter=row.matter,
        created_at=row.created_at,
        reviews=reviews,
        editions=editions,
        permitted=rules.institution_acts(
            actor,
            state=row.state,
            drafted_by=row.drafted_by_id,
            owner_path=row.owner_path,
            brought=row.matter is not None,
        ),
    )
