"""The ladder of a refusal: negotiation → committee → leading group (SM-3, domain.md §3).

Each rung is climbed once. A ruling that it must be supplied sends the request back to the provider with
fresh clocks and no second refusal; a ruling that the refusal stands may be taken one rung higher.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.approvals import steps as approvals
from lianxun.exchange import rules
from lianxun.exchange.common import (
    KIND,
    REQUESTS,
    owner_of,
    say,
    serve_clocks,
    start_clock,
    stop_clocks,
)
from lianxun.exchange.enums import RefusalReason, RequestState, Rung, StatementKind
from lianxun.exchange.models import InfoRequest
from lianxun.exchange.operations.answering import words
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.queries import body_above
from lianxun.trace.door import operation
from lianxun.trace.rows import require

RULING = "exchange.refusal"
_BODIES = {Rung.COMMITTEE: UnitKind.COMMITTEE, Rung.GROUP: UnitKind.LEADING_GROUP}


@operation("exchange.contest_refusal")
def contest_refusal(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, reason: str
) -> None:
    """The asking side does not accept the refusal: the office negotiates within 3 working days."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    text = words("reason", reason, "请写明不同意的理由。")
    if row.rung != Rung.PROVIDER:
        raise WrongState("该需求的不予提供已经协商或裁定过，请按程序提请上一级裁定。")
    row.rung = Rung.NEGOTIATION
    REQUESTS.move(row, RequestState.NEGOTIATING, "rung")
    say(row, StatementKind.CONTEST, text, actor=actor, now=now)
    start_clock(row, "DT-EX-NEGOTIATE", owner_of(row), actor=actor, now=now)


@operation("exchange.settle_refusal")
def settle_refusal(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, result: str, outcome: str
) -> None:
    """What negotiation came to: ``supply``, ``stands``, or ``committee`` (brought before the committee)."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_check(actor, drafted_by=row.drafted_by_id))
    text = words("outcome", outcome, "请写明协商情况和结果。")
    if result not in ("supply", "stands", "committee"):
        raise Invalid.at("result", "请选择协商结果。")
    if result == "committee":
        _bring(row, Rung.COMMITTEE, RequestState.AT_COMMITTEE, text, actor=actor, now=now)
    elif result == "supply":
        REQUESTS.move(row, RequestState.SENT)
        serve_clocks(row, actor=actor, now=now)
    else:
        REQUESTS.move(row, RequestState.REFUSED)
    row.answer = say(row, StatementKind.SETTLEMENT, text, actor=actor, now=now)
    row.save(update_fields=["answer"])
    stop_clocks(row, "DT-EX-NEGOTIATE", actor=actor, now=now)


@operation("exchange.appeal_refusal")
def appeal_refusal(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, reason: str
) -> None:
    """The committee upheld the refusal; the office brings it before the leading group, the last rung."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_escalate(actor, owner_path=row.owner_path, engagement=row.engagement))
    text = words("reason", reason, "请写明提请领导小组裁定的理由。")
    if row.rung != Rung.COMMITTEE:
        raise WrongState("只有委员会裁定不予提供成立的，才能提请领导小组裁定。")
    _bring(row, Rung.GROUP, RequestState.AT_GROUP, text, actor=actor, now=now)
    say(row, StatementKind.CONTEST, text, actor=actor, now=now)


def _bring(
    row: InfoRequest, rung: Rung, to: RequestState, text: str, *, actor: Actor, now: datetime
) -> None:
    body = body_above(_BODIES[rung], path=row.owner_path)
    ground = RefusalReason(row.refusal).label if row.refusal else ""
    row.rung = rung
    REQUESTS.move(row, to, "rung")
    approvals.propose(
        actor=actor,
        now=now,
        code=RULING,
        object_kind=KIND,
        object_id=row.id,
        title=f"关于 {row.number} 不予提供信息的裁定：同意即应当提供",
        summary=(
            f"{row.provider.short_name}以“{ground}”为由不予提供。\n"
            f"提供单位理由：{row.answer}\n提请意见：{text}"
        )[:2000],
        body_id=body.id,
        labels=Labels.of(row),
        facts={"rung": int(rung)},
    )


def ruled(
    row: InfoRequest, *, supply: bool, rung: int, comment: str, actor: Actor, now: datetime
) -> None:
    """A body ruled (handler of ``approvals.decided``): supply after all, or the refusal stands."""
    if row.state not in (RequestState.AT_COMMITTEE, RequestState.AT_GROUP) or row.rung != rung:
        return
    body = Rung(rung).label
    said = comment.strip() or ("应当提供。" if supply else "不予提供的理由成立。")
    row.answer = say(row, StatementKind.RULING, f"{body}：{said}", actor=actor, now=now)
    REQUESTS.move(row, RequestState.SENT if supply else RequestState.REFUSED, "answer", rung=rung)
    if supply:
        serve_clocks(row, actor=actor, now=now)
