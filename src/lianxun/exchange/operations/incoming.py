"""A large file: taken in at once, sealed; checked by a job that says how far it is; provided or refused whole.

``hand_in`` keeps the bytes under a key of their own. The job (``lianxun.exchange.checking``) looks at them
outside of any transaction, then ``take`` provides the data as ``deliver`` would have done. A worker that is
killed in between has done nothing: the row still says 正在检查, and the job begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO, cast
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.documents import steps as documents
from lianxun.documents import storage
from lianxun.exchange import keys, rules, sealing, standing
from lianxun.exchange.common import REQUESTS, say
from lianxun.exchange.enums import (
    MACHINES,
    DeliveryState,
    IncomingState,
    RequestState,
    StatementKind,
)
from lianxun.exchange.models import Incoming, InfoRequest
from lianxun.exchange.operations.answering import words
from lianxun.exchange.operations.correcting import LONGEST_CORRECTION
from lianxun.exchange.operations.delivering import Examined, take_in
from lianxun.exchange.operations.ending import shred
from lianxun.fabric.labels import Labels
from lianxun.fabric.later import defer
from lianxun.fabric.safefiles import identify
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows, require

KIND = "exchange.incoming"
TASK = "exchange.take_in"
BYTES = "exchange.incoming_bytes"
INCOMING = Rows(
    Incoming, kind=KIND, noun="收件", machine=MACHINES["exchange_incoming"], related=("request",)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What the job needs of an incoming file."""

    id: UUID
    request_id: UUID
    stored: str
    name: str
    level: int
    declared_rows: int | None


@operation("exchange.hand_in")
def hand_in(
    *,
    actor: Actor,
    now: datetime,
    request_id: UUID,
    revision: int,
    stream: BinaryIO,
    name: str,
    correction: str = "",
    delivery_id: UUID | None = None,
    declared_rows: int | None = None,
    declared_sha256: str = "",
) -> UUID:
    """Take a large file in and queue its check. With ``correction`` it mends data that are in use."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_answer(actor, provider_path=row.provider.path))
    _still_open(row, correcting=bool(correction))
    standing.sharing_of(row, now=now)
    if correction and len(correction) > LONGEST_CORRECTION:
        raise Invalid.at(
            "correction", f"不超过 {LONGEST_CORRECTION} 字，现有 {len(correction)} 字。"
        )
    first = standing.corrected(row, delivery_id) if correction else None
    if correction and first is None:
        raise WrongState("没有正在使用的数据，不需要更正。")
    if PurePosixPath(name).suffix.lower() != ".zip":
        identify(stream, name=name)
    found = Incoming(
        id=new_id(),
        created_at=now,
        request=row,
        sender_id=actor.account_id,
        name=name[:200],
        size=stream.seek(0, 2),
        declared_rows=declared_rows,
        declared_sha256=declared_sha256.strip()[:80],
        correction=correction.strip(),
        corrects=first,
        state=IncomingState.WAITING,
        **Labels.of(row).columns(),
    )
    key = keys.make(found.id)
    try:
        with sealing.seal(stream, key=key, delivery=found.id, level=row.level) as sealed:
            found.stored, _ = storage.put(cast("BinaryIO", sealed))
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError as clash:
        keys.forget(found.id)
        raise WrongState("上一份文件还在检查，请等检查结束后再上传。") from clash
    except BaseException:
        keys.forget(found.id)
        raise
    REQUESTS.save(row, incoming=str(found.id), size=found.size)
    defer(TASK, lock=f"{TASK} {found.id}", incoming=str(found.id), account=str(actor.account_id))
    return found.id


def _still_open(row: InfoRequest, *, correcting: bool) -> None:
    may = (
        row.state in {s.value for s in rules.OPEN_FOR_CORRECTION}
        if correcting
        else rules.open_for_delivery(row.state, standing=row.standing_id is not None)
    )
    if not may:
        raise WrongState(f"信息需求现为“{RequestState(row.state).label}”，不能提供数据。")


@operation("exchange.begin_incoming")
def begin(*, actor: Actor, now: datetime, incoming_id: UUID) -> Parcel | None:
    """Take a file up, also one whose worker was killed; ``None`` when it is done."""
    row = INCOMING.lock(incoming_id)
    if row.state == IncomingState.WAITING:
        INCOMING.move(row, IncomingState.READING)
    if row.state != IncomingState.READING:
        return None
    row.percent, row.begun_at = 0, now
    row.save(update_fields=["percent", "begun_at"])
    INCOMING.note(row)
    return Parcel(
        id=row.id,
        request_id=row.request_id,
        stored=row.stored,
        name=row.name,
        level=row.level,
        declared_rows=row.declared_rows,
    )


@operation("exchange.take_incoming")
def take(
    *,
    actor: Actor,
    now: datetime,
    incoming_id: UUID,
    stream: BinaryIO,
    examined: Examined,
) -> UUID | None:
    """The file was checked and may be provided; ``None`` when that was done before."""
    found = INCOMING.lock(incoming_id)
    if found.state != IncomingState.READING:
        return None
    row = REQUESTS.lock(found.request_id)
    require(rules.may_answer(actor, provider_path=row.provider.path))
    _still_open(row, correcting=bool(found.correction))
    if found.correction:
        if found.corrects is None or found.corrects.state != DeliveryState.ACCEPTED:
            raise WrongState("要更正的那一份已不在使用中，没有接收。")
        say(
            row,
            StatementKind.CORRECTION,
            words("correction", found.correction, "请写明更正了什么。"),
            actor=actor,
            now=now,
        )
    made = take_in(
        row,
        actor=actor,
        now=now,
        stream=stream,
        name=found.name,
        declared_rows=found.declared_rows,
        declared_sha256=found.declared_sha256,
        corrects=found.corrects,
        correction=found.correction,
        examined=examined,
    )
    found.percent = 100
    INCOMING.move(found, IncomingState.TAKEN, "percent", delivery=str(made))
    _forget(found, now)
    return made


@operation("exchange.refuse_incoming")
def refuse(*, actor: Actor, now: datetime, incoming_id: UUID, message: str) -> None:
    """The file cannot be taken; the sentence says why and what to do. Nothing else changes."""
    found = INCOMING.lock(incoming_id)
    if found.state not in (IncomingState.WAITING, IncomingState.READING):
        return
    found.message = message[:500]
    INCOMING.move(found, IncomingState.REFUSED, "message")
    _forget(found, now)


@operation("exchange.stop_incoming")
def stop(*, actor: Actor, now: datetime, request_id: UUID, revision: int) -> None:
    """The provider thinks better of it while the check runs."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_answer(actor, provider_path=row.provider.path))
    running = row.incoming.filter(state__in=(IncomingState.WAITING, IncomingState.READING)).first()
    if running is None:
        raise WrongState("检查已经结束，不能停止。")
    found = INCOMING.lock(running.id)
    found.message = "已由提供单位停止检查，没有接收。"
    INCOMING.move(found, IncomingState.REFUSED, "message")
    _forget(found, now)


def _forget(found: Incoming, now: datetime) -> None:
    """What was handed in has served: its key goes with the act, the sealed bytes after it."""
    shred([found.id], of=found.id, now=now)
    documents.queue_removal(BYTES, found.stored, now=now)


@documents.removes(BYTES)
def _remove(sha256: str) -> None:
    """Sealed under a key of its own, no other row can have the same bytes."""
    storage.remove(sha256)
