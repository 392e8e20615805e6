"""The unit receives the letter and answers item by item; the group looks on site; lifted when all is sound
(R-4.2-6, R-5.4-5; domain.md §3 SM-6)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.common import require, words
from lianxun.rectification.enums import SupervisionState, Verdict
from lianxun.rectification.models import Reply, SiteFinding, Supervised, Supervision
from lianxun.rectification.supervision import (
    NOT_LOOKED,
    PLEDGE,
    REPLY,
    SITE,
    SUPERVISIONS,
    facts_of,
    in_force,
    let_out,
    may_lift,
    own_labels,
    stop,
)
from lianxun.trace.door import operation

_ANSWERING = (SupervisionState.NOTICE, SupervisionState.RESPONDING)


@operation("rectification.receive_notice")
def receive_notice(*, actor: Actor, now: datetime, supervision_id: UUID, revision: int) -> None:
    """The unit signs for the letter."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_answer_supervision(actor, facts_of(row, now.date())))
    _receive(row, actor=actor, now=now)


def _receive(row: Supervision, *, actor: Actor, now: datetime) -> None:
    row.received_by, row.received_at = actor.name[:40], now
    SUPERVISIONS.move(row, SupervisionState.RESPONDING, "received_by", "received_at")


@operation("rectification.reply_supervision")
def reply_supervision(
    *,
    actor: Actor,
    now: datetime,
    supervision_id: UUID,
    revision: int,
    listed_id: UUID,
    text: str,
) -> UUID:
    """Answer for one item of the list, once in a turn; with the last one the joint check begins."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_answer_supervision(actor, facts_of(row, now.date())))
    said = words("text", text, "请逐项写明整改情况、原因和下一步措施。")
    if row.state not in _ANSWERING:
        raise WrongState("现在不是答复阶段。")
    listed = row.listed.select_for_update().filter(id=listed_id).first()
    if listed is None:
        raise Invalid.at("listed_id", "请选择督办清单上的事项。")
    if listed.answered_turn >= row.turn:
        raise Invalid.at("listed_id", f"{listed.number} 本次已经答复，请选择其他事项。")
    made = Reply.objects.create(
        created_at=now,
        supervised=listed,
        supervision=row,
        turn=row.turn,
        text=said,
        account_id=actor.account_id,
        name=actor.name[:40],
        **Labels.of(row).columns(),
    )
    listed.answered_turn = row.turn
    listed.revision += 1
    listed.save(update_fields=["answered_turn", "revision"])
    if row.state == SupervisionState.NOTICE:  # who answers has it
        _receive(row, actor=actor, now=now)
    else:
        SUPERVISIONS.save(row, reply=str(made.id))
    if not row.listed.filter(answered_turn__lt=row.turn).exists():
        stop(row, REPLY, PLEDGE, actor=actor, now=now)
        SUPERVISIONS.move(row, SupervisionState.ON_SITE, turn=row.turn)
    return made.id


@operation("rectification.look_on_site")
def look_on_site(*, actor: Actor, now: datetime, supervision_id: UUID, revision: int) -> None:
    """The days for the answer are over: the group looks all the same. The late clock stays late in the books."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_issue(actor))
    if row.state not in _ANSWERING:
        raise WrongState("现在不是答复阶段。")
    if row.due_on is None or now.date() <= row.due_on:
        raise WrongState(f"答复期限（{row.due_on:%Y年%m月%d日}）未满，请等待被督办单位答复。")
    stop(row, REPLY, PLEDGE, actor=actor, now=now)
    SUPERVISIONS.move(row, SupervisionState.ON_SITE, turn=row.turn)


@operation("rectification.find_on_site")
def find_on_site(
    *,
    actor: Actor,
    now: datetime,
    supervision_id: UUID,
    revision: int,
    listed_id: UUID,
    verdict: str,
    finding: str,
    visited_on: date,
) -> UUID:
    """What somebody of the group found on site about one item: once for each unit in a turn, never by the unit
    that answered."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_find(actor, facts_of(row, now.date())))
    if row.state != SupervisionState.ON_SITE:
        raise WrongState("现在不是联合核查阶段。")
    listed = row.listed.filter(id=listed_id).first()
    said = words("finding", finding, "请写明核查情况。", most=500)
    errors = []
    if listed is None:
        errors.append(FieldError("listed_id", "请选择督办清单上的事项。"))
    if verdict not in Verdict.values:
        errors.append(FieldError("verdict", "请选择核查结论。"))
    if not (row.notice_on or now.date()) <= visited_on <= now.date():
        errors.append(FieldError("visited_on", "核查日期须在发出通知书之后，且不晚于今天。"))
    if errors or listed is None:
        raise Invalid(*errors)
    mine = listed.findings.filter(turn=row.turn, unit_id=actor.unit_id)
    if mine.exists():
        raise Invalid.at("listed_id", f"本单位已对 {listed.number} 作出核查结论。")
    reply = listed.replies.filter(turn=row.turn).first()
    made = SiteFinding.objects.create(
        created_at=now,
        supervised=listed,
        supervision=row,
        turn=row.turn,
        unit_id=actor.unit_id,
        unit_name=Unit.objects.get(id=actor.unit_id).short_name,
        account_id=actor.account_id,
        name=actor.name[:40],
        answered_by_id=reply.account_id if reply else None,
        verdict=verdict,
        finding=said,
        visited_on=visited_on,
        **own_labels(row, actor),
    )
    SUPERVISIONS.save(row, verdict=verdict, finding=str(made.id))
    if not _left_for(row, actor.unit_id):
        stop(row, SITE, actor=actor, now=now, unit=actor.unit_id)
    return made.id


def _left_for(row: Supervision, unit: UUID) -> bool:
    """Whether a unit has still items to look at in this turn."""
    done = SiteFinding.objects.filter(supervision=row, turn=row.turn, unit_id=unit)
    return (
        Supervised.objects.filter(supervision=row)
        .exclude(id__in=done.values("supervised_id"))
        .exists()
    )


@operation("rectification.lift_supervision")
def lift_supervision(
    *, actor: Actor, now: datetime, supervision_id: UUID, revision: int, result: str
) -> None:
    """Everything on the list was found sound by two units: lifted, by somebody who found nothing himself. The
    items go their ordinary way on; the group sees nothing of them any more."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    facts = facts_of(row, now.date())
    require(rules.may_conclude_supervision(actor, facts))
    said = words("result", result, "请写明督办结果。", most=1000)
    if row.state != SupervisionState.ON_SITE:
        raise WrongState("联合核查之后才能解除督办。")
    if not facts.looked:
        raise WrongState(NOT_LOOKED)
    if not facts.sound:
        raise WrongState("核查发现整改不到位或虚假整改的，不能解除，请按阶梯升级。")
    if not may_lift(row, actor.account_id):  # of what he may not know he learns no more
        raise WrongState(NOT_LOOKED)
    row.result, row.concluded_by_id, row.lifted_on = said, actor.account_id, now.date()
    SUPERVISIONS.move(row, SupervisionState.LIFTED, "result", "concluded_by", "lifted_on")
    row.listed.update(open=False)
    stop(row, SITE, actor=actor, now=now)
    for member in in_force(row, now.date()):
        let_out(row, member, actor=actor, now=now)
