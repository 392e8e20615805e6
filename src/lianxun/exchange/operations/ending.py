"""Use ends: the destruction is recorded, the data keys go with the act."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lianxun.documents import steps as documents
from lianxun.exchange import keys, rules
from lianxun.exchange.common import KIND, REQUESTS, cancel_clocks, say
from lianxun.exchange.enums import DeliveryState, RequestState, StatementKind
from lianxun.exchange.models import InfoRequest
from lianxun.exchange.operations.answering import words
from lianxun.fabric import outbox
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Refused, WrongState
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require


@operation("exchange.end_use")
def end_use(*, actor: Actor, now: datetime, request_id: UUID, revision: int, record: str) -> None:
    """Use ends and the destruction is recorded (销毁记录): the data keys are destroyed with the act."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_end(actor))
    if documents.held(row.id):
        raise WrongState("该项数据有法律保全，不能销毁；请待保全解除后再办理。")
    text = words("record", record, "请写明销毁或停用的方式和见证人。")
    if row.state in (RequestState.IN_USE, RequestState.DELIVERED):
        REQUESTS.move(row, RequestState.EXPIRED)
    row.answer = text[:500]
    REQUESTS.move(row, RequestState.DESTROYED, "answer")
    say(row, StatementKind.DESTRUCTION, text, actor=actor, now=now)
    row.deliveries.filter(state=DeliveryState.SUBMITTED).update(
        state=DeliveryState.RETURNED, note="任务结束，未验收"
    )
    destroy_deliveries(row, now=now)
    cancel_clocks(KIND, row.id, actor=actor, now=now, reason="数据已停用")


def destroy_deliveries(row: InfoRequest, *, now: datetime) -> None:
    """All that came for ``row``, with their keys. What came under an agreement is its provider's own row: somebody
    who sees the request but may not close the files must not record that they are gone."""
    gone = [d.id for d in row.deliveries.exclude(state=DeliveryState.DESTROYED)]
    closed = row.deliveries.filter(id__in=gone).update(state=DeliveryState.DESTROYED)
    if not gone or closed != len(gone):
        raise Refused(
            Denied("您不能停用这里的数据文件；请由联络员办公室或提供单位登记。", "EX-END")
        )
    shred(gone, of=row.id, now=now)


def shred(ids: list[UUID], *, of: UUID, now: datetime) -> None:
    """Destroy data keys with the act: at once after commit, and again by the outbox if that was cut off."""
    if not ids:
        return
    outbox.put(
        "exchange.shred",
        key=f"exchange.shred {of} {now.isoformat()}",
        payload={"ids": [str(i) for i in ids]},
        now=now,
    )

    def now_or_later() -> None:
        for ident in ids:
            keys.forget(ident)

    transaction.on_commit(now_or_later)
    noting().detail["shredded"] = len(ids)
