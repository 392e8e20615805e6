"""Who may do what with a request. Pure."""

from __future__ import annotations

from uuid import UUID

from lianxun.exchange.enums import RequestState
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied


def may_draft(actor: Actor, *, engagement: UUID | None) -> Decision:
    """Coordinators ask for their office, team members for their engagement."""
    if actor.has_role("contact"):
        return Denied("被巡视单位不能向其他单位提出信息需求。", "EX-DRAFT")
    if "exchange" in actor.duties or (engagement is not None and engagement in actor.engagements):
        return Allowed("EX-DRAFT")
    return Denied("只有有信息共享职责的人员或本任务成员可以提出信息需求。", "EX-DRAFT")


def may_check(actor: Actor, *, owner_path: str, drafted_by: UUID) -> Decision:
    """Compliance is checked by the liaison office, by somebody other than the drafter."""
    if actor.account_id == drafted_by:
        return Denied("合规审核不能由起草人自己办理。", "EX-MAKER-CHECKER")
    if not actor.has_role("coordinator", "leader") or "exchange" not in actor.duties:
        return Denied("合规审核由联络员办公室办理。", "EX-CHECK")
    return Allowed("EX-CHECK")


def may_answer(actor: Actor, *, provider_path: str) -> Decision:
    """Only the provider answers, by an account with the duty."""
    if not provider_path.startswith(actor.unit_path) and not actor.unit_path.startswith(
        provider_path
    ):
        return Denied("只有提供单位可以答复。", "EX-PROVIDER")
    if "exchange" not in actor.duties:
        return Denied("本人职责不含信息共享。", "EX-PROVIDER")
    return Allowed("EX-PROVIDER")


def may_judge(actor: Actor, *, owner_path: str, engagement: UUID | None, signer: UUID) -> Decision:
    """Acceptance belongs to the asking side and never to whoever delivered."""
    if actor.account_id == signer:
        return Denied("验收不能由提供人自己办理。", "EX-MAKER-CHECKER")
    if actor.in_own_unit(owner_path) or (
        engagement is not None and engagement in actor.engagements
    ):
        return Allowed("EX-JUDGE")
    return Denied("验收由提出需求的一方办理。", "EX-JUDGE")


OPEN_FOR_ANSWER = frozenset({RequestState.SENT, RequestState.OBJECTED})
OPEN_FOR_DELIVERY = frozenset({RequestState.SENT, RequestState.ACCEPTED, RequestState.RETURNED})
