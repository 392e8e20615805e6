"""Who may decide, and when a matter is decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from lianxun.approvals.enums import MatterState, Opinion, Quorum
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied


def may_vote(
    actor: Actor,
    *,
    body_path: str,
    proposed_by: UUID,
    voted: frozenset[UUID],
    state: str,
    barred: frozenset[UUID] = frozenset(),
) -> Decision:
    """Members of the body vote once; whoever proposed, or whose own request it is about, never does."""
    if state != MatterState.PENDING:
        return Denied("该事项已经办结。", "APP-STATE")
    if actor.account_id == proposed_by:
        return Denied("提请人不能审批自己提请的事项。", "APP-MAKER-CHECKER")
    if actor.account_id in barred:
        return Denied("本事项由您的申请引起，不能由您表决。", "APP-MAKER-CHECKER")
    if not actor.unit_path.startswith(body_path):
        return Denied("只有审批机构的成员可以表决。", "APP-BODY")
    if "approvals" not in actor.duties or not actor.has_role("leader", "coordinator"):
        return Denied("本人职务不含审批职责。", "APP-DUTY")
    if actor.account_id in voted:
        return Denied("本人已经表决。", "APP-ONCE")
    return Allowed("APP-BODY")


def outcome(opinions: Sequence[str], *, quorum: str, members: int) -> MatterState | None:
    """What the opinions so far amount to; ``None`` while the matter stays open.

    ``members`` = number of people entitled to vote (the proposer not counted). A return ends every
    matter: it goes back with the reason. Under 会签 one refusal refuses.
    """
    if Opinion.RETURN in opinions:
        return MatterState.RETURNED
    agree = sum(o == Opinion.AGREE for o in opinions)
    against = sum(o == Opinion.DISAGREE for o in opinions)
    if quorum == Quorum.ANY:
        if agree:
            return MatterState.APPROVED
        return MatterState.REJECTED if against >= members else None
    if quorum == Quorum.ALL:
        if against:
            return MatterState.REJECTED
        return MatterState.APPROVED if agree >= members else None
    if agree * 2 > members:
        return MatterState.APPROVED
    return MatterState.REJECTED if against * 2 >= members else None


def may_comment(actor: Actor, *, body_path: str, proposed_by: UUID, state: str) -> Decision:
    """While a matter is open its proposer and the members of the body may leave a remark."""
    if state != MatterState.PENDING:
        return Denied("该事项已经办结，不能再留言。", "APP-STATE")
    member = actor.unit_path.startswith(body_path) and "approvals" in actor.duties
    if member or actor.account_id == proposed_by:
        return Allowed("APP-COMMENT")
    return Denied("只有提请人和审批机构的成员可以留言。", "APP-COMMENT")
