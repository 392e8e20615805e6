"""Up the ladder when a joint supervision found what was not put right: 约谈, 通报, 问责建议, 提请“回头看”; and the
unit answers anew (R-5.3-8, R-5.4-5; domain.md §3 SM-6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.duties import steps as duties
from lianxun.fabric.labels import Labels
from lianxun.inspection import steps as inspection
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.rectification import rules, supervising
from lianxun.rectification.common import require, words
from lianxun.rectification.enums import Interviewer, Rung, SupervisionState
from lianxun.rectification.models import Escalation, Supervision
from lianxun.rectification.papers_supervision import rung_document
from lianxun.rectification.supervision import (
    KIND,
    NOT_LOOKED,
    PLEDGE,
    REPLY,
    SITE,
    SUPERVISIONS,
    clock,
    facts_of,
    print_letter,
    responsible,
    site_clocks,
    stop,
    subject,
    unserved,
)
from lianxun.trace.door import operation

_SERIES = {
    Rung.INTERVIEW: "约谈",
    Rung.CIRCULAR: "督通",
    Rung.ACCOUNTABILITY: "问建",
    Rung.LOOK_BACK: "回看",
}


@operation("rectification.interview_head")
def interview_head(
    *,
    actor: Actor,
    now: datetime,
    supervision_id: UUID,
    revision: int,
    interviewer_as: str,
    interviewer: str,
    interviewee: str,
    held_on: date,
    place: str,
    demand: str,
    pledge: str,
    pledge_due_on: date,
) -> UUID:
    """The record of an interview (约谈记录): who called in whom, when and where, what was pointed out, what was
    promised by when. The first rung; the promise is a clock of the unit."""
    row = _climbing(supervision_id, revision, Rung.INTERVIEW, actor=actor, now=now)
    errors = []
    if interviewer_as not in Interviewer.values:
        errors.append(FieldError("interviewer_as", "请选择约谈人身份。"))
    if pledge_due_on <= now.date():
        errors.append(FieldError("pledge_due_on", "承诺期限须晚于今天。"))
    for name, value, missing in (
        ("interviewer", interviewer, "请填写约谈人（职务和姓名）。"),
        ("interviewee", interviewee, "请填写被约谈人（职务和姓名）。"),
        ("place", place, "请填写约谈地点。"),
        ("pledge", pledge, "请写明整改承诺。"),
    ):
        if not value.strip():
            errors.append(FieldError(name, missing))
    if errors:
        raise Invalid(*errors)
    found = _climb(
        row,
        Rung.INTERVIEW,
        demand=demand,
        held_on=held_on,
        actor=actor,
        now=now,
        interviewer_as=interviewer_as,
        interviewer=fitting("interviewer", interviewer, 60),
        interviewee=fitting("interviewee", interviewee, 60),
        place=fitting("place", place, 80),
        pledge=fitting("pledge", pledge, 1000),
        pledge_due_on=pledge_due_on,
    )
    clock(row, PLEDGE, responsible(subject(row)), actor=actor, now=now, due_on=pledge_due_on)
    return found.id


@operation("rectification.escalate_supervision")
def escalate_supervision(
    *,
    actor: Actor,
    now: datetime,
    supervision_id: UUID,
    revision: int,
    demand: str,
    held_on: date,
) -> UUID:
    """Take the next rung above the interview. The last one asks for a look-back: by letter, and as a request that
    the office puts into a round or the leading group declines (SM-7); the supervision has nothing above it. What
    was struck off and is found not to be sound is reopened by that finding, what is still open stays open."""
    row = _climbing(supervision_id, revision, None, actor=actor, now=now)
    step = supervising.rung_after(
        list(row.rungs.order_by("position").values_list("rung", flat=True))
    )
    assert step is not None
    found = _climb(row, Rung(step.code), demand=demand, held_on=held_on, actor=actor, now=now)
    if found.rung == Rung.LOOK_BACK:
        row.listed.update(open=False)
        duties.cancel(
            actor=actor,
            now=now,
            object_kind=KIND,
            object_id=row.id,
            reason="已提请开展“回头看”",
        )
        inspection.ask_look_back(
            actor=actor,
            now=now,
            engagement_id=row.engagement,
            cause_kind=KIND,
            cause_id=row.id,
            cause_number=row.number,
            items=list(row.listed.order_by("number").values_list("item", flat=True)),
            reason=found.demand,
            level=row.level,
        )
    return found.id


def _climbing(
    supervision_id: UUID, revision: int, rung: Rung | None, *, actor: Actor, now: datetime
) -> Supervision:
    """The supervision, if its next rung is ``rung`` (``None``: any above the interview)."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    facts = facts_of(row, now.date())
    require(rules.may_conclude_supervision(actor, facts))
    if row.state == SupervisionState.ON_SITE:
        if not facts.looked:
            raise WrongState(NOT_LOOKED)
        if facts.sound:
            raise WrongState("核查均为整改到位，应当解除督办，不能升级。")
    elif row.state != SupervisionState.ESCALATED:
        raise WrongState("联合核查之后才能升级。")
    if not facts.next_rung:
        raise WrongState("已到升级阶梯的最后一级。")
    label = Rung(facts.next_rung).label
    if (facts.next_rung == Rung.INTERVIEW) != (rung == Rung.INTERVIEW):
        raise WrongState(f"升级逐级进行，下一级是“{label}”。")
    return row


def _climb(
    row: Supervision,
    rung: Rung,
    *,
    demand: str,
    held_on: date,
    actor: Actor,
    now: datetime,
    **interview: Any,
) -> Escalation:
    said = words("demand", demand, "请写明指出的问题和要求。")
    if not (row.notice_on or now.date()) <= held_on <= now.date():
        raise Invalid.at("held_on", "日期须在发出通知书之后，且不晚于今天。")
    unit, owner = subject(row), Unit.objects.get(id=row.owner_unit)
    labels = unserved(row) if rung == Rung.ACCOUNTABILITY else Labels.of(row).columns()
    found = Escalation.objects.create(
        created_at=now,
        supervision=row,
        position=row.rungs.count() + 1,
        rung=rung,
        turn=row.turn,
        number=documents.next_number(
            unit_id=actor.unit_id, code=f"{_SERIES[rung]}{unit.code}", year=now.year
        ),
        held_on=held_on,
        demand=said,
        account_id=actor.account_id,
        name=actor.name[:40],
        **interview,
        **labels,
    )
    if row.state == SupervisionState.ESCALATED:
        SUPERVISIONS.save(row, rung=rung.value)
    else:
        row.concluded_by_id = actor.account_id
        SUPERVISIONS.move(row, SupervisionState.ESCALATED, "concluded_by", rung=rung.value)
        stop(row, SITE, actor=actor, now=now)
    print_letter(
        row,
        rung_document(row, found, owner, unit, now),
        Labels(**labels),
        actor=actor,
        now=now,
    )
    return found


@operation("rectification.ask_again")
def ask_again(
    *,
    actor: Actor,
    now: datetime,
    supervision_id: UUID,
    revision: int,
    due_on: date | None = None,
) -> None:
    """After a rung: the unit answers anew for every item, by a day (by rule 15 days); then the group looks again."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_issue(actor))
    if row.state != SupervisionState.ESCALATED or row.rungs.filter(rung=Rung.LOOK_BACK).exists():
        raise WrongState("采取措施之后、提请“回头看”之前才能要求再次答复。")
    if due_on is not None and due_on <= now.date():
        raise Invalid.at("due_on", "答复期限须晚于今天；不填的按规则计算。")
    row.turn += 1
    row.due_on = clock(row, REPLY, responsible(subject(row)), actor=actor, now=now, due_on=due_on)
    SUPERVISIONS.move(row, SupervisionState.RESPONDING, "turn", "due_on", turn=row.turn)
    site_clocks(row, actor=actor, now=now)
