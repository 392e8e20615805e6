"""A corrected file while the first is in use: asked for or offered, judged like the first, replacing it."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from lianxun.exchange import rules
from lianxun.exchange.common import REQUESTS, provider_of, say, start_clock
from lianxun.exchange.enums import RequestState, StatementKind
from lianxun.exchange.models import InfoRequest
from lianxun.exchange.operations.answering import words
from lianxun.exchange.operations.delivering import take_in
from lianxun.exchange.standing import corrected
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.trace.door import operation
from lianxun.trace.rows import require

LONGEST_CORRECTION = 300


@operation("exchange.ask_correction")
def ask_correction(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, reason: str
) -> None:
    """The asking side found something wrong in data it already accepted; the supply clock runs anew.

    The data stays in use until a corrected file is accepted.
    """
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    text = words("reason", reason, "请写明需要更正的内容。")
    _in_use(row)
    say(row, StatementKind.CORRECTION, text, actor=actor, now=now)
    start_clock(row, "DT-EX-SUPPLY", provider_of(row), actor=actor, now=now)
    REQUESTS.save(row, correction="asked")


@operation("exchange.correct_delivery")
def correct_delivery(
    *,
    actor: Actor,
    now: datetime,
    request_id: UUID,
    revision: int,
    stream: BinaryIO,
    name: str,
    correction: str,
    declared_rows: int | None = None,
    declared_sha256: str = "",
    delivery_id: UUID | None = None,
) -> UUID:
    """The provider hands in a corrected file and says what it mends; refused whole like any delivery.

    Until it is accepted the first stays in use; then the first is closed and its key destroyed. ``delivery_id``:
    which of several files in use it mends.
    """
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_answer(actor, provider_path=row.provider.path))
    text = words("correction", correction, "请写明更正了什么。")
    if len(text) > LONGEST_CORRECTION:
        raise Invalid.at("correction", f"不超过 {LONGEST_CORRECTION} 字，现有 {len(text)} 字。")
    _in_use(row)
    first = corrected(row, delivery_id)
    if first is None:
        raise WrongState("没有正在使用的数据，不需要更正。")
    say(row, StatementKind.CORRECTION, text, actor=actor, now=now)
    return take_in(
        row,
        actor=actor,
        now=now,
        stream=stream,
        name=name,
        declared_rows=declared_rows,
        declared_sha256=declared_sha256,
        corrects=first,
        correction=text,
    )


def _in_use(row: InfoRequest) -> None:
    if row.state not in {s.value for s in rules.OPEN_FOR_CORRECTION}:
        raise WrongState(
            f"信息需求现为“{RequestState(row.state).label}”，只有使用中的数据可以更正。"
        )
