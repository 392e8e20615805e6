"""Compliance, the provider's answer, objection, refusal, withdrawal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.exchange import rules
from lianxun.exchange.common import (
    KIND,
    REPLY,
    REQUESTS,
    SUPPLY,
    cancel_clocks,
    owner_of,
    provider_of,
    say,
    serve_clocks,
    start_clock,
    stop_clocks,
)
from lianxun.exchange.enums import RefusalReason, RequestState, Rung, StatementKind
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.trace.door import operation
from lianxun.trace.rows import require

LONGEST_STATEMENT = 2000


def words(place: str, text: str, missing: str) -> str:
    """A statement a person must write; at most 2,000 characters, none of them lost."""
    text = text.strip()
    if not text:
        raise Invalid.at(place, missing)
    if len(text) > LONGEST_STATEMENT:
        raise Invalid.at(place, f"不超过 {LONGEST_STATEMENT} 字，现有 {len(text)} 字。")
    return text


@operation("exchange.check_request")
def check_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, passes: bool, note: str = ""
) -> None:
    """Compliance says yes (the request is served on the provider and its clocks start) or sends it back."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_check(actor, drafted_by=row.drafted_by_id))
    row.checked_by_id = actor.account_id
    if not passes:
        row.answer = say(
            row,
            StatementKind.CHECK,
            words("note", note, "退回修改须写明意见。"),
            actor=actor,
            now=now,
        )
        REQUESTS.move(row, RequestState.DRAFT, "checked_by", "answer")
        stop_clocks(row, "DT-EX-CHECK", actor=actor, now=now)
        return
    row.addressee_unit, row.addressee_path = row.provider_id, row.provider.path
    row.sent_at = now
    REQUESTS.move(
        row, RequestState.SENT, "checked_by", "addressee_unit", "addressee_path", "sent_at"
    )
    stop_clocks(row, "DT-EX-CHECK", actor=actor, now=now)
    serve_clocks(row, actor=actor, now=now)


@operation("exchange.accept_request")
def accept_request(*, actor: Actor, now: datetime, request_id: UUID, revision: int) -> None:
    """The provider agrees to supply."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_answer(actor, provider_path=row.provider.path))
    REQUESTS.move(row, RequestState.ACCEPTED)
    stop_clocks(row, "DT-EX-REPLY", actor=actor, now=now)


@operation("exchange.object_request")
def object_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, reason: str
) -> None:
    """The provider objects; 3 working days to talk it over."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_answer(actor, provider_path=row.provider.path))
    text = words("reason", reason, "请写明异议理由。")
    REQUESTS.move(row, RequestState.OBJECTED)
    row.answer = say(row, StatementKind.OBJECTION, text, actor=actor, now=now)
    row.save(update_fields=["answer"])
    stop_clocks(row, "DT-EX-REPLY", actor=actor, now=now)
    start_clock(row, "DT-EX-NEGOTIATE", owner_of(row), actor=actor, now=now)


@operation("exchange.settle_objection")
def settle_objection(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, outcome: str
) -> None:
    """The office writes down what was agreed and the request goes back to the provider."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_check(actor, drafted_by=row.drafted_by_id))
    text = words("outcome", outcome, "请写明协商结果。")
    REQUESTS.move(row, RequestState.SENT)
    row.answer = say(row, StatementKind.SETTLEMENT, text, actor=actor, now=now)
    row.save(update_fields=["answer"])
    stop_clocks(row, "DT-EX-NEGOTIATE", actor=actor, now=now)
    if not row.urgent:
        start_clock(row, "DT-EX-REPLY", provider_of(row), actor=actor, now=now)


@operation("exchange.refuse_request")
def refuse_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, ground: str, reason: str
) -> None:
    """The provider refuses on one of the listed grounds, with reasons (不予提供理由书).

    Once: after a ruling that it must be supplied there is nothing left to refuse.
    """
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_refuse(actor, provider_path=row.provider.path, rung=row.rung))
    errors = []
    if ground not in RefusalReason.values:
        errors.append(FieldError("ground", "请选择不予提供的事由。"))
    if not reason.strip():
        errors.append(FieldError("reason", "请写明不予提供的理由。"))
    if errors:
        raise Invalid(*errors)
    text = words("reason", reason, "")
    row.refusal, row.answer, row.rung = ground, text[:500], Rung.PROVIDER
    REQUESTS.move(row, RequestState.REFUSED, "refusal", "answer", "rung", ground=ground)
    say(row, StatementKind.REFUSAL, text, actor=actor, now=now)
    stop_clocks(row, *REPLY, *SUPPLY, actor=actor, now=now)


@operation("exchange.withdraw_request")
def withdraw_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, reason: str
) -> None:
    """The asking side takes it back before anything was delivered."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    text = words("reason", reason, "请写明撤回理由。")
    REQUESTS.move(row, RequestState.WITHDRAWN)
    say(row, StatementKind.WITHDRAWAL, text, actor=actor, now=now)
    cancel_clocks(KIND, row.id, actor=actor, now=now, reason=text[:200])
