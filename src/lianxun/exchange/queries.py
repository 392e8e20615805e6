"""Reads of the exchange room."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from lianxun.exchange import rules
from lianxun.exchange.catalogue import data_class
from lianxun.exchange.enums import DeliveryState, RefusalReason, RequestState
from lianxun.exchange.models import Delivery, InfoRequest
from lianxun.exchange.records import DeliveryRecord, HeldAlready, RequestRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.fabric.search import matching
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query


def held_already(
    *, data_class_code: str, subject_org: UUID | None, period_from: date, period_to: date
) -> list[HeldAlready]:
    """Accepted deliveries the reader may see that cover the whole period asked for."""
    rows = (
        InfoRequest.objects.select_related("provider")
        .filter(
            data_class=data_class_code,
            subject_org=subject_org,
            state=RequestState.IN_USE,
            period_from__lte=period_from,
            period_to__gte=period_to,
        )
        .order_by("-created_at")[:5]
    )
    return [
        HeldAlready(
            request_id=r.id,
            number=r.number,
            provider_name=r.provider.short_name,
            period_from=r.period_from,
            period_to=r.period_to,
        )
        for r in rows
    ]


def _rows() -> QuerySet[InfoRequest]:
    return InfoRequest.objects.select_related("provider").prefetch_related("deliveries__signer")


@query("exchange.requests")
def requests(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID | None = None,
    state: str = "",
    data_class_code: str = "",
    mine: bool = False,
    search: str = "",
    page: int = 1,
) -> Page[RequestRecord]:
    """Requests the actor may see. ``mine`` = served on the own unit."""
    reach = within_reach(actor, kind="exchange.request", library="exchange")
    rows = _rows().filter(reach).order_by("-created_at", "-id")
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if state:
        rows = rows.filter(state=state)
    if data_class_code:
        rows = rows.filter(data_class=data_class_code)
    if mine:
        rows = rows.filter(
            addressee_path__gte=actor.unit_path, addressee_path__lt=actor.unit_path + "~"
        )
    more = False
    if search:
        hits = matching("exchange_inforequest", search)
        rows, more = rows.filter(id__in=hits.ids), hits.more
    part, total = page_of(rows, page)
    found = _records(part, actor)
    noting().about("exchange.request", actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total, more=more)


@query("exchange.request")
def request(*, actor: Actor, now: datetime, request_id: UUID) -> RequestRecord:
    row = _rows().filter(id=request_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "exchange.request",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return _records([row], actor)[0]


def _records(rows: list[InfoRequest], actor: Actor) -> list[RequestRecord]:
    ids = {r.owner_unit for r in rows} | {r.subject_org for r in rows if r.subject_org}
    names = dict(Unit.objects.filter(id__in=ids).values_list("id", "short_name"))
    return [_record(r, actor, names) for r in rows]


def _record(row: InfoRequest, actor: Actor, names: dict[UUID, str]) -> RequestRecord:
    wanted = data_class(row.data_class)
    labels = {f.name: f.label_zh for t in wanted.tables for f in t.fields}
    deliveries = list(row.deliveries.all())
    return RequestRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        engagement=row.engagement,
        subject_org=row.subject_org,
        subject_name=names.get(row.subject_org, "") if row.subject_org else "",
        owner_unit=row.owner_unit,
        owner_name=names.get(row.owner_unit, ""),
        provider_id=row.provider_id,
        provider_name=row.provider.short_name,
        data_class=row.data_class,
        class_name=wanted.name_zh,
        fields=tuple(row.fields),
        field_labels=tuple(labels.get(f, f) for f in row.fields),
        purpose=row.purpose,
        basis=row.basis,
        scope=row.scope,
        period_from=row.period_from,
        period_to=row.period_to,
        urgent=row.urgent,
        state=row.state,
        state_label=RequestState(row.state).label,
        answer=row.answer,
        refusal_label=RefusalReason(row.refusal).label if row.refusal else "",
        level=row.level,
        created_at=row.created_at,
        sent_at=row.sent_at,
        deliveries=tuple(_delivery(d) for d in deliveries),
        permitted=_permitted(row, actor, deliveries),
    )


def _delivery(d: Delivery) -> DeliveryRecord:
    return DeliveryRecord(
        id=d.id,
        revision=d.revision,
        file=d.file,
        file_name=d.file_name,
        sha256=d.sha256,
        rows=d.rows,
        quality=d.quality,
        state=d.state,
        state_label=DeliveryState(d.state).label,
        signer_name=d.signer.display_name,
        note=d.note,
        created_at=d.created_at,
        expires_on=d.expires_on,
    )


def _permitted(row: InfoRequest, actor: Actor, deliveries: list[Delivery]) -> frozenset[str]:
    found = set()
    asks = bool(rules.may_draft(actor, engagement=row.engagement)) and (
        actor.in_own_unit(row.owner_path) or row.engagement in actor.engagements
    )
    if row.state == RequestState.DRAFT and asks:
        found |= {"submit", "withdraw"}
    checks = bool(rules.may_check(actor, owner_path=row.owner_path, drafted_by=row.drafted_by_id))
    if row.state == RequestState.CHECKING and checks:
        found.add("check")
    if row.state == RequestState.OBJECTED and checks:
        found.add("settle")
    if bool(rules.may_answer(actor, provider_path=row.provider.path)):
        if row.state == RequestState.SENT:
            found |= {"accept", "object", "refuse"}
        if row.state in {s.value for s in rules.OPEN_FOR_DELIVERY}:
            found.add("deliver")
    if row.state == RequestState.DELIVERED and deliveries:
        last = deliveries[-1]
        judge = rules.may_judge(
            actor, owner_path=row.owner_path, engagement=row.engagement, signer=last.signer_id
        )
        if judge:
            found.add("judge")
    if row.state in (RequestState.IN_USE, RequestState.EXPIRED) and actor.has_role("coordinator"):
        found.add("end_use")
    return frozenset(found)
