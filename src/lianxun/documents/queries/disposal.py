"""Lists of what ran out, and what is held back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from lianxun.documents import rules
from lianxun.documents.enums import DisposalState, HoldState, LineState
from lianxun.documents.keepers import keeper, keepers
from lianxun.documents.models import DisposalLine, DisposalList, LegalHold
from lianxun.documents.records import DisposalRecord, HoldRecord, KeptRecord, LineRecord
from lianxun.documents.register import is_whole
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query


def _lists() -> QuerySet[DisposalList]:
    return DisposalList.objects.select_related("drawn_by", "reviewed_by", "checked_by").annotate(
        count=Count("lines")
    )


@query("documents.disposals")
def disposals(
    *, actor: Actor, now: datetime, state: str = "", page: int = 1
) -> Page[DisposalRecord]:
    """Lists the actor may see, newest first, without their entries."""
    rows = _lists().filter(within_reach(actor, kind="documents.disposal"))
    if state:
        rows = rows.filter(state=state)
    part, total = page_of(rows.order_by("-created_at", "-id"), page)
    names = _names([row.owner_unit for row in part])
    found = [_record(row, [], set(), actor, names) for row in part]
    noting().about("documents.disposal", actor.account_id, count=len(found))
    return Page(found, page, total)


@query("documents.disposal")
def disposal(*, actor: Actor, now: datetime, disposal_id: UUID) -> DisposalRecord:
    row = _lists().filter(id=disposal_id).first()
    if row is None:
        raise NotFound
    lines = list(row.lines.order_by("id"))
    held = set(
        LegalHold.objects.filter(
            object_id__in=[line.object_id for line in lines], state=HoldState.HELD
        ).values_list("object_id", flat=True)
    )
    noting().about(
        "documents.disposal",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return _record(row, lines, held, actor, _names([row.owner_unit]))


def _names(ids: list[UUID]) -> dict[UUID, str]:
    return dict(Unit.objects.filter(id__in=set(ids)).values_list("id", "short_name"))


def _record(
    row: DisposalList,
    lines: list[DisposalLine],
    held: set[UUID],
    actor: Actor,
    names: dict[UUID, str],
) -> DisposalRecord:
    one = keeper(row.keeper)
    permitted, why_not = _permitted(row, actor)
    return DisposalRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        noun=one.noun if one else row.keeper,
        object_kind=row.object_kind,
        state=row.state,
        state_label=DisposalState(row.state).label,
        level=row.level,
        owner_name=names.get(row.owner_unit, ""),
        drawn_at=row.created_at,
        drawn_by=row.drawn_by.display_name,
        reviewed_by=row.reviewed_by.display_name if row.reviewed_by else "",
        reviewed_at=row.reviewed_at,
        opinion=row.opinion,
        checked_by=row.checked_by.display_name if row.checked_by else "",
        checked_at=row.checked_at,
        return_reason=row.return_reason,
        sha256=row.sha256,
        whole=row.state == DisposalState.DESTROYED and is_whole(row, lines),
        count=row.count,  # type: ignore[attr-defined]
        lines=tuple(_line(line, held) for line in lines),
        permitted=permitted,
        why_not=why_not,
    )


def _permitted(row: DisposalList, actor: Actor) -> tuple[frozenset[str], str]:
    """Acts this reader may do now, and why not where it is the other one's turn."""
    if row.state == DisposalState.DRAWN:
        may = rules.may_review(actor, object_kind=row.object_kind)
        return frozenset({"review"} if may else ()), may.reason if isinstance(may, Denied) else ""
    if row.state == DisposalState.REVIEWED:
        may = rules.may_destroy(actor, object_kind=row.object_kind, reviewed_by=row.reviewed_by_id)
        acts = {"destroy", "return"} if may else set()
        return frozenset(acts), may.reason if isinstance(may, Denied) else ""
    return frozenset(), ""


def _line(line: DisposalLine, held: set[UUID]) -> LineRecord:
    return LineRecord(
        id=line.id,
        number=line.number,
        object_kind=line.object_kind,
        object_id=line.object_id,
        keeper=line.keeper,
        retention=line.retention,
        expired_on=line.expired_on,
        basis=line.basis,
        state=line.state,
        state_label=LineState(line.state).label,
        keep_reason=line.keep_reason,
        digest=line.digest,
        files=line.files,
        held=line.object_id in held,
    )


def _holds() -> QuerySet[LegalHold]:
    return LegalHold.objects.select_related("placed_by", "lifted_by").order_by("-created_at", "-id")


@query("documents.holds")
def holds(*, actor: Actor, now: datetime, state: str = "", page: int = 1) -> Page[HoldRecord]:
    """Holds the actor may see, newest first."""
    rows = _holds().filter(within_reach(actor, kind="documents.hold"))
    if state:
        rows = rows.filter(state=state)
    part, total = page_of(rows, page)
    noting().about("documents.hold", actor.account_id, count=len(part))
    return Page([_hold(row, actor) for row in part], page, total)


@query("documents.hold")
def hold(*, actor: Actor, now: datetime, hold_id: UUID) -> HoldRecord:
    row = _holds().filter(id=hold_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "documents.hold",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    keeps = (one.name for one in keepers() if one.find(row.object_id) is not None)
    return _hold(row, actor, kept_by=next(keeps, ""))


@query("documents.kept")
def kept(*, actor: Actor, now: datetime, kept_by: str, object_id: UUID) -> KeptRecord:
    """What a hold would be placed on. Raises ``NotFound`` for what is gone or nobody keeps."""
    one = keeper(kept_by)
    found = None if one is None else one.find(object_id)
    if one is None or found is None:
        raise NotFound
    noting().about(kept_by, object_id, level=found.labels.level)
    may = rules.may_hold(actor, object_kind=found.object_kind)
    return KeptRecord(
        kept_by=kept_by,
        object_id=object_id,
        noun=one.noun,
        number=found.number,
        permitted=frozenset({"hold"} if may else ()),
    )


def holds_of(*, actor: Actor, object_id: UUID) -> list[HoldRecord]:
    """Holds on one object, newest first (part of that object's page)."""
    return [_hold(row, actor) for row in _holds().filter(object_id=object_id)]


def _hold(row: LegalHold, actor: Actor, kept_by: str = "") -> HoldRecord:
    may = row.state == HoldState.HELD and rules.may_lift(
        actor, object_kind=row.object_kind, placed_by=row.placed_by_id
    )
    return HoldRecord(
        id=row.id,
        revision=row.revision,
        object_kind=row.object_kind,
        object_id=row.object_id,
        number=row.number,
        reason=row.reason,
        basis=row.basis,
        state=row.state,
        state_label=HoldState(row.state).label,
        level=row.level,
        placed_by=row.placed_by.display_name,
        placed_at=row.created_at,
        lifted_by=row.lifted_by.display_name if row.lifted_by else "",
        lifted_at=row.lifted_at,
        lift_reason=row.lift_reason,
        permitted=frozenset({"lift"} if may else ()),
        kept_by=kept_by,
    )
