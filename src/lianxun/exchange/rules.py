"""Who may do what with a request, a question, a key. Pure."""

from __future__ import annotations

from uuid import UUID

from lianxun.exchange.enums import DeliveryState, RequestState, Rung, SharingSide
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied


def may_draft(actor: Actor, *, engagement: UUID | None) -> Decision:
    """Coordinators ask for their office, team members for their engagement."""
    if actor.has_role("contact"):
        return Denied("被巡视单位不能向其他单位提出信息需求。", "EX-DRAFT")
    if "exchange" in actor.duties or (engagement is not None and engagement in actor.engagements):
        return Allowed("EX-DRAFT")
    return Denied("只有有信息共享职责的人员或本任务成员可以提出信息需求。", "EX-DRAFT")


def may_ask(actor: Actor, *, owner_path: str, engagement: UUID | None) -> Decision:
    """What the asking side does with its own request: its unit, or the engagement's members."""
    drafts = may_draft(actor, engagement=engagement)
    if not drafts:
        return drafts
    if actor.in_own_unit(owner_path) or (
        engagement is not None and engagement in actor.engagements
    ):
        return Allowed("EX-ASK")
    return Denied("由提出需求的单位办理。", "EX-ASK")


def may_check(actor: Actor, *, drafted_by: UUID) -> Decision:
    """Compliance is checked by the liaison office, by somebody other than the drafter."""
    if actor.account_id == drafted_by:
        return Denied("合规审核不能由起草人自己办理。", "EX-MAKER-CHECKER")
    if not actor.has_role("coordinator", "leader") or "exchange" not in actor.duties:
        return Denied("合规审核由联络员办公室办理。", "EX-CHECK")
    return Allowed("EX-CHECK")


def may_escalate(actor: Actor, *, owner_path: str, engagement: UUID | None) -> Decision:
    """The last rung is climbed by the asking side or its liaison office."""
    if "exchange" in actor.duties and actor.has_role("coordinator"):
        return Allowed("EX-LADDER")
    return may_ask(actor, owner_path=owner_path, engagement=engagement)


def may_answer(actor: Actor, *, provider_path: str) -> Decision:
    """Only the provider answers, by an account with the duty."""
    if not provider_path.startswith(actor.unit_path) and not actor.unit_path.startswith(
        provider_path
    ):
        return Denied("只有提供单位可以答复。", "EX-PROVIDER")
    if "exchange" not in actor.duties:
        return Denied("本人职责不含信息共享。", "EX-PROVIDER")
    return Allowed("EX-PROVIDER")


def may_refuse(actor: Actor, *, provider_path: str, rung: int) -> Decision:
    """A provider refuses once; what was negotiated or ruled is not refused again."""
    answers = may_answer(actor, provider_path=provider_path)
    if answers and rung != Rung.PROVIDER:
        return Denied(
            f"“{Rung(rung).label}”已要求提供，不能再次不予提供；有困难的请提出异议。", "EX-LADDER"
        )
    return answers


def may_judge(actor: Actor, *, owner_path: str, engagement: UUID | None, signer: UUID) -> Decision:
    """Acceptance belongs to the asking side and never to whoever delivered."""
    if actor.account_id == signer:
        return Denied("验收不能由提供人自己办理。", "EX-MAKER-CHECKER")
    if actor.in_own_unit(owner_path) or (
        engagement is not None and engagement in actor.engagements
    ):
        return Allowed("EX-JUDGE")
    return Denied("验收由提出需求的一方办理。", "EX-JUDGE")


def may_end(actor: Actor) -> Decision:
    """Ending use and recording the destruction is the liaison office's."""
    if actor.has_role("coordinator", "leader") and "exchange" in actor.duties:
        return Allowed("EX-END")
    return Denied("停用和销毁由联络员办公室登记。", "EX-END")


def may_use(
    actor: Actor, *, owner_path: str, provider_path: str, engagement: UUID | None
) -> Decision:
    """Who may have the data itself: the asking side, and the provider what he handed in."""
    asks = actor.in_own_unit(owner_path) and "exchange" in actor.duties
    member = engagement is not None and engagement in actor.engagements
    if asks or member or may_answer(actor, provider_path=provider_path):
        return Allowed("EX-USE")
    return Denied("数据只向需求单位、本任务成员和提供单位开放。", "EX-USE")


def may_use_shared(
    actor: Actor, *, provider_path: str, engagement: UUID | None, closed: str
) -> Decision:
    """What came under an agreement: its team while it is in force, whatever else somebody may see, and the
    provider what he handed in. ``closed``: why it opens nothing today, as the end of a sentence."""
    if may_answer(actor, provider_path=provider_path):
        return Allowed("EX-USE")
    if engagement is None or engagement not in actor.engagements:
        return Denied("按联动共享约定提供的数据只向联合组成员和提供单位开放。", "EX-SHARING")
    if closed:
        return Denied(f"联动共享约定{closed}，不能查看按约定提供的数据。", "EX-SHARING")
    return Allowed("EX-USE")


def may_approve_question(actor: Actor, *, asked_by: UUID, level: int) -> Decision:
    """Each question by somebody else; one of the core level by a leader."""
    if actor.account_id == asked_by:
        return Denied("核验不能由提出人自己批准。", "EX-MAKER-CHECKER")
    if "exchange" not in actor.duties or not actor.has_role("leader", "coordinator"):
        return Denied("核验由联络员办公室或领导批准。", "EX-Q-APPROVE")
    if level >= Level.CORE and not actor.has_role("leader"):
        return Denied("核心级核验须由领导批准。", "EX-Q-APPROVE")
    return Allowed("EX-Q-APPROVE")


def may_answer_question(
    actor: Actor, *, provider_path: str, asked_by: UUID, approved_by: UUID | None
) -> Decision:
    if actor.account_id in (asked_by, approved_by):
        return Denied("答复人不能是提出人或批准人。", "EX-MAKER-CHECKER")
    return may_answer(actor, provider_path=provider_path)


def may_see_subject(
    actor: Actor,
    *,
    asked_by: UUID,
    owner_path: str,
    provider_path: str,
    engagement: UUID | None,
    level: int,
    approved: bool,
) -> Decision:
    """Whom a question is about: the asking side, who approves, and the provider once approved."""
    if actor.account_id == asked_by or may_ask(actor, owner_path=owner_path, engagement=engagement):
        return Allowed("EX-Q-SUBJECT")
    if may_approve_question(actor, asked_by=asked_by, level=level):
        return Allowed("EX-Q-SUBJECT")
    if approved and may_answer(actor, provider_path=provider_path):
        return Allowed("EX-Q-SUBJECT")
    return Denied("核验对象只向提出人、批准人和核验单位开放。", "EX-Q-SUBJECT")


def may_register_key(actor: Actor) -> Decision:
    """A unit's key is its liaison officer's (or its leader's, or the office's own) to register."""
    if "exchange" in actor.duties and actor.has_role("liaison_officer", "leader", "coordinator"):
        return Allowed("EX-KEY")
    return Denied("单位公钥由本单位有信息共享职责的联络员或领导登记。", "EX-KEY")


def may_confirm_key(actor: Actor, *, registered_by: UUID, owner_path: str) -> Decision:
    """Another person of the unit, the office or a leader compares the fingerprint."""
    if actor.account_id == registered_by:
        return Denied("公钥须由登记人以外的人员核对指纹。", "EX-MAKER-CHECKER")
    if "exchange" in actor.duties and (
        actor.in_own_unit(owner_path) or actor.has_role("coordinator", "leader")
    ):
        return Allowed("EX-KEY")
    return Denied("公钥由本单位另一名人员、联络员办公室或领导核对。", "EX-KEY")


def may_sign(actor: Actor, *, drafted_by: UUID, provider_path: str) -> Decision:
    """The inspecting side signs through the liaison office, which checks the negative list and what is needed; never
    through a person of the provider who sits in the team."""
    if actor.account_id == drafted_by:
        return Denied("巡视方签署不能由起草人自己办理。", "EX-MAKER-CHECKER")
    if actor.unit_path.startswith(provider_path):
        return Denied("提供单位的人员不能代表巡视方签署。", "EX-SIGN")
    if not actor.has_role("coordinator", "leader") or "exchange" not in actor.duties:
        return Denied("巡视方由联络员办公室或领导签署。", "EX-SIGN")
    return Allowed("EX-SIGN")


def may_countersign(
    actor: Actor, *, provider_path: str, drafted_by: UUID, signed_by: UUID | None
) -> Decision:
    """The providing side signs through its liaison officer or leader: a third person."""
    if actor.account_id in (drafted_by, signed_by):
        return Denied("提供方签署人不能是起草人或巡视方签署人。", "EX-MAKER-CHECKER")
    answers = may_answer(actor, provider_path=provider_path)
    if answers and not actor.has_role("liaison_officer", "leader", "coordinator"):
        return Denied("提供方由本单位联络员或领导签署。", "EX-SIGN")
    return answers


def side_of(
    actor: Actor, *, owner_path: str, provider_path: str, engagement: UUID | None
) -> SharingSide | None:
    """Which side of an agreement the actor stands on; either side stops it at once. The office signs for the team."""
    if may_answer(actor, provider_path=provider_path):
        return SharingSide.PROVIDER
    if may_ask(actor, owner_path=owner_path, engagement=engagement) or may_end(actor):
        return SharingSide.TEAM
    return None


OPEN_FOR_ANSWER = frozenset({RequestState.SENT, RequestState.OBJECTED})
OPEN_FOR_DELIVERY = frozenset({RequestState.SENT, RequestState.ACCEPTED, RequestState.RETURNED})


def open_for_delivery(state: str, *, standing: bool) -> bool:
    """Under a standing agreement files come one after the other, also while earlier ones are in use."""
    return state in OPEN_FOR_DELIVERY or (standing and state == RequestState.IN_USE)


IN_HAND = frozenset({RequestState.DELIVERED, RequestState.IN_USE, RequestState.RETURNED})
"""States in which the delivered bytes may be opened at all."""
OPEN_FOR_CORRECTION = frozenset({RequestState.IN_USE})
CLOSED_FOR_GOOD = frozenset({DeliveryState.DESTROYED, DeliveryState.REPLACED})
"""Deliveries whose key is gone."""
