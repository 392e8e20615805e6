"""A look-back that was asked for goes into a round, or is declined with a reason (SM-7, R-4.2-7, R-5.4-5)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.duties import steps as duties
from lianxun.inspection import rules
from lianxun.inspection.common import ASK_KIND, ASKS, body_of, require
from lianxun.inspection.enums import AskState, Kind
from lianxun.inspection.models import LookBackAsk
from lianxun.inspection.operations.rounds import put_on_list
from lianxun.inspection.steps import ASK_CLOCK
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.trace.door import operation


@operation("inspection.take_look_back")
def take_look_back(
    *,
    actor: Actor,
    now: datetime,
    ask_id: UUID,
    revision: int,
    round_id: UUID,
    profile: str,
    entry_on: date,
    on_site_end_on: date,
) -> UUID:
    """Put the look-back on the list of a round that is still a draft; the leading group approves it with the
    round. Returns the engagement's id."""
    ask = _pending(ask_id, revision)
    require(rules.may_prepare(actor, rules.Facts(ask.state, ask.owner_path)))
    task = put_on_list(
        actor=actor,
        now=now,
        round_id=round_id,
        unit_id=ask.first.unit_id,
        kind=Kind.LOOK_BACK,
        profile=profile,
        entry_on=entry_on,
        on_site_end_on=on_site_end_on,
        look_back_of=ask.first_id,
    )
    ask.task, ask.decided_by_id, ask.decided_on = task, actor.account_id, now.date()
    ASKS.move(ask, AskState.TAKEN, "task", "decided_by", "decided_on", task=str(task.id))
    _answered(ask, actor=actor, now=now)
    return task.id


@operation("inspection.decline_look_back")
def decline_look_back(
    *, actor: Actor, now: datetime, ask_id: UUID, revision: int, reason: str
) -> None:
    """A leader of the leading group decides, with a reason, that there will be no look-back."""
    ask = _pending(ask_id, revision)
    body = body_of(ask.first, UnitKind.LEADING_GROUP)
    require(rules.may_decline_look_back(actor, body_path=body.path, asked_by=ask.asked_by_id))
    if len(reason.strip()) < 5:
        raise Invalid.at("reason", "请写明不予安排的理由（不少于 5 个字）。")
    ask.answer = fitting("reason", reason, 500)
    ask.decided_by_id, ask.decided_on = actor.account_id, now.date()
    ASKS.move(ask, AskState.DECLINED, "answer", "decided_by", "decided_on")
    _answered(ask, actor=actor, now=now)


def _pending(ask_id: UUID, revision: int) -> LookBackAsk:
    ask: LookBackAsk = ASKS.lock(ask_id, revision)
    if ask.state != AskState.PENDING:
        raise WrongState(f"这项提请{AskState(ask.state).label}，不能再次办理。")
    return ask


def _answered(ask: LookBackAsk, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(
        actor=actor, now=now, template_code=ASK_CLOCK, object_kind=ASK_KIND, object_id=ask.id
    )
