"""Who may do what in an engagement, and what each stage asks for. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from lianxun.inspection.enums import FORWARD, PaperState, SeatState, State, TeamGroup, TeamRole
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied


@dataclass(frozen=True, slots=True)
class SeatFacts:
    account: UUID
    role: str
    group: str
    state: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules of an engagement read."""

    state: str
    owner_path: str
    seats: tuple[SeatFacts, ...] = ()

    def seat_of(self, actor: Actor, group: str = TeamGroup.ON_SITE) -> SeatFacts | None:
        return next(
            (
                s
                for s in self.seats
                if s.account == actor.account_id
                and s.group == group
                and s.state == SeatState.CONFIRMED
            ),
            None,
        )


def may_prepare(actor: Actor, facts: Facts) -> Decision:
    """Rounds, teams, lists and plans are prepared by the office that owns the engagement."""
    if not actor.has_role("coordinator") or "inspection" not in actor.duties:
        return Denied("只有巡视办协调人员可以办理。", "INS-OFFICE")
    if not actor.in_own_unit(facts.owner_path):
        return Denied("只有承办该任务的巡视办可以办理。", "INS-OFFICE")
    return Allowed("INS-OFFICE")


def may_work(actor: Actor, facts: Facts) -> Decision:
    """Papers and findings are written by confirmed members of the on-site team."""
    if facts.seat_of(actor) is None:
        return Denied("只有本任务巡视组的成员可以办理。", "INS-TEAM")
    return Allowed("INS-TEAM")


def may_enter_site(actor: Actor, facts: Facts) -> Decision:
    """Entry and the end on site are declared by the head of the team."""
    seat = facts.seat_of(actor)
    if seat is None or seat.role != TeamRole.HEAD:
        return Denied("进驻和结束驻点由巡视组组长宣布。", "INS-HEAD")
    return Allowed("INS-HEAD")


_BY_HEAD = frozenset({State.ON_SITE, State.REPORTING})


def may_advance(actor: Actor, facts: Facts, to: State) -> Decision:
    """Who declares a stage: the head for entry and reporting, the office for the rest; bodies decide
    what ``approvals`` brings before them."""
    if (facts.state, to) not in {(a.value, b.value) for a, b in FORWARD}:
        return Denied(
            f"“{State(facts.state).label}”之后不能直接进入“{to.label}”。", "INS-TRANSITION"
        )
    if to in (State.APPROVED, State.EXTENDED, State.DECIDED):
        return Denied("该步骤须由领导小组决定，请提请审批。", "INS-BODY")
    return may_enter_site(actor, facts) if to in _BY_HEAD else may_prepare(actor, facts)


def missing_for(
    to: State,
    *,
    open_gates: Collection[str],
    has_minutes: bool,
    has_approved_plan: bool,
    has_head: bool,
    unsigned_papers: int,
) -> tuple[str, ...]:
    """What still stands between the engagement and stage ``to``, as sentences for the person."""
    missing = [f"关口清单 {code} 尚未通过" for code in sorted(open_gates)]
    if to == State.PREPARED:
        if not has_minutes:
            missing.append("尚未登记信息会商纪要")
        if not has_approved_plan:
            missing.append("协作方案尚未批准")
        if not has_head:
            missing.append("尚未确认巡视组组长")
    if to == State.REPORTING and unsigned_papers:
        missing.append(f"还有 {unsigned_papers} 份问题底稿未完成三级签字")
    return tuple(missing)


_NEXT_PLACE = {
    PaperState.DRAFT: PaperState.SIGNED_AUTHOR,
    PaperState.SIGNED_AUTHOR: PaperState.SIGNED_DEPUTY,
    PaperState.SIGNED_DEPUTY: PaperState.SIGNED_HEAD,
}


def next_place(state: str) -> PaperState | None:
    return _NEXT_PLACE.get(PaperState(state))


def may_sign(
    actor: Actor, facts: Facts, *, place: PaperState, signed_by: Collection[UUID]
) -> Decision:
    """Author, deputy, head: each by the right seat, three different people."""
    seat = facts.seat_of(actor)
    if seat is None:
        return Denied("只有本任务巡视组的成员可以签字。", "INS-TEAM")
    if actor.account_id in signed_by:
        return Denied("三级签字必须由三个人完成，本人已在前一环节签字。", "INS-THREE")
    if place == PaperState.SIGNED_DEPUTY and seat.role != TeamRole.DEPUTY:
        return Denied("该环节由副组长签字。", "INS-DEPUTY")
    if place == PaperState.SIGNED_HEAD and seat.role != TeamRole.HEAD:
        return Denied("该环节由组长签字。", "INS-HEAD")
    return Allowed("INS-THREE")
