"""Who may do what with a meeting and its decisions. Pure: actor and facts in, a decision out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxun.coordination.enums import DecisionState, LineState, MeetingState
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied

ROOM = "coordination"
RUNS = "只有召集机构的负责人、协调人员和本级联络员办公室可以办理会议。"


@dataclass(frozen=True, slots=True)
class Facts:
    """``seen``: how many items of the agenda the actor sees, ``items``: how many it has."""

    state: str
    body_path: str
    region: int
    minuted_by: UUID | None = None
    items: int = 0
    seen: int = 0
    inquiry: bool = False
    invited: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Promise:
    """A decision as the rules see it."""

    state: str
    unit_id: UUID
    unit_path: str
    reported_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of the year's plan as the rules see it."""

    state: str
    unit_path: str
    body_path: str
    region: int
    reported_by: UUID | None = None


def may_run(actor: Actor, *, body_path: str, region: int) -> Decision:
    """Leaders and coordinators of the body, and the office's coordinator for the bodies of its region."""
    if ROOM not in actor.duties:
        return Denied(RUNS, "COO-RUN")
    if actor.unit_path.startswith(body_path) and actor.has_role("leader", "coordinator"):
        return Allowed("COO-RUN")
    low, high = actor.region
    if actor.has_role("coordinator") and low <= region <= high:
        return Allowed("COO-RUN")
    return Denied(RUNS, "COO-RUN")


def _runs(actor: Actor, facts: Facts) -> Decision:
    return may_run(actor, body_path=facts.body_path, region=facts.region)


def may_prepare(actor: Actor, facts: Facts) -> Decision:
    """Invite, add to the agenda, cancel: until the meeting was held."""
    runs = _runs(actor, facts)
    if runs and facts.state != MeetingState.CONVENED:
        return Denied("会议已经召开或取消，不能再改通知。", "COO-STATE")
    return runs


def may_record(actor: Actor, facts: Facts) -> Decision:
    """Whoever has to step aside from an item does not write its minutes, nor those of the meeting."""
    runs = _runs(actor, facts)
    if not runs:
        return runs
    if facts.state not in (MeetingState.CONVENED, MeetingState.RETURNED):
        return Denied("纪要已经提交，确认人退回后才能修改。", "COO-STATE")
    if facts.seen < facts.items:
        return Denied("本次会议有您须回避的议题，纪要请由他人记录。", "COO-ASIDE")
    return runs


def may_decide(actor: Actor, facts: Facts) -> Decision:
    """Put down what was decided: until the minutes are confirmed."""
    runs = _runs(actor, facts)
    if runs and facts.state in (MeetingState.CLOSED, MeetingState.CANCELLED):
        return Denied("纪要已经确认或会议已取消，不能再增减议定事项。", "COO-STATE")
    return runs


def may_confirm(actor: Actor, facts: Facts) -> Decision:
    """Somebody of the body or the office who did not write the minutes and sees all of them."""
    runs = _runs(actor, facts)
    if not runs:
        return runs
    if facts.state != MeetingState.HELD:
        return Denied("没有等待确认的纪要。", "COO-STATE")
    if actor.account_id == facts.minuted_by:
        return Denied("纪要由记录人以外的人确认，请另一名同志办理。", "COO-CONFIRM")
    if facts.seen < facts.items:
        return Denied("本次会议有您须回避的议题，纪要请由他人确认。", "COO-ASIDE")
    return Allowed("COO-CONFIRM")


def may_opine(actor: Actor, facts: Facts) -> Decision:
    """Somebody of a unit that was asked says what his unit thinks, until the minutes are written."""
    if ROOM not in actor.duties or not facts.inquiry or actor.unit_id not in facts.invited:
        return Denied("只有参加联合研判的单位可以填写研判意见。", "COO-OPINE")
    if facts.state not in (MeetingState.CONVENED, MeetingState.RETURNED):
        return Denied("研判纪要已经提交，不能再填写意见。", "COO-STATE")
    return Allowed("COO-OPINE")


def may_report(actor: Actor, promise: Promise) -> Decision:
    """The unit that answers for it says what was done."""
    if ROOM not in actor.duties or actor.unit_id != promise.unit_id:
        return Denied("只有责任单位可以报告完成情况。", "COO-REPORT")
    if promise.state != DecisionState.OPEN:
        return Denied("该议定事项现在不能报告。", "COO-STATE")
    return Allowed("COO-REPORT")


def may_check(actor: Actor, promise: Promise, *, body_path: str, region: int) -> Decision:
    """The body or its office checks what another unit reported, or another person what the body itself did."""
    runs = may_run(actor, body_path=body_path, region=region)
    if not runs:
        return runs
    if promise.state != DecisionState.REPORTED:
        return Denied("没有等待核验的完成情况。", "COO-STATE")
    if actor.account_id == promise.reported_by:
        return Denied("完成情况由报告人以外的人核验，请另一名同志办理。", "COO-CHECK")
    return Allowed("COO-CHECK")


def may_report_line(actor: Actor, facts: LineFacts) -> Decision:
    """The unit that answers; for a body of the tier also whoever runs it."""
    own = ROOM in actor.duties and actor.in_own_unit(facts.unit_path)
    of_body = facts.unit_path.startswith(facts.body_path) and may_run(
        actor, body_path=facts.body_path, region=facts.region
    )
    if not (own or of_body):
        return Denied("只有责任单位可以报告完成情况。", "COO-REPORT")
    if facts.state != LineState.OPEN:
        return Denied("该事项现在不能报告。", "COO-STATE")
    return Allowed("COO-REPORT")


def may_strike_line(actor: Actor, facts: LineFacts) -> Decision:
    """The office or the committee strikes off what somebody else reported."""
    runs = may_run(actor, body_path=facts.body_path, region=facts.region)
    if not runs:
        return runs
    if facts.state != LineState.REPORTED:
        return Denied("没有等待销号的完成情况。", "COO-STATE")
    if actor.account_id == facts.reported_by:
        return Denied("报告完成的人不能自己销号，请另一名同志办理。", "COO-CHECK")
    return Allowed("COO-CHECK")


def permitted(actor: Actor, facts: Facts) -> frozenset[str]:
    """Names of the acts to offer on the meeting's page."""
    acts = {
        "invite": may_prepare(actor, facts),
        "item": may_prepare(actor, facts),
        "cancel": may_prepare(actor, facts),
        "record": may_record(actor, facts),
        "opinion": may_opine(actor, facts),
        "decision": may_decide(actor, facts),
        "confirm": may_confirm(actor, facts),
        "return": may_confirm(actor, facts),
    }
    found = {name for name, decision in acts.items() if decision}
    if facts.inquiry:
        found.discard("item")
    return frozenset(found if facts.items else found - {"record", "decision"})


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter (1–4) of a day."""
    return day.year, (day.month + 2) // 3
