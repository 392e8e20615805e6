"""Requests whose use has ended: listed for two people to destroy, so that no key outlives its purpose.

SM-3 (domain.md): 使用中 → 已到期 → 已销毁, with a record. Whoever ends the use records it by hand
(``end_use``); what nobody recorded comes onto a 销毁清册 by itself. The data key goes with the act, the
sealed bytes after it; the request, its statements and the manifest's digests stay (网络数据安全管理条例:
records of provision for three years and more).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q

from lianxun.documents import steps as documents
from lianxun.documents.keepers import Expired, Gone, Keeper, Kept, register
from lianxun.documents.retention import periods
from lianxun.exchange.common import KIND, REQUESTS, cancel_clocks, say
from lianxun.exchange.enums import DeliveryState, RequestState, StatementKind
from lianxun.exchange.models import InfoRequest
from lianxun.exchange.operations.ending import destroy_deliveries
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import canonical, digest
from lianxun.kernel.problems import NotFound

NOUN = "共享数据"
RETENTION = "随使用期限"
BASIS = "信息需求的使用期限届满或任务归档，停止使用并销毁数据（SM-3）"
RECORD = "使用期满，经审核、监销，销毁数据密钥和密文。"
AT_ONCE = 500
_IN_HAND = (RequestState.IN_USE, RequestState.EXPIRED)


def expired(by: date, decided: Q) -> list[Expired]:
    """Requests whose use ended, or whose last agreed day of use passes before ``by``."""
    accepted = Q(deliveries__state=DeliveryState.ACCEPTED)
    rows = (
        InfoRequest.objects.exclude(decided)
        .annotate(last_day=Max("deliveries__expires_on", filter=accepted))
        .filter(Q(state=RequestState.EXPIRED) | Q(state=RequestState.IN_USE, last_day__lt=by))
        .order_by("created_at", "id")[:AT_ONCE]
    )
    today = by - timedelta(days=periods().listed_days_before)
    return [
        Expired(
            object_id=row.id,
            object_kind=KIND,
            number=row.number,
            labels=Labels.of(row),
            retention=RETENTION,
            expired_on=_ended_on(row.state, row.last_day, today),
            basis=BASIS,
        )
        for row in rows
    ]


def _ended_on(state: str, last_day: date | None, today: date) -> date:
    """The first day on which nobody may use the data any more; an archived task's data: today at the latest."""
    agreed = last_day + timedelta(days=1) if last_day else today
    return min(agreed, today) if state == RequestState.EXPIRED else agreed


def find(request_id: UUID) -> Kept | None:
    """A request with data that are not destroyed."""
    row = InfoRequest.objects.filter(id=request_id).exclude(state=RequestState.DESTROYED).first()
    if row is None or not row.deliveries.exclude(state=DeliveryState.DESTROYED).exists():
        return None
    return Kept(object_id=row.id, object_kind=KIND, number=row.number, labels=Labels.of(row))


def destroy(*, actor: Actor, now: datetime, object_id: UUID) -> Gone:
    """Keys with the act, bytes after it; what was asked, said and promised stays."""
    row = REQUESTS.lock(object_id)
    if row.state not in _IN_HAND:
        raise NotFound
    deliveries = list(row.deliveries.order_by("id"))
    left = digest(canonical({"number": row.number, "files": [d.sha256 for d in deliveries]}))
    if row.state == RequestState.IN_USE:
        REQUESTS.move(row, RequestState.EXPIRED)
    row.answer = RECORD
    REQUESTS.move(row, RequestState.DESTROYED, "answer")
    say(row, StatementKind.DESTRUCTION, RECORD, actor=actor, now=now)
    destroy_deliveries(row, now=now)
    cancel_clocks(KIND, row.id, actor=actor, now=now, reason="数据已销毁")
    return Gone(left.hex(), documents.destroy_files(now=now, object_kind=KIND, object_id=row.id))


register(Keeper(name=KIND, noun=NOUN, expired=expired, find=find, destroy=destroy))
