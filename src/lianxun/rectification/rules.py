"""Who may do what with an item. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.rectification.enums import (
    AssessmentState,
    ItemState,
    Rung,
    SupervisionState,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """``unit_path`` = the inspected unit; ``signed_units`` = bodies that signed this turn;
    ``pressed`` = a letter waits for its answer."""

    state: str
    owner_path: str
    unit_path: str
    engagement: UUID | None
    submitted_by: UUID | None = None
    signed_units: frozenset[UUID] = frozenset()
    pressed: bool = False
    extension: str = ""  # "", "asked", "done"


def _inspected(actor: Actor, facts: Facts) -> bool:
    return facts.unit_path.startswith(actor.unit_path)


def may_issue(actor: Actor) -> Decision:
    """Items come from the feedback, written down by the coordinating office."""
    if actor.has_role("coordinator") and "rectification" in actor.duties:
        return Allowed("REC-OFFICE")
    return Denied("整改事项由巡视办根据反馈意见下达。", "REC-OFFICE")


def may_open_assessment(actor: Actor, *, items: int, states: Collection[str]) -> Decision:
    """Whoever issues items has them assessed, one assessment at a time; ``states`` of those there are."""
    issue = may_issue(actor)
    if isinstance(issue, Denied):
        return issue
    if not items:
        return Denied("本任务还没有整改事项，不能开展评估。", "REC-ASSESS")
    if any(state != AssessmentState.FINAL for state in states):
        return Denied("本任务的整改评估正在进行，不能重复开展。", "REC-ASSESS")
    return Allowed("REC-ASSESS")


def may_rectify(actor: Actor, facts: Facts) -> Decision:
    """Plan and evidence are the inspected unit's own (主体责任)."""
    if _inspected(actor, facts) and "rectification" in actor.duties:
        return Allowed("REC-UNIT")
    return Denied("整改方案和佐证由被巡视单位报送。", "REC-UNIT")


def may_review(actor: Actor, facts: Facts) -> Decision:
    """Reviewing bodies: offices with the duty, never the unit itself."""
    if _inspected(actor, facts):
        return Denied("被巡视单位不能审核自己的方案。", "REC-REVIEW")
    if "rectification" in actor.duties:
        return Allowed("REC-REVIEW")
    return Denied("本人职责不含整改审核。", "REC-REVIEW")


def may_check(actor: Actor, facts: Facts) -> Decision:
    """Checked by the guidance group or the office; never by the unit or by whoever handed in."""
    if _inspected(actor, facts) or actor.account_id == facts.submitted_by:
        return Denied("核验须由报送单位以外的人员办理。", "REC-MAKER-CHECKER")
    member = facts.engagement is not None and facts.engagement in actor.engagements
    if member or (actor.has_role("coordinator") and "rectification" in actor.duties):
        return Allowed("REC-CHECK")
    return Denied("核验由整改督导组或巡视办办理。", "REC-CHECK")


def may_close(actor: Actor, facts: Facts) -> Decision:
    """Two bodies sign; each body once."""
    if _inspected(actor, facts):
        return Denied("被巡视单位不能签署自己的销号单。", "REC-CLOSE")
    if actor.unit_id in facts.signed_units:
        return Denied("本单位已经签字，须由另一单位签署。", "REC-TWO-BODIES")
    member = facts.engagement is not None and facts.engagement in actor.engagements
    if member or (
        "rectification" in actor.duties
        and actor.has_role("coordinator", "leader", "liaison_officer")
    ):
        return Allowed("REC-CLOSE")
    return Denied("销号由整改督导组、巡视办或主责部门签署。", "REC-CLOSE")


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """``asked`` = units that were asked to score; ``scored`` = units, ``scorers`` = people that scored in
    this turn; ``object_until`` = last day on which the unit may object."""

    state: str
    unit_path: str
    engagement: UUID | None
    asked: frozenset[UUID] = frozenset()
    scored: frozenset[UUID] = frozenset()
    scorers: frozenset[UUID] = frozenset()
    merged_by: UUID | None = None
    object_until: date | None = None


def is_assessed(actor: Actor, facts: AssessmentFacts) -> bool:
    """The reader is of the assessed unit."""
    return facts.unit_path.startswith(actor.unit_path)


def may_score(actor: Actor, facts: AssessmentFacts) -> Decision:
    """The units that were asked, each once in a turn; never the assessed unit."""
    if is_assessed(actor, facts):
        return Denied("被巡视单位不能给自己评分。", "REC-ASSESS")
    if actor.unit_id not in facts.asked:
        return Denied("本单位没有受邀参加这次评估。", "REC-ASSESS")
    if actor.unit_id in facts.scored:
        return Denied("本单位已经评分。", "REC-ASSESS-ONCE")
    member = facts.engagement is not None and facts.engagement in actor.engagements
    if member or "rectification" in actor.duties:
        return Allowed("REC-ASSESS")
    return Denied("评分由参加评估的单位办理。", "REC-ASSESS")


def may_merge(actor: Actor, facts: AssessmentFacts) -> Decision:
    """The office merges; whoever scored does not."""
    if actor.account_id in facts.scorers:
        return Denied("归口不能由参加评分的人员办理。", "REC-MAKER-CHECKER")
    return may_issue(actor)


def may_be_assessed(actor: Actor, facts: AssessmentFacts) -> Decision:
    """Objecting and agreeing are the assessed unit's own."""
    if is_assessed(actor, facts) and "rectification" in actor.duties:
        return Allowed("REC-ASSESSED")
    return Denied("评估结论的意见由被评估单位提出。", "REC-ASSESSED")


def may_answer_objection(actor: Actor, facts: AssessmentFacts) -> Decision:
    """A leader or the office, never who merged the result that is objected to."""
    if actor.account_id == facts.merged_by:
        return Denied("异议不能由归口人自己答复。", "REC-MAKER-CHECKER")
    if "rectification" in actor.duties and actor.has_role("coordinator", "leader"):
        return Allowed("REC-OFFICE")
    return Denied("异议由巡视办或领导答复。", "REC-OFFICE")


def may_conclude(actor: Actor, facts: AssessmentFacts, today: date) -> Decision:
    """The unit at any time by its own word; the office once the days for an objection are over."""
    own = may_be_assessed(actor, facts)
    if own:
        return own
    if facts.object_until is None or today <= facts.object_until:
        return Denied("异议期未满，只有被评估单位可以确认无异议。", "REC-ASSESSED")
    return may_issue(actor)


def permitted_of_assessment(actor: Actor, facts: AssessmentFacts, today: date) -> frozenset[str]:
    """The acts this reader may do now with an assessment."""
    served = facts.state == AssessmentState.SERVED
    over = facts.object_until is not None and today > facts.object_until
    wanted: dict[str, tuple[bool, Decision]] = {
        "score": (facts.state == AssessmentState.SCORING, may_score(actor, facts)),
        "merge": (facts.state == AssessmentState.SCORING, may_merge(actor, facts)),
        "object": (served and not over, may_be_assessed(actor, facts)),
        "answer": (facts.state == AssessmentState.OBJECTED, may_answer_objection(actor, facts)),
        "conclude": (served, may_conclude(actor, facts, today)),
        "print": (
            facts.state in (AssessmentState.SERVED, AssessmentState.FINAL),
            may_issue(actor),
        ),
    }
    return frozenset(act for act, (now, decision) in wanted.items() if now and decision)


@dataclass(frozen=True, slots=True)
class SupervisionFacts:
    """``group`` = (account, unit) of who is in it today; ``found`` = (account, unit) of this turn's findings;
    ``looked`` = each open item was found on by two units; ``sound`` = and nobody found anything wrong;
    ``waiting`` = items the unit has not answered in this turn; ``next_rung`` = "" above the ladder."""

    state: str
    unit_path: str
    group: frozenset[tuple[UUID, UUID]] = frozenset()
    found: frozenset[tuple[UUID, UUID]] = frozenset()
    unfound: frozenset[UUID] = frozenset()
    looked: bool = False
    sound: bool = False
    waiting: int = 0
    due_on: date | None = None
    next_rung: str = ""
    taken: int = 0


def may_answer_supervision(actor: Actor, facts: SupervisionFacts) -> Decision:
    """Receiving and answering are the supervised unit's own."""
    if facts.unit_path.startswith(actor.unit_path) and "rectification" in actor.duties:
        return Allowed("REC-UNIT")
    return Denied("联合督办由被督办单位签收和答复。", "REC-UNIT")


def may_find(actor: Actor, facts: SupervisionFacts) -> Decision:
    """People of the joint group today; never the unit that answered."""
    if facts.unit_path.startswith(actor.unit_path):
        return Denied("被督办单位不能核查自己。", "REC-MAKER-CHECKER")
    if (actor.account_id, actor.unit_id) in facts.group:
        return Allowed("REC-GROUP")
    return Denied("现场核查由联合整改督导组成员办理。", "REC-GROUP")


def may_conclude_supervision(actor: Actor, facts: SupervisionFacts) -> Decision:
    """The office; whoever found something on site does not conclude."""
    if actor.account_id in {account for account, _ in facts.found}:
        return Denied("参加现场核查的人员不能作出督办结论。", "REC-MAKER-CHECKER")
    return may_issue(actor)


def permitted_of_supervision(
    actor: Actor, facts: SupervisionFacts, today: date, *, least_units: int
) -> frozenset[str]:
    """The acts this reader may do now with a joint supervision."""
    s = SupervisionState
    state, office = facts.state, may_issue(actor)
    unit, end = may_answer_supervision(actor, facts), may_conclude_supervision(actor, facts)
    staffed = len({u for _, u in facts.group}) >= least_units
    late = facts.due_on is not None and today > facts.due_on
    climbing = state == s.ESCALATED or (state == s.ON_SITE and facts.looked and not facts.sound)
    interview = facts.next_rung == Rung.INTERVIEW
    unfinished = state == s.ESCALATED and bool(facts.next_rung)
    wanted: dict[str, tuple[bool, Decision]] = {
        "notice": (state == s.APPROVED and staffed, office),
        "member": (state in (s.APPROVED, s.NOTICE, s.RESPONDING, s.ON_SITE, s.ESCALATED), office),
        "leave": (
            bool(facts.group) and state not in (s.PROPOSED, s.DROPPED, s.LIFTED),
            office,
        ),
        "receive": (state == s.NOTICE, unit),
        "reply": (state in (s.NOTICE, s.RESPONDING) and facts.waiting > 0, unit),
        "look": (state in (s.NOTICE, s.RESPONDING) and late, office),
        "find": (state == s.ON_SITE and actor.unit_id in facts.unfound, may_find(actor, facts)),
        "lift": (state == s.ON_SITE and facts.looked and facts.sound, end),
        "interview": (climbing and interview, end),
        "climb": (climbing and bool(facts.next_rung) and not interview, end),
        "again": (unfinished, office),
    }
    return frozenset(act for act, (now, decision) in wanted.items() if now and decision)


RECTIFYING = (
    ItemState.APPROVED,
    ItemState.IN_PROGRESS,
    ItemState.RETURNED,
    ItemState.REOPENED,
)
"""States in which the unit works on the item and reports about it."""


def permitted(actor: Actor, facts: Facts) -> frozenset[str]:
    """The acts this reader may do now; what he may not do is absent from the page."""
    wanted: dict[str, tuple[Collection[str], Decision]] = {
        "plan": ((ItemState.ISSUED, ItemState.PLAN_DRAFTED), may_rectify(actor, facts)),
        "invite": (
            [s for s in ItemState if s != ItemState.CLOSED],
            may_issue(actor),
        ),
        "evidence": (
            (ItemState.IN_PROGRESS, ItemState.RETURNED, ItemState.REOPENED),
            may_rectify(actor, facts),
        ),
        "submit_plan": ((ItemState.PLAN_DRAFTED,), may_rectify(actor, facts)),
        "review": ((ItemState.UNDER_REVIEW,), may_review(actor, facts)),
        "decide_plan": ((ItemState.UNDER_REVIEW,), may_issue(actor)),
        "start": ((ItemState.APPROVED,), may_rectify(actor, facts)),
        "submit": (
            (ItemState.IN_PROGRESS, ItemState.RETURNED, ItemState.REOPENED),
            may_rectify(actor, facts),
        ),
        "check": ((ItemState.SUBMITTED,), may_check(actor, facts)),
        "close": ((ItemState.CONFIRMED,), may_close(actor, facts)),
        "reopen": ((ItemState.CLOSED,), may_issue(actor)),
        "print_plan": (
            [s for s in ItemState if s not in (ItemState.ISSUED, ItemState.PLAN_DRAFTED)],
            may_rectify(actor, facts),
        ),
        "print_close_out": ((ItemState.CLOSED,), may_issue(actor)),
        "report": (RECTIFYING, may_rectify(actor, facts)),
        "press": (
            [
                s
                for s in ItemState
                if s not in (ItemState.CLOSED, ItemState.CONFIRMED) and not facts.pressed
            ],
            may_issue(actor),
        ),
        "answer_press": (list(ItemState) if facts.pressed else (), may_rectify(actor, facts)),
        "use": ((ItemState.CONFIRMED, ItemState.CLOSED), may_issue(actor)),
        "extend": (
            RECTIFYING if facts.extension == "" else (),
            may_rectify(actor, facts),
        ),
        "bring_extension": (
            list(ItemState) if facts.extension == "asked" else (),
            may_issue(actor),
        ),
    }
    return frozenset(
        act for act, (states, decision) in wanted.items() if facts.state in states and decision
    )
