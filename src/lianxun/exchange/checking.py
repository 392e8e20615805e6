"""The check of a large file, as the job does it: the file is read outside of any transaction, then taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.db import transaction

from lianxun.documents import storage
from lianxun.exchange import keys, sealing
from lianxun.exchange.enums import IncomingState
from lianxun.exchange.models import Incoming, InfoRequest
from lianxun.exchange.negative import NegativeList
from lianxun.exchange.operations import incoming
from lianxun.exchange.operations.delivering import Examined, examine
from lianxun.exchange.operations.drafting import issue_receipt
from lianxun.exchange.parcels import unwrapped
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.crypto import CryptoError
from lianxun.kernel.problems import NotFound, Problem, Unavailable

_EVERY = 1.0  # seconds between two signs of progress
_LOST = "上传的文件已损坏，没有接收；请重新上传。"


def take_in(*, actor: Actor, incoming_id: UUID, clock: Callable[[], datetime]) -> None:
    """Check one file and provide it, or refuse it in words. Safe to run again at any moment.

    ``Unavailable`` goes on: the job stays and is run again.
    """
    parcel = incoming.begin(actor=actor, now=clock(), incoming_id=incoming_id)
    if parcel is None:
        return
    try:
        with (
            storage.open_stored(parcel.stored) as sealed,
            sealing.clear_copy(
                sealed, key=keys.get(parcel.id), delivery=parcel.id, level=parcel.level
            ) as clear,
        ):
            stream = cast("BinaryIO", clear)
            examined = _examined(actor, parcel, stream)
            incoming.take(
                actor=actor,
                now=clock(),
                incoming_id=parcel.id,
                stream=stream,
                examined=examined,
            )
    except NegativeList as hit:
        issue_receipt(actor=actor, now=clock(), rule=hit.rule, stage=hit.stage)
        incoming.refuse(actor=actor, now=clock(), incoming_id=parcel.id, message=hit.message)
    except CryptoError:
        incoming.refuse(actor=actor, now=clock(), incoming_id=parcel.id, message=_LOST)
    except Unavailable:
        raise
    except Problem as problem:
        incoming.refuse(actor=actor, now=clock(), incoming_id=parcel.id, message=problem.message)


def _examined(actor: Actor, parcel: incoming.Parcel, stream: BinaryIO) -> Examined:
    with acting_as(actor.account_id), transaction.atomic():
        row = InfoRequest.objects.select_related("provider").filter(id=parcel.request_id).first()
    if row is None:
        raise NotFound
    follow = _Progress(actor, parcel.id)
    with unwrapped(stream, parcel.name) as (data, inner):
        return examine(row, data, inner, parcel.declared_rows, follow=follow)


class _Progress:
    """Percent read, written at most once a second. No record of its own: the acts have theirs."""

    def __init__(self, actor: Actor, incoming_id: UUID) -> None:
        self._actor, self._id, self._last = actor, incoming_id, 0.0

    def __call__(self, percent: int) -> None:
        if time.monotonic() - self._last < _EVERY:
            return
        self._last = time.monotonic()
        with acting_as(self._actor.account_id), transaction.atomic():
            rows = Incoming.objects.filter(id=self._id, state=IncomingState.READING)
            rows.update(percent=percent)
