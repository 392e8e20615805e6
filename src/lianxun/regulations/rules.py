"""Who may do what in the library. Pure."""

from __future__ import annotations

from uuid import UUID

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.kernel.problems import Refused
from lianxun.regulations.enums import InstitutionState

_KEEPERS = ("coordinator", "leader", "clerk")
_REVIEWERS = ("coordinator", "leader", "team_leader")


def require(decision: Decision) -> None:
    """Raise the refusal of a rule."""
    if not decision:
        raise Refused(decision)  # type: ignore[arg-type]


def may_read(actor: Actor) -> Decision:
    """Whoever holds the duty reads; rows that are not for everyone are the database's matter."""
    if "regulations" not in actor.duties:
        return Denied("本人职责不含政策法规。", "REG-READ")
    return Allowed("REG-READ")


def may_keep(actor: Actor) -> Decision:
    """Import, correct and repeal: coordinators, leaders and clerks with the duty."""
    if "regulations" not in actor.duties or not actor.has_role(*_KEEPERS):
        return Denied("法规入库和更正由联络员办公室的协调专员、登记员办理。", "REG-KEEP")
    return Allowed("REG-KEEP")


def may_keep_of(actor: Actor, *, owner_path: str) -> Decision:
    """What a unit brought in is corrected by that unit."""
    first = may_keep(actor)
    if first and not actor.in_own_unit(owner_path):
        return Denied("只有入库单位可以更正。", "REG-OWNER")
    return first


def may_draft(actor: Actor) -> Decision:
    """Institution documents are drafted where the work is coordinated."""
    if "regulations" not in actor.duties or not actor.has_role("coordinator", "leader"):
        return Denied("制度文件由联络员办公室起草。", "REG-DRAFT")
    return Allowed("REG-DRAFT")


def may_review(actor: Actor, *, drafted_by: UUID) -> Decision:
    """Reviewed by somebody else than the drafter."""
    if actor.account_id == drafted_by:
        return Denied("审核不能由起草人自己办理。", "REG-MAKER-CHECKER")
    if "regulations" not in actor.duties or not actor.has_role(*_REVIEWERS):
        return Denied("制度文件由联络员办公室或领导小组审核。", "REG-REVIEW")
    return Allowed("REG-REVIEW")


def may_publish(actor: Actor, *, everyone: bool) -> Decision:
    """A collection for everyone is published by whoever keeps the library; one's own by anybody."""
    return may_keep(actor) if everyone else may_read(actor)


def institution_acts(
    actor: Actor, *, state: str, drafted_by: UUID, owner_path: str, brought: bool = False
) -> frozenset[str]:
    """Acts open to the actor for an institution document in ``state``; ``brought``: a body has it."""
    acts: set[str] = set()
    own = actor.in_own_unit(owner_path)
    drafts = bool(may_draft(actor)) and own
    if state == InstitutionState.DRAFT and drafts:
        acts |= {"edit", "submit"}
    if (
        state == InstitutionState.REVIEW
        and not brought
        and may_review(actor, drafted_by=drafted_by)
    ):
        acts |= {"bring", "publish", "return"}
    if state == InstitutionState.EFFECTIVE and drafts:
        acts |= {"revise", "review"}
    if state == InstitutionState.UNDER_REVISION and drafts:
        acts |= {"abolish", "review", "keep"}
    return frozenset(acts)
