"""Hand out what is sealed: the data itself, the package for the unit, the marked file, a question's subject.

Each is a read with a record of its own, refused once use has ended.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import IO, BinaryIO, cast
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.exchange import keys, quality, rules, sealing
from lianxun.exchange.catalogue import data_class
from lianxun.exchange.common import QUESTIONS, REQUESTS
from lianxun.exchange.enums import DeliveryState, QuestionState
from lianxun.exchange.models import Delivery, InfoRequest, Question, UnitKey
from lianxun.exchange.standing import may_open, note_first_reading
from lianxun.exchange.subjects import place_of
from lianxun.fabric.safefiles import CSV, JSON, XLSX
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.crypto import CryptoError, provider_for
from lianxun.kernel.problems import NotFound, Refused, Unavailable, WrongState
from lianxun.trace.door import query
from lianxun.trace.rows import require

_BROKEN = "数据文件已损坏或被改动，没有打开；请联系系统管理员从备份恢复。"
_BY_SUFFIX = {k.suffix: k for k in (XLSX, CSV, JSON)}


@dataclass(frozen=True, slots=True)
class Handed:
    """``stream`` is a nameless file at its start; whoever sends it closes it."""

    name: str
    content_type: str
    stream: IO[bytes]


@query("exchange.export_delivery")
def hand_out(*, actor: Actor, now: datetime, delivery_id: UUID) -> Handed:
    """The clear data, to the asking side while it may be used, to the provider what he handed in."""
    delivery, row = _in_hand(delivery_id, actor=actor, today=now.date())
    clear = _clear(delivery)
    note_first_reading(delivery, row, actor=actor, now=now)
    kind = _BY_SUFFIX.get(delivery.kind, CSV)
    return Handed(_file_name(row, kind.suffix), kind.content_type, clear)


@query("exchange.export_package")
def hand_out_package(*, actor: Actor, now: datetime, delivery_id: UUID) -> Handed:
    """The data as a package closed to the key of the actor's unit, with its manifest."""
    delivery, row = _in_hand(delivery_id, actor=actor, today=now.date())
    key = UnitKey.objects.filter(
        owner_unit=actor.unit_id, confirmed_at__isnull=False, revoked_at__isnull=True
    ).first()
    if key is None:
        raise WrongState(
            "本单位还没有经核对的公钥，不能加密打包；请联络员在“信息共享—单位公钥”登记，并由另一人核对指纹。"
        )
    manifest = {
        **delivery.manifest,
        "expiry": delivery.expires_on.isoformat() if delivery.expires_on else "",
        "recipient": actor.unit_name,
    }
    with _stored(delivery) as sealed:
        package = sealing.pack(
            sealed,
            key=keys.get(delivery.id),
            manifest=manifest,
            public=bytes(key.public_key),
            name=delivery.file_name,
        )
    note_first_reading(delivery, row, actor=actor, now=now)
    return Handed(_file_name(row, ".lxp"), "application/octet-stream", package)


@query("exchange.export_marked")
def hand_out_marked(*, actor: Actor, now: datetime, delivery_id: UUID) -> Handed:
    """The provider's own file with what is wrong in it."""
    delivery, row = _in_hand(delivery_id, actor=actor, today=now.date())
    require(rules.may_answer(actor, provider_path=row.provider.path))
    kind = _BY_SUFFIX.get(delivery.kind, CSV)
    with _clear(delivery) as clear:
        stream = cast("BinaryIO", clear)
        report = quality.inspect(
            stream,
            kind=kind,
            name=delivery.file_name,
            wanted=data_class(row.data_class),
            fields=tuple(row.fields),
        )
        stream.seek(0)
        data, suffix = quality.marked(stream.read(), kind=kind.suffix, report=report)
    return Handed(
        f"校验结果-{_file_name(row, suffix)}",
        XLSX.content_type if suffix == XLSX.suffix else CSV.content_type,
        BytesIO(data),
    )


def _in_hand(delivery_id: UUID, *, actor: Actor, today: date) -> tuple[Delivery, InfoRequest]:
    delivery = (
        Delivery.objects.select_related("request__provider", "request__standing")
        .filter(id=delivery_id)
        .first()
    )
    if delivery is None:
        raise NotFound
    row = delivery.request
    REQUESTS.note(row, delivery=str(delivery.id), sha256=delivery.sha256)
    require(may_open(row, actor, today=today))
    if delivery.state == DeliveryState.REPLACED:
        raise Refused(Denied("这一份已被更正替换，请使用最新的一份。", "EX-ENDED"))
    ended = delivery.expires_on is not None and delivery.expires_on < today
    if (
        ended
        or delivery.state == DeliveryState.DESTROYED
        or row.state not in {s.value for s in rules.IN_HAND}
    ):
        raise Refused(Denied("使用期限已过或数据已停用，不能再打开。", "EX-ENDED"))
    return delivery, row


def _stored(delivery: Delivery) -> BinaryIO:
    return documents.open_bytes(delivery.file)


def _clear(delivery: Delivery) -> IO[bytes]:
    key = keys.get(delivery.id)
    with _stored(delivery) as sealed:
        try:
            return sealing.clear_copy(sealed, key=key, delivery=delivery.id, level=delivery.level)
        except CryptoError as broken:
            raise Unavailable(_BROKEN) from broken


def _file_name(row: InfoRequest, suffix: str) -> str:
    """Number and class, never a person's name or what the provider called it."""
    return f"{row.number}-{data_class(row.data_class).name_zh}{suffix}"


@query("exchange.question_subject")
def show_subject(*, actor: Actor, now: datetime, question_id: UUID) -> dict[str, str]:
    """Whom a question is about, in clear: label → value. Opened one by one, each time on record."""
    row = Question.objects.select_related("provider").filter(id=question_id).first()
    if row is None:
        raise NotFound
    QUESTIONS.note(row)
    require(
        rules.may_see_subject(
            actor,
            asked_by=row.asked_by_id,
            owner_path=row.owner_path,
            provider_path=row.provider.path,
            engagement=row.engagement,
            level=row.level,
            approved=row.approved_by_id is not None,
        )
    )
    if row.state == QuestionState.DESTROYED:
        raise Refused(Denied("核验单已销毁，核验对象不能再打开。", "EX-ENDED"))
    sealed = bytes(row.sealed)
    try:
        text = provider_for(sealed).open(
            keys.get(row.id), sealed, place=place_of(row.id, row.level)
        )
    except CryptoError as broken:
        raise Unavailable(_BROKEN) from broken
    return dict(json.loads(text))
