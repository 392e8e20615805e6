"""Deliver, judge, end: the file is checked, sealed and kept with its manifest, or refused whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.db import transaction
from django.db.models import F

from lianxun.documents import steps as documents
from lianxun.documents.enums import FileRole
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.exchange import keys, quality, rules, sealing, standing
from lianxun.exchange.catalogue import catalogue, data_class
from lianxun.exchange.common import (
    KIND,
    REPLY,
    REQUESTS,
    SUPPLY,
    owner_of,
    provider_of,
    say,
    start_clock,
    stop_clocks,
)
from lianxun.exchange.enums import DeliveryState, ReceiptStage, RequestState, StatementKind
from lianxun.exchange.models import Delivery, InfoRequest
from lianxun.exchange.negative import NegativeList
from lianxun.exchange.operations.ending import shred
from lianxun.exchange.parcels import unwrapped
from lianxun.exchange.records import FileCheck
from lianxun.fabric.labels import Labels
from lianxun.fabric.safefiles import FileKind, identify
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.trace.door import noting, operation, query
from lianxun.trace.rows import require

SEALED = FileKind(".lxd", "application/octet-stream", "加密数据")
LONGEST_USE = 366  # days; an acceptance must name the end of use
Examined = tuple[FileKind, quality.Report]
_MOST_MARKED = 20 << 20  # bytes of a file that is marked while the person waits


@query("exchange.check_file")
def check_file(
    *,
    actor: Actor,
    now: datetime,
    request_id: UUID,
    stream: BinaryIO,
    name: str,
    declared_rows: int | None = None,
) -> FileCheck:
    """Only check: the report and the sender's file with its faults; nothing is kept."""
    row = InfoRequest.objects.select_related("provider").filter(id=request_id).first()
    if row is None:
        raise NotFound
    require(rules.may_answer(actor, provider_path=row.provider.path))
    with unwrapped(stream, name) as (data, inner):
        kind, report = examine(row, data, inner, declared_rows)
        REQUESTS.note(row, rows=report.rows, bad_rows=report.bad_rows)
        marked, suffix = b"", ""
        if report.found["issues"] and data.seek(0, 2) <= _MOST_MARKED:
            data.seek(0)
            marked, suffix = quality.marked(data.read(), kind=kind.suffix, report=report)
    return FileCheck(
        rows=report.rows,
        bad_rows=report.bad_rows,
        quality=report.as_json(),
        marked=marked,
        suffix=suffix,
    )


@operation("exchange.deliver")
def deliver(
    *,
    actor: Actor,
    now: datetime,
    request_id: UUID,
    revision: int,
    stream: BinaryIO,
    name: str,
    declared_rows: int | None = None,
    declared_sha256: str = "",
) -> UUID:
    """Hand in the data. A file that cannot be read, is half a delivery, is not the declared one or brings
    a column of the negative list is refused whole and nothing changes."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_answer(actor, provider_path=row.provider.path))
    if not rules.open_for_delivery(row.state, standing=row.standing_id is not None):
        raise WrongState(f"信息需求现为“{RequestState(row.state).label}”，不能提供数据。")
    return take_in(
        row,
        actor=actor,
        now=now,
        stream=stream,
        name=name,
        declared_rows=declared_rows,
        declared_sha256=declared_sha256,
    )


def take_in(
    row: InfoRequest,
    *,
    actor: Actor,
    now: datetime,
    stream: BinaryIO,
    name: str,
    declared_rows: int | None,
    declared_sha256: str,
    corrects: Delivery | None = None,
    correction: str = "",
    examined: Examined | None = None,
) -> UUID:
    """Check, seal and keep a file inside the running act; the request waits for its acceptance.

    ``examined``: what a job found in the very same bytes before the act began.
    """
    outer = sealing.digests(stream).sha256 if declared_sha256.strip() else ""
    with unwrapped(stream, name) as (data, inner):
        return _kept(
            row,
            data,
            inner,
            actor=actor,
            now=now,
            declared_rows=declared_rows,
            declared=declared_sha256.replace(" ", "").lower(),
            outer=outer,
            corrects=corrects,
            correction=correction,
            examined=examined,
        )


def _kept(
    row: InfoRequest,
    stream: BinaryIO,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    declared_rows: int | None,
    declared: str,
    outer: str,
    corrects: Delivery | None,
    correction: str,
    examined: Examined | None,
) -> UUID:
    """``outer`` is the digest of what was uploaded: of the zip, where the data came in one."""
    sharing = standing.sharing_of(row, now=now)
    kind, report = examined or examine(row, stream, name, declared_rows)
    if sharing is not None:
        standing.must_be_clean(report)
    digests = sealing.digests(stream)
    if declared and declared not in (digests.sha256, outer):
        raise Invalid.at(
            "declared_sha256",
            f"文件摘要与填写的不符（实为 {outer[:16]}…），传输中可能损坏，请核对后重新上传。",
        )
    delivery_id = new_id()
    verdict = documents.scan(stream, name=name)
    key = keys.make(delivery_id)
    try:
        with (
            transaction.atomic(),
            closing(sealing.seal(stream, key=key, delivery=delivery_id, level=row.level)) as sealed,
        ):
            file_id = documents.store(
                actor=actor,
                now=now,
                stream=cast("BinaryIO", sealed),
                name=name + SEALED.suffix,
                title=f"{row.number} {data_class(row.data_class).name_zh}（加密）",
                role=FileRole.DELIVERY,
                object_kind=KIND,
                object_id=row.id,
                labels=Labels.of(row),
                kind=SEALED,
            )
            noting().detail["delivered"] = {"sha256": digests.sha256, "scan": str(verdict)}
            delivery = Delivery.objects.create(
                id=delivery_id,
                created_at=now,
                request=row,
                file=file_id,
                file_name=name[:200],
                kind=kind.suffix,
                sha256=digests.sha256,
                sm3=digests.sm3,
                size=digests.size,
                manifest=_manifest(row, report, digests, delivery_id, name, actor=actor, now=now)
                | ({"corrects": str(corrects.id), "correction": correction} if corrects else {}),
                catalogue_version=catalogue().version,
                rows=report.rows,
                signer_id=actor.account_id,
                quality=report.as_json(),
                state=DeliveryState.SUBMITTED,
                corrects=corrects,
                correction=correction,
                standing=sharing,
                **standing.labels_of(row).columns(),
            )
        REQUESTS.move(row, RequestState.DELIVERED, rows=report.rows, delivery=str(delivery_id))
        stop_clocks(row, *REPLY, *SUPPLY, actor=actor, now=now)
        if sharing is None:
            start_clock(row, "DT-EX-ACCEPT", owner_of(row), actor=actor, now=now)
        else:
            _pass(delivery, row, until=sharing.valid_to, actor=actor, now=now)
            standing.tell(sharing, NoticeCode.SHARED, now=now)
    except BaseException:
        keys.forget(delivery_id)
        raise
    return delivery_id


def _pass(
    delivery: Delivery, row: InfoRequest, *, until: date, actor: Actor, now: datetime
) -> None:
    """Under an agreement the check is the acceptance: open to the team at once, until the agreement's last day."""
    delivery.state, delivery.judged_at, delivery.expires_on = DeliveryState.ACCEPTED, now, until
    delivery.revision += 1
    delivery.save(update_fields=["state", "judged_at", "expires_on", "revision"])
    _taken_into_use(delivery, row, actor=actor, now=now)


def examine(
    row: InfoRequest,
    stream: BinaryIO,
    name: str,
    declared_rows: int | None,
    *,
    follow: Callable[[int], None] | None = None,
) -> Examined:
    """What the file is and what is wrong with it. Raises ``Invalid`` at ``file``, or ``NegativeList``."""
    kind = identify(stream, name=name)
    report = quality.inspect(
        stream,
        kind=kind,
        name=name,
        wanted=data_class(row.data_class),
        fields=tuple(row.fields),
        declared_rows=declared_rows,
        follow=follow,
    )
    stream.seek(0)
    hit = quality.forbidden_columns(report)
    if hit is not None:
        raise NegativeList(*hit, place="file", stage=ReceiptStage.DELIVERY)
    return kind, report


def _manifest(
    row: InfoRequest,
    report: quality.Report,
    digests: sealing.Digests,
    delivery: UUID,
    name: str,
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """What travels with the data (data-catalogue.md: class, version, period, rows, hash, signer, …)."""
    return {
        "delivery": str(delivery),
        "request": row.number,
        "class": row.data_class,
        "class_name": data_class(row.data_class).name_zh,
        "version": catalogue().version,
        "period": {"from": row.period_from.isoformat(), "to": row.period_to.isoformat()},
        "department": row.provider.name,
        "file": name,
        "rows": report.rows,
        "sha256": digests.sha256,
        "sm3": digests.sm3,
        "size": digests.size,
        "signer": actor.name,
        "signed_at": now.isoformat(),
        "level": row.level,
        "purpose": row.purpose,
        "basis": row.basis,
    }


@operation("exchange.judge_delivery")
def judge_delivery(
    *,
    actor: Actor,
    now: datetime,
    delivery_id: UUID,
    revision: int,
    accepts: bool,
    note: str = "",
    expires_on: date | None = None,
) -> None:
    """The asking side accepts a delivery for use until a day, or returns it with what to mend."""
    delivery = Delivery.objects.select_for_update().filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound
    if delivery.revision != revision:
        raise Stale
    row = REQUESTS.lock(delivery.request_id)
    require(
        rules.may_judge(
            actor, owner_path=row.owner_path, engagement=row.engagement, signer=delivery.signer_id
        )
    )
    if delivery.state != DeliveryState.SUBMITTED:
        raise WrongState("这份数据已经验收过。")
    _check_judgement(accepts, note, expires_on, now.date())
    delivery.state = DeliveryState.ACCEPTED if accepts else DeliveryState.RETURNED
    delivery.judged_by_id, delivery.judged_at = actor.account_id, now
    delivery.note, delivery.expires_on = fitting("note", note, 300), expires_on if accepts else None
    delivery.revision += 1
    delivery.save(
        update_fields=["state", "judged_by", "judged_at", "note", "expires_on", "revision"]
    )
    stop_clocks(row, "DT-EX-ACCEPT", actor=actor, now=now)
    if accepts:
        _taken_into_use(delivery, row, actor=actor, now=now)
    else:
        in_use = row.deliveries.filter(state=DeliveryState.ACCEPTED).exists()
        to = RequestState.IN_USE if in_use else RequestState.RETURNED
        REQUESTS.move(row, to, delivery=str(delivery.id))
        say(row, StatementKind.RETURN, note, actor=actor, now=now)
        start_clock(row, "DT-EX-SUPPLY", provider_of(row), actor=actor, now=now)


def _taken_into_use(delivery: Delivery, row: InfoRequest, *, actor: Actor, now: datetime) -> None:
    REQUESTS.move(row, RequestState.IN_USE, delivery=str(delivery.id))
    _replace_earlier(row, delivery, now=now)
    if row.engagement is not None:  # node 6: data shared for its engagement
        duties.fulfil(
            actor=actor,
            now=now,
            object_kind=duties.ENGAGEMENT_KIND,
            object_id=row.engagement,
            template_code="MS-N6",
        )


def _replace_earlier(row: InfoRequest, accepted: Delivery, *, now: datetime) -> None:
    """One file is in use at a time: what came before the accepted one is closed and its key destroyed. Under an
    agreement files come one after the other: there a correction closes the one that it mends."""
    earlier = row.deliveries.exclude(id=accepted.id).filter(
        state__in=(DeliveryState.ACCEPTED, DeliveryState.RETURNED)
    )
    if row.standing_id is not None:
        earlier = earlier.filter(id__in=[accepted.corrects_id] if accepted.corrects_id else [])
    gone = list(earlier.order_by("created_at").values_list("id", flat=True))
    row.deliveries.filter(id__in=gone).update(
        state=DeliveryState.REPLACED, revision=F("revision") + 1
    )
    shred(gone, of=accepted.id, now=now)


def _check_judgement(accepts: bool, note: str, expires_on: date | None, today: date) -> None:
    if not accepts and not note.strip():
        raise Invalid.at("note", "退回须写明需要更正的内容。")
    if not accepts:
        return
    if expires_on is None:
        raise Invalid.at("expires_on", "验收须给出使用期限，到期自动停止访问。")
    if not 0 <= (expires_on - today).days <= LONGEST_USE:
        raise Invalid.at("expires_on", "使用期限须在今天之后、一年之内。")
