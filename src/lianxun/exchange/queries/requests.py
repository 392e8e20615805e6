"""Requests as lists and as one object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from lianxun.exchange import rules, standing
from lianxun.exchange.catalogue import data_class
from lianxun.exchange.enums import (
    DeliveryState,
    IncomingState,
    RefusalReason,
    RequestState,
    Rung,
    StatementKind,
)
from lianxun.exchange.models import Delivery, Incoming, InfoRequest
from lianxun.exchange.records import (
    Asked,
    AskedCount,
    DeliveryRecord,
    HeldAlready,
    IncomingRecord,
    RequestRecord,
    StatementRecord,
)
from lianxun.exchange.repeats import counted, repeated
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.fabric.search import matching, newest_of
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import unit_names
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
            state__in=(RequestState.IN_USE, RequestState.DELIVERED),
            deliveries__state=DeliveryState.ACCEPTED,
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
    pack: UUID | None = None,
    provider: UUID | None = None,
    about: UUID | None = None,
    year: int | None = None,
    again: bool = False,
    page: int = 1,
) -> Page[RequestRecord]:
    """Requests the actor may see. ``mine`` = served on the own unit; ``about`` an organisation: what was
    sent out about it in ``year``, with ``again`` only what had been asked before."""
    rows = (
        InfoRequest.objects.select_related("provider", "standing")
        .prefetch_related("deliveries__signer")
        .filter(within_reach(actor, kind="exchange.request", library="exchange"))
        .order_by("-created_at", "-id")
    )
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    if pack is not None:
        rows = rows.filter(pack=pack)
    if state:
        rows = rows.filter(state=state)
    if provider is not None:
        rows = rows.filter(provider_id=provider)
    if about is not None:
        asked = _asked(actor, [about], year or now.year)
        ids = repeated(asked) if again else {a.id for a in asked}
        rows = rows.filter(id__in=ids)
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
    found = _records(part, actor, now.date())
    noting().about("exchange.request", actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total, more=more)


def unjustly_refused(*, actor: Actor) -> dict[UUID, list[str]]:
    """Providing unit → numbers of requests it had refused, was then told to meet, and has not met (R-9.2-4).

    Part of the page that asks.
    """
    rows = InfoRequest.objects.filter(
        within_reach(actor, kind="exchange.request", library="exchange"),
        state=RequestState.SENT,
        rung__gt=Rung.PROVIDER,
    ).exclude(refusal="")
    found: dict[UUID, list[str]] = {}
    for provider, number in rows.order_by("number", "id").values_list("provider_id", "number")[
        :1000
    ]:
        found.setdefault(provider, []).append(number)
    return found


@query("exchange.asked_about")
def asked_about(
    *, actor: Actor, now: datetime, units: Sequence[UUID], year: int
) -> dict[UUID, AskedCount]:
    """How many requests went out about each organisation in ``year``, and how many asked again."""
    found = counted(_asked(actor, units, year))
    noting().about("exchange.request", actor.account_id, units=len(found), year=year)
    return found


def _asked(actor: Actor, units: Sequence[UUID], year: int) -> list[Asked]:
    """What left the asking units about these organisations, oldest first; drafts burden nobody."""
    rows = (
        InfoRequest.objects.filter(
            within_reach(actor, kind="exchange.request", library="exchange"),
            subject_org__in=list(units),
            sent_at__year=year,
        )
        .exclude(state=RequestState.WITHDRAWN)
        .order_by("sent_at", "id")
    )
    columns = ("id", "subject_org", "data_class", "period_from", "period_to", "again_reason")
    return [
        Asked(
            id=ident,
            subject=subject,
            data_class=code,
            period_from=start,
            period_to=end,
            again_reason=reason,
        )
        for ident, subject, code, start, end, reason in rows.values_list(*columns)
    ]


@query("exchange.find")
def find(*, actor: Actor, now: datetime, text: str) -> list[tuple[UUID, str]]:
    """The newest requests with these words or this number, by number and class."""
    rows = InfoRequest.objects.all()
    found = newest_of(rows, "exchange_inforequest", text, ("number", "data_class"))
    noting().about("exchange.request", actor.account_id, count=len(found))
    return [(ident, f"{number} {data_class(code).name_zh}") for ident, number, code in found]


@query("exchange.request")
def request(*, actor: Actor, now: datetime, request_id: UUID) -> RequestRecord:
    """One request with what was said and delivered."""
    rows = InfoRequest.objects.select_related("provider", "standing").prefetch_related(
        "deliveries__signer", "statements"
    )
    row = rows.filter(id=request_id).first()
    if row is None:
        raise NotFound
    noting().about(
        "exchange.request",
        row.id,
        revision=row.revision,
        engagement=row.engagement,
        level=row.level,
    )
    return _with_incoming(_records([row], actor, now.date(), whole=True)[0], actor)


def _with_incoming(found: RequestRecord, actor: Actor) -> RequestRecord:
    """The last large file that the provider handed in: his matter until it is provided."""
    if actor.unit_id != found.provider_id:
        return found
    last = (
        Incoming.objects.select_related("sender")
        .filter(request=found.id)
        .order_by("-created_at", "-id")
        .first()
    )
    if last is None or last.state == IncomingState.TAKEN:
        return found
    record = _incoming(last)
    may = found.permitted
    if record.running:
        may = (may - {"deliver", "correct"}) | (
            {"stop"} if "deliver" in may or "correct" in may else set()
        )
    return replace(found, incoming=record, permitted=may)


def _incoming(row: Incoming) -> IncomingRecord:
    return IncomingRecord(
        id=row.id,
        revision=row.revision,
        name=row.name,
        size=row.size,
        state=row.state,
        state_label=IncomingState(row.state).label,
        percent=row.percent,
        begun_at=row.begun_at,
        message=row.message,
        sender_name=row.sender.display_name,
        created_at=row.created_at,
    )


@query("exchange.incoming")
def incoming(*, actor: Actor, now: datetime, request_id: UUID, incoming_id: UUID) -> IncomingRecord:
    """How far a large file has come and what became of it: for the unit that handed it in alone."""
    rows = Incoming.objects.select_related("sender").filter(
        request=request_id, request__provider=actor.unit_id
    )
    row = rows.filter(id=incoming_id).first()
    if row is None:
        raise NotFound
    noting().about("exchange.incoming", row.id, revision=row.revision, level=row.level)
    return _incoming(row)


def _records(
    rows: list[InfoRequest], actor: Actor, today: date, *, whole: bool = False
) -> list[RequestRecord]:
    ids = {r.owner_unit for r in rows} | {r.subject_org for r in rows if r.subject_org}
    names = unit_names(ids)
    return [_record(r, actor, today, names, whole=whole) for r in rows]


def _record(
    row: InfoRequest, actor: Actor, today: date, names: dict[UUID, str], *, whole: bool
) -> RequestRecord:
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
        rung=row.rung,
        rung_label=Rung(row.rung).label,
        pack=row.pack,
        again_reason=row.again_reason,
        statements=_statements(row) if whole else (),
        level=row.level,
        created_at=row.created_at,
        sent_at=row.sent_at,
        deliveries=tuple(_delivery(d) for d in deliveries),
        standing=row.standing_id,
        permitted=_permitted(row, actor, today, deliveries),
    )


def _statements(row: InfoRequest) -> tuple[StatementRecord, ...]:
    return tuple(
        StatementRecord(
            kind_label=StatementKind(s.kind).label,
            name=s.name,
            unit_name=s.unit_name,
            text=s.text,
            at=s.created_at,
        )
        for s in row.statements.all()
    )


def _delivery(d: Delivery) -> DeliveryRecord:
    return DeliveryRecord(
        id=d.id,
        revision=d.revision,
        file=d.file,
        file_name=d.file_name,
        sha256=d.sha256,
        sm3=d.sm3,
        size=d.size,
        kind=d.kind,
        manifest=d.manifest,
        rows=d.rows,
        quality=d.quality,
        state=d.state,
        state_label=DeliveryState(d.state).label,
        signer_name=d.signer.display_name,
        note=d.note,
        created_at=d.created_at,
        expires_on=d.expires_on,
        correction=d.correction,
        openable=d.state not in {s.value for s in rules.CLOSED_FOR_GOOD},
    )


def _permitted(
    row: InfoRequest, actor: Actor, today: date, deliveries: list[Delivery]
) -> frozenset[str]:
    found = _asking(row, actor) | _answering(row, actor) | _checking(row, actor)
    if deliveries:
        last = deliveries[-1]
        judge = rules.may_judge(
            actor, owner_path=row.owner_path, engagement=row.engagement, signer=last.signer_id
        )
        if row.state == RequestState.DELIVERED and judge:
            found.add("judge")
        in_hand = row.state in {s.value for s in rules.IN_HAND}
        if in_hand and standing.may_open(row, actor, today=today):
            found.add("open")
    return frozenset(found)


def _asking(row: InfoRequest, actor: Actor) -> set[str]:
    found: set[str] = set()
    if rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement):
        if row.state == RequestState.DRAFT:
            found |= {"change", "submit"}
        if row.state == RequestState.CHECKING:
            found.add("recall")
        if row.state in (
            RequestState.DRAFT,
            RequestState.CHECKING,
            RequestState.SENT,
            RequestState.OBJECTED,
            RequestState.ACCEPTED,
        ):
            found.add("withdraw")
        if row.state == RequestState.REFUSED and row.rung == Rung.PROVIDER:
            found.add("contest")
        if row.state == RequestState.IN_USE:
            found.add("ask_correction")
    if (
        row.state == RequestState.REFUSED
        and row.rung == Rung.COMMITTEE
        and rules.may_escalate(actor, owner_path=row.owner_path, engagement=row.engagement)
    ):
        found.add("appeal")
    return found


def _checking(row: InfoRequest, actor: Actor) -> set[str]:
    found: set[str] = set()
    if rules.may_check(actor, drafted_by=row.drafted_by_id):
        acts = {
            RequestState.CHECKING.value: "check",
            RequestState.OBJECTED.value: "settle",
            RequestState.NEGOTIATING.value: "settle_refusal",
        }
        found |= {acts[row.state]} if row.state in acts else set()
    ending = (RequestState.IN_USE, RequestState.DELIVERED, RequestState.EXPIRED)
    if row.state in ending and rules.may_end(actor):
        found.add("end_use")
    return found


def _answering(row: InfoRequest, actor: Actor) -> set[str]:
    found: set[str] = set()
    if not rules.may_answer(actor, provider_path=row.provider.path):
        return found
    if row.state == RequestState.SENT:
        found |= {"accept", "object"}
        if row.rung == Rung.PROVIDER:
            found.add("refuse")
    if rules.open_for_delivery(row.state, standing=row.standing_id is not None):
        found.add("deliver")
    if row.state in {s.value for s in rules.OPEN_FOR_CORRECTION}:
        found.add("correct")
    return found
