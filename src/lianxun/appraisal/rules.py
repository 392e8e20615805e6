"""Who may do what in the appraisal. Pure: actor and facts in, a decision out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxun.appraisal.enums import (
    ObjectionState,
    OutcomeKind,
    OutcomeState,
    PeriodState,
    SchemeState,
    SheetState,
)
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied

ROOM = "appraisal"
RUNS = "只有本级联络员办公室的协调人员可以办理考核。"
STATE = "APR-STATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``units``: how many sheets a period has, ``seen``: how many of them the actor sees."""

    state: str
    owner_path: str
    region: int
    quarter: int = 0
    units: int = 0
    seen: int = 0
    calculated_by: UUID | None = None
    open_objections: int = 0
    review_until: date | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    state: str
    unit_id: UUID
    owner_path: str
    region: int
    object_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionFacts:
    state: str
    owner_path: str
    region: int
    calculated_by: UUID
    filed_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFacts:
    state: str
    kind: str
    owner_path: str
    region: int
    proposed_by: UUID
    body_path: str = ""


def may_run(actor: Actor, *, region: int) -> Decision:
    """The coordinator of the office that looks after the region."""
    low, high = actor.region
    if ROOM in actor.duties and actor.has_role("coordinator") and low <= region <= high:
        return Allowed("APR-RUN")
    return Denied(RUNS, "APR-RUN")


def may_count(actor: Actor, *, region: int) -> Decision:
    """Whoever has to step aside from an organisation does not see all cases: his count would be short."""
    runs = may_run(actor, region=region)
    if runs and actor.recused_orgs:
        return Denied("您有须回避的单位，核算会漏计有关事项，请由无须回避的同志核算。", "APR-ASIDE")
    if runs and actor.clearance < 2:
        return Denied("核算须知悉敏感级事项，请由知悉级别相符的同志核算。", "APR-ASIDE")
    return runs


def _of_period(actor: Actor, facts: Facts, *states: str, sentence: str) -> Decision:
    runs = may_run(actor, region=facts.region)
    if not runs:
        return runs
    if facts.state not in states:
        return Denied(sentence, STATE)
    if facts.seen < facts.units:
        return Denied("本期有您须回避的单位，请由无须回避的同志办理。", "APR-ASIDE")
    return runs


def may_recount(actor: Actor, facts: Facts) -> Decision:
    counts = may_count(actor, region=facts.region)
    if not counts:
        return counts
    return _of_period(
        actor,
        facts,
        PeriodState.DRAFTED,
        sentence="已送单位复核，事实已经固定，只能经异议裁定更正。",
    )


def may_close(actor: Actor, facts: Facts, today: date) -> Decision:
    """The review ends when every unit has answered or its time is over, and no objection waits."""
    found = _of_period(actor, facts, PeriodState.SHOWN, sentence="没有正在进行的单位复核。")
    if not found:
        return found
    if facts.open_objections:
        return Denied(f"还有 {facts.open_objections} 件异议没有裁定。", STATE)
    if facts.waiting and (facts.review_until is None or today <= facts.review_until):
        return Denied(f"还有 {facts.waiting} 家单位没有复核，截止日未过。", STATE)
    return found


def may_submit(actor: Actor, facts: Facts) -> Decision:
    if facts.quarter:
        return Denied("季度核算只供通报，不报审签。", STATE)
    return _of_period(actor, facts, PeriodState.DECIDED, sentence="复核结束后才能报请审签。")


def may_publish(actor: Actor, facts: Facts) -> Decision:
    return _of_period(actor, facts, PeriodState.SIGNED, sentence="审签之后才能公布。")


def may_finish(actor: Actor, facts: Facts) -> Decision:
    return _of_period(actor, facts, PeriodState.PUBLISHED, sentence="公布之后才能办结运用。")


def may_answer(actor: Actor, facts: SheetFacts, today: date) -> Decision:
    """The unit's own people confirm the sheet or object to it, within the time."""
    if ROOM not in actor.duties or actor.unit_id != facts.unit_id:
        return Denied("只有本单位可以复核自己的考核表。", "APR-OWN")
    if not actor.has_role("leader", "liaison_officer"):
        return Denied("由本单位分管领导或联络员复核。", "APR-OWN")
    if facts.state not in (SheetState.SHOWN, SheetState.OBJECTED):
        return Denied("现在不在复核期内。", STATE)
    if facts.object_until is not None and today > facts.object_until:
        return Denied("复核期限已过，不能再提出异议。", STATE)
    return Allowed("APR-OWN")


def may_decide(actor: Actor, facts: ObjectionFacts) -> Decision:
    """Somebody of the office or a body above it, neither who calculated nor who objected."""
    low, high = actor.region
    if (
        ROOM not in actor.duties
        or not actor.has_role("leader", "coordinator")
        or not low <= facts.region <= high
    ):
        return Denied("由本级办公室或委员会、领导小组的同志裁定。", "APR-DECIDE")
    if facts.state != ObjectionState.FILED:
        return Denied("该异议已经裁定。", STATE)
    if actor.account_id in (facts.calculated_by, facts.filed_by):
        return Denied("异议由核算人和提出人以外的人裁定，请另一名同志办理。", "APR-DECIDE")
    return Allowed("APR-DECIDE")


def may_propose_scheme(actor: Actor, *, region: int, state: str) -> Decision:
    runs = may_run(actor, region=region)
    if runs and state != SchemeState.DRAFT:
        return Denied("只有起草中的指标体系可以报批。", STATE)
    return runs


def may_handle(actor: Actor, facts: OutcomeFacts) -> Decision:
    """Bring a proposal before who decides it."""
    runs = may_run(actor, region=facts.region)
    if runs and facts.state != OutcomeState.PROPOSED:
        return Denied("该建议已经报送或办结。", STATE)
    return runs


def may_hold_talk(actor: Actor, facts: OutcomeFacts) -> Decision:
    """The head of the inspection team it was handed to decides whether to interview (9.1)."""
    if ROOM not in actor.duties or not actor.has_role("team_leader", "leader"):
        return Denied("由受理的巡视组组长决定是否约谈。", "APR-TALK")
    if not facts.body_path or not actor.unit_path.startswith(facts.body_path):
        return Denied("由受理的巡视组组长决定是否约谈。", "APR-TALK")
    if facts.kind != OutcomeKind.TALK or facts.state != OutcomeState.SUBMITTED:
        return Denied("没有等待决定的约谈建议。", STATE)
    if actor.account_id == facts.proposed_by:
        return Denied("由提出人以外的人决定。", "APR-TALK")
    return Allowed("APR-TALK")


def may_complete(actor: Actor, facts: OutcomeFacts) -> Decision:
    """Record what was done: the office, or for an interview who held it."""
    if facts.state != OutcomeState.DECIDED:
        return Denied("决定之后才能登记办理情况。", STATE)
    held = (
        facts.kind == OutcomeKind.TALK
        and ROOM in actor.duties
        and actor.has_role("team_leader", "leader")
        and bool(facts.body_path)
        and actor.unit_path.startswith(facts.body_path)
    )
    return Allowed("APR-TALK") if held else may_run(actor, region=facts.region)


def may_report(actor: Actor) -> Decision:
    if ROOM in actor.duties and actor.has_role("leader", "liaison_officer"):
        return Allowed("APR-REPORT")
    return Denied("由成员单位分管领导或联络员报送季度进展报告。", "APR-REPORT")


def of_period(actor: Actor, facts: Facts, today: date) -> frozenset[str]:
    """Names of the acts to offer on the period's page."""
    acts = {
        "recount": may_recount(actor, facts),
        "show": may_recount(actor, facts),
        "close": may_close(actor, facts, today),
        "submit": may_submit(actor, facts),
        "publish": may_publish(actor, facts),
        "finish": may_finish(actor, facts),
    }
    return frozenset(name for name, decision in acts.items() if decision)


def of_outcome(actor: Actor, facts: OutcomeFacts) -> frozenset[str]:
    handle, talk = may_handle(actor, facts), may_hold_talk(actor, facts)
    acts = {
        "submit": bool(handle),
        "drop": bool(handle),
        "talk": bool(talk),
        "complete": bool(may_complete(actor, facts)),
    }
    return frozenset(name for name, may in acts.items() if may)
