"""Who may do what in an engagement, and what each stage asks for. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from lianxun.inspection.enums import (
    FORWARD,
    JointState,
    PaperState,
    SeatState,
    State,
    TeamGroup,
    TeamRole,
)
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied


@dataclass(frozen=True, slots=True)
class SeatFacts:
    account: UUID
    role: str
    group: str
    state: str
    home: UUID | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules of an engagement read."""

    state: str
    owner_path: str
    seats: tuple[SeatFacts, ...] = ()
    partners: tuple[UUID, ...] = ()

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

    def side_of(self, home: UUID | None) -> UUID | None:
        """The joint unit somebody comes from; ``None`` for the office and who was borrowed elsewhere."""
        return home if home in self.partners else None


def may_prepare(actor: Actor, facts: Facts) -> Decision:
    """Rounds, teams, lists and plans are prepared by the office that owns the engagement."""
    if not actor.has_role("coordinator") or "inspection" not in actor.duties:
        return Denied("只有巡视办协调人员可以办理。", "INS-OFFICE")
    if not actor.in_own_unit(facts.owner_path):
        return Denied("只有承办该任务的巡视办可以办理。", "INS-OFFICE")
    return Allowed("INS-OFFICE")


def may_report_phase(actor: Actor, *, unit_path: str, owner_path: str) -> Decision:
    """Who answers for an item reports it: people of that unit; for a body of the tier also the office."""
    if actor.in_own_unit(unit_path):
        return Allowed("INS-PHASE")
    if may_prepare(actor, Facts("", owner_path)):
        return Allowed("INS-PHASE")
    return Denied("由责任单位报告完成情况。", "INS-PHASE")


def may_strike_phase(actor: Actor, *, owner_path: str, reported_by: UUID | None) -> Decision:
    """The office strikes off; whoever reported does not."""
    if actor.account_id == reported_by:
        return Denied("报告完成的人不能自己销号或退回。", "INS-PHASE-CHECK")
    leads = actor.has_role("leader") and "inspection" in actor.duties
    if leads or may_prepare(actor, Facts("", owner_path)):
        return Allowed("INS-PHASE-CHECK")
    return Denied("由巡视办协调人员或领导小组成员核实后销号。", "INS-PHASE-CHECK")


def may_focus(actor: Actor, facts: Facts) -> Decision:
    """The office sets and adjusts the focus; during the work also the head of the team."""
    seat = facts.seat_of(actor)
    if seat is not None and seat.role == TeamRole.HEAD and facts.state in _ON_SITE:
        return Allowed("INS-FOCUS")
    if may_prepare(actor, facts):
        return Allowed("INS-FOCUS")
    return Denied("协作重点由巡视办确定，驻点期间组长也可以调整。", "INS-FOCUS")


def may_cross_check(actor: Actor, facts: Facts, *, state: str, author: UUID | None) -> Decision:
    """A confirmed member of the on-site team who comes from another side than the author (人员交叉核验).

    A side is a joint unit (联合单位), or the office with everybody else. ``author``: who signed first; ``None`` while nobody did.
    """
    own = facts.seat_of(actor)
    if own is None:
        return Denied("只有本任务巡视组的成员可以核验。", "INS-TEAM")
    if state not in (PaperState.SIGNED_AUTHOR, PaperState.SIGNED_DEPUTY):
        return Denied("承办人签字之后、组长签字之前可以交叉核验。", "INS-STATE")
    written = next(
        (s for s in facts.seats if s.account == author and s.group == TeamGroup.ON_SITE), None
    )
    if written is None or facts.side_of(own.home) == facts.side_of(written.home):
        return Denied("交叉核验由另一单位的组员办理：联合单位与巡视办互相核验。", "INS-CROSS")
    return Allowed("INS-CROSS")


@dataclass(frozen=True, slots=True)
class JointFacts:
    """A joint task as the rules read it. ``team`` has no seats for who does not see the engagement."""

    owner_path: str
    unit_path: str
    state: str
    submitted_by: UUID | None
    lead_accounts: frozenset[UUID]
    team: Facts


def may_direct_joint(actor: Actor, facts: Facts) -> Decision:
    """The committee's office or the head of the team plans, assigns, splits, hands on and closes."""
    seat = facts.seat_of(actor)
    if seat is not None and seat.role == TeamRole.HEAD:
        return Allowed("INS-JOINT")
    if may_prepare(actor, facts):
        return Allowed("INS-JOINT")
    return Denied("联合检查任务由巡视办或组长安排。", "INS-JOINT")


def may_accept_joint(actor: Actor, facts: JointFacts) -> Decision:
    """The unit's liaison officer or leader."""
    if not actor.in_own_unit(facts.unit_path) or not actor.has_role("liaison_officer", "leader"):
        return Denied("由承办单位的联络员或分管领导签收。", "INS-JOINT-ACCEPT")
    return Allowed("INS-JOINT-ACCEPT")


def may_work_joint(actor: Actor, facts: JointFacts) -> Decision:
    """The unit that answers and the members of the joint team, while the work goes on."""
    if not actor.in_own_unit(facts.unit_path) and facts.team.seat_of(actor) is None:
        return Denied("由承办单位和巡视组成员登记、提交。", "INS-JOINT-WORK")
    if facts.state not in (JointState.ACCEPTED, JointState.IN_PROGRESS):
        return Denied("任务签收之后、提交之前可以登记。", "INS-STATE")
    return Allowed("INS-JOINT-WORK")


def may_verify_joint(actor: Actor, facts: JointFacts) -> Decision:
    """Who directs the tasks; never whoever handed the result in, nor lead or deputy."""
    if actor.account_id == facts.submitted_by or actor.account_id in facts.lead_accounts:
        return Denied("检查结果由提交人和牵头人以外的人核验。", "INS-JOINT-CHECK")
    if facts.state != JointState.SUBMITTED:
        return Denied("没有等待核验的检查结果。", "INS-STATE")
    return may_direct_joint(actor, facts.team)


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
_ON_SITE = (State.ON_SITE, State.EXTENDED)


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
    partners_without_a_seat: Collection[str] = (),
    open_corroborations: int = 0,
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
        missing += [f"联合单位{name}还没有确认的组员" for name in partners_without_a_seat]
    if to == State.REPORTING and unsigned_papers:
        missing.append(f"还有 {unsigned_papers} 份问题底稿未完成三级签字")
    if to == State.REPORTING and open_corroborations:
        missing.append(f"还有 {open_corroborations} 份印证函未答复，请催办或撤回")
    return tuple(missing)


_NEXT_PLACE = {
    PaperState.DRAFT: PaperState.SIGNED_AUTHOR,
    PaperState.SIGNED_AUTHOR: PaperState.SIGNED_DEPUTY,
    PaperState.SIGNED_DEPUTY: PaperState.SIGNED_HEAD,
}


PLACES = {
    PaperState.SIGNED_AUTHOR: "承办人",
    PaperState.SIGNED_DEPUTY: "副组长",
    PaperState.SIGNED_HEAD: "组长",
}
"""Who signs for each state to be reached."""


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


def missing_to_close(
    *,
    running: Collection[str],
    open_checks: Collection[str],
    open_tasks: Collection[str] = (),
) -> tuple[str, ...]:
    """What still stands before the end of a round."""
    missing = [f"任务 {number} 尚未归档" for number in running]
    missing += [f"政治责任清单 {code} 尚未落实" for code in open_checks]
    missing += [f"阶段任务 {code} 尚未销号" for code in open_tasks]
    return tuple(missing)


def outside_of_team(unit_id: UUID, owner_unit: UUID, facts: Facts) -> Decision:
    """Only a unit that has nobody in the team and does not run the task confirms independently."""
    live = (SeatState.PROPOSED, SeatState.OBJECTED, SeatState.CONFIRMED)
    if unit_id == owner_unit:
        return Denied("承办单位不能印证自己的问题底稿，请选择其他成员单位。", "INS-CORROBORATE")
    if any(s.home == unit_id and s.state in live for s in facts.seats):
        return Denied("该单位有人在巡视组内，印证须由组外单位作出。", "INS-CORROBORATE")
    return Allowed("INS-CORROBORATE")


def may_answer(actor: Actor, unit_id: UUID) -> Decision:
    """The unit that was asked answers, by its liaison officer or a leader."""
    if actor.unit_id != unit_id:
        return Denied("只有收到印证函的单位可以答复。", "INS-CORROBORATE")
    if not actor.has_role("liaison_officer", "leader"):
        return Denied("印证意见由本单位联络员或分管领导答复。", "INS-CORROBORATE")
    return Allowed("INS-CORROBORATE")


def may_object(actor: Actor, *, account: UUID, home: UUID, owner_path: str) -> Decision:
    """The person, the home unit, or the office for others (the inspected unit among them) may object."""
    if actor.account_id == account:
        return Allowed("INS-OBJECT")
    if actor.unit_id == home and actor.has_role(
        "liaison_officer", "leader", "coordinator", "team_leader"
    ):
        return Allowed("INS-OBJECT")
    if actor.in_own_unit(owner_path) and actor.has_role("coordinator"):
        return Allowed("INS-OBJECT")
    return Denied("只有本人、其所在单位或巡视办可以提出异议。", "INS-OBJECT")


def may_settle(
    actor: Actor, *, body_path: str, proposed_by: UUID, objected_by: UUID | None
) -> Decision:
    """Objections are settled by a leader of the leading group: neither proposer nor objector."""
    if actor.account_id in (proposed_by, objected_by):
        return Denied("异议须由提名人和异议人以外的人处理。", "INS-SETTLE")
    if not actor.has_role("leader") or not actor.in_own_unit(body_path):
        return Denied("人员异议由领导小组处理。", "INS-SETTLE")
    return Allowed("INS-SETTLE")


def may_decline_look_back(actor: Actor, *, body_path: str, asked_by: UUID) -> Decision:
    """A look-back that was asked for is refused by a leader of the leading group, never by who asked."""
    if actor.account_id == asked_by:
        return Denied("提请人不能自己决定不予安排。", "INS-MAKER-CHECKER")
    if not actor.has_role("leader") or not actor.in_own_unit(body_path):
        return Denied("不予安排“回头看”由领导小组成员决定。", "INS-LOOK-BACK-ASK")
    return Allowed("INS-LOOK-BACK-ASK")


def may_look_back(actor: Actor, facts: Facts) -> Decision:
    """What a look-back sees is written by its team."""
    if facts.state not in _ON_SITE:
        return Denied("“回头看”核查在驻点期间登记。", "INS-LOOK-BACK")
    return may_work(actor, facts)


def may_ask_resume(actor: Actor, facts: Facts, *, body_path: str, asked_by: UUID) -> Decision:
    """Office, head and leaders bring it before the leading group; never whoever asked to stop."""
    if actor.account_id == asked_by:
        return Denied("申请暂停的人不能自己提请恢复。", "INS-MAKER-CHECKER")
    leads = actor.has_role("leader") and actor.in_own_unit(body_path)
    if leads or may_prepare(actor, facts) or may_enter_site(actor, facts):
        return Allowed("INS-RESUME")
    return Denied("恢复由巡视办、组长或领导小组成员提请领导小组决定。", "INS-RESUME")


def may_record_obstacle(actor: Actor, facts: Facts) -> Decision:
    """The office and the team write down what stood between units."""
    if facts.seat_of(actor) or facts.seat_of(actor, TeamGroup.GUIDANCE):
        return Allowed("INS-OBSTACLE")
    if may_prepare(actor, facts):
        return Allowed("INS-OBSTACLE")
    return Denied("堵点由巡视办或本任务组员登记。", "INS-OBSTACLE")
