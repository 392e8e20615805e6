"""Standing agreements of sharing, and what came under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import QuerySet

from lianxun.exchange import rules, standing
from lianxun.exchange.catalogue import data_class
from lianxun.exchange.common import SHARING_KIND
from lianxun.exchange.enums import DeliveryState, SharingSide, SharingState
from lianxun.exchange.models import Delivery, InfoRequest, Sharing
from lianxun.exchange.operations.sharing import side_of, signs_next
from lianxun.exchange.sharing_records import SharedClass, SharedData, SharedLine, SharingRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import unit_names
from lianxun.trace.door import noting, query

_PEOPLE = ("provider", "drafted_by", "signed_by", "countersigned_by")


@query("exchange.sharings")
def sharings(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID | None = None,
    state: str = "",
    page: int = 1,
) -> Page[SharingRecord]:
    """Agreements the actor may see, newest first, each with what he may read of it. A fixed number of queries."""
    rows: QuerySet[Sharing] = Sharing.objects.select_related(*_PEOPLE).order_by(
        "-created_at", "-id"
    )
    if engagement is None:
        rows = rows.filter(within_reach(actor, kind=SHARING_KIND, library="exchange"))
    else:
        rows = rows.filter(engagement=engagement)
    if state:
        rows = rows.filter(state=state)
    part, total = page_of(rows, page)
    noting().about(SHARING_KIND, actor.account_id, engagement=engagement, count=len(part))
    return Page(_records(part, actor, now), page, total)


@query("exchange.sharing")
def sharing(*, actor: Actor, now: datetime, sharing_id: UUID) -> SharingRecord:
    """One agreement. Raises ``NotFound`` also for who may not know it."""
    row = Sharing.objects.select_related(*_PEOPLE).filter(id=sharing_id).first()
    if row is None:
        raise NotFound
    noting().about(
        SHARING_KIND, row.id, revision=row.revision, engagement=row.engagement, level=row.level
    )
    return _records([row], actor, now)[0]


@query("exchange.shared_data")
def shared_data(*, actor: Actor, now: datetime, engagement: UUID) -> SharedData:
    """What came for an engagement under its agreements, newest first, as far as the actor may read it today."""
    ids = list(Sharing.objects.filter(engagement=engagement).values_list("id", flat=True))
    lines = tuple(_lines(ids))
    spans = [line.taken.total_seconds() for line in lines if line.taken is not None]
    noting().about(SHARING_KIND, actor.account_id, engagement=engagement, count=len(lines))
    middle = timedelta(seconds=median(spans)) if spans else None
    return SharedData(lines=lines, read=len(spans), median=middle)


def _lines(sharings: Sequence[UUID]) -> list[SharedLine]:
    """The deliveries that row security shows; destroyed ones are nobody's any more."""
    rows = (
        Delivery.objects.filter(standing__in=sharings)
        .exclude(state=DeliveryState.DESTROYED)
        .select_related("request__provider", "first_reading", "corrects")
        .order_by("-created_at", "-id")
    )
    return [
        SharedLine(
            id=d.id,
            request_id=d.request_id,
            sharing_id=d.standing_id,
            data_class=d.request.data_class,
            class_name=data_class(d.request.data_class).name_zh,
            provider_name=d.request.provider.short_name,
            rows=d.rows,
            rows_before=d.corrects.rows if d.corrects else None,
            correction=d.correction,
            replaced=d.state == DeliveryState.REPLACED,
            delivered_at=d.created_at,
            first_read_at=d.first_reading.read_at if hasattr(d, "first_reading") else None,
        )
        for d in rows
        if d.standing_id is not None
    ]


def _records(rows: Sequence[Sharing], actor: Actor, now: datetime) -> list[SharingRecord]:
    names = unit_names(
        {r.owner_unit for r in rows} | {r.subject_org for r in rows if r.subject_org}
    )
    ids = [r.id for r in rows]
    lines: dict[UUID, list[SharedLine]] = defaultdict(list)
    for line in _lines(ids):
        lines[line.sharing_id].append(line)
    requests: dict[tuple[UUID | None, str], UUID] = {
        (of, code): ident
        for ident, of, code in InfoRequest.objects.filter(standing__in=ids)
        .order_by("number")
        .values_list("id", "standing_id", "data_class")
    }
    return [
        _record(
            r,
            actor,
            now,
            names=names,
            lines=tuple(lines[r.id]),
            classes=tuple(_class(code, r, requests.get((r.id, code))) for code in r.classes),
        )
        for r in rows
    ]


def _record(
    row: Sharing,
    actor: Actor,
    now: datetime,
    *,
    names: dict[UUID, str],
    lines: tuple[SharedLine, ...],
    classes: tuple[SharedClass, ...],
) -> SharingRecord:
    return SharingRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        engagement=row.engagement,
        subject_name=names.get(row.subject_org, "") if row.subject_org else "",
        owner_name=names.get(row.owner_unit, ""),
        provider_id=row.provider_id,
        provider_name=row.provider.short_name,
        classes=classes,
        purpose=row.purpose,
        basis=row.basis,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        state=row.state,
        state_label=SharingState(row.state).label,
        open_today=standing.in_force(row, now.date()),
        why_not=standing.why_not(row, now.date()),
        drafted_by_name=row.drafted_by.display_name,
        signed_by_name=row.signed_by.display_name if row.signed_by else "",
        signed_at=row.signed_at,
        countersigned_by_name=row.countersigned_by.display_name if row.countersigned_by else "",
        countersigned_at=row.countersigned_at,
        project_number=row.project_number,
        project_title=row.project_title,
        project_lead=row.project_lead,
        suspended_side=SharingSide(row.suspended_side).label if row.suspended_side else "",
        reason=row.reason,
        level=row.level,
        created_at=row.created_at,
        lines=lines,
        permitted=_permitted(row, actor),
    )


def _class(code: str, row: Sharing, request: UUID | None) -> SharedClass:
    labels = {f.name: f.label_zh for t in data_class(code).tables for f in t.fields}
    return SharedClass(
        code=code,
        name=data_class(code).name_zh,
        fields=tuple(labels.get(f, f) for f in row.fields.get(code, ())),
        request_id=request,
    )


def _permitted(row: Sharing, actor: Actor) -> frozenset[str]:
    found = set()
    if row.state in (SharingState.DRAFTED, SharingState.OFFERED):
        if signs_next(row, actor, of=row.state):
            found |= {"decline", "sign" if row.state == SharingState.DRAFTED else "countersign"}
        if rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement):
            found.add("withdraw")
    side = side_of(row, actor)
    if row.state == SharingState.IN_FORCE and side:
        found.add("suspend")
    if row.state == SharingState.SUSPENDED and side == row.suspended_side:
        found.add("resume")
    return frozenset(found)
