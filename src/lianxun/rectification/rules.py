"""Who may do what with an item. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.rectification.enums import ItemState


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
