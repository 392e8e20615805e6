"""Who may do what with a lead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.leads.enums import WAYS, LeadState


@dataclass(frozen=True, slots=True)
class Facts:
    state: str
    owner_path: str
    engagement: UUID | None
    registered_by: UUID | None = None
    screened_by: UUID | None = None
    recipient_path: str = ""
    subject_path: str = ""


def _member(actor: Actor, facts: Facts) -> bool:
    return facts.engagement is not None and facts.engagement in actor.engagements


def may_register(actor: Actor, *, engagement: UUID | None) -> Decision:
    """Clerks and liaison officers register for their unit, team members for their engagement."""
    if actor.has_role("contact"):
        return Denied("被巡视单位不能登记问题线索。", "LEAD-REGISTER")
    if "leads" in actor.duties or (engagement is not None and engagement in actor.engagements):
        return Allowed("LEAD-REGISTER")
    return Denied("本人职责不含问题线索登记。", "LEAD-REGISTER")


def may_screen(actor: Actor, facts: Facts) -> Decision:
    """Screened by somebody other than who registered."""
    if actor.account_id == facts.registered_by:
        return Denied("甄别人不能是登记人。", "LEAD-MAKER-CHECKER")
    if _member(actor, facts) or (
        "leads" in actor.duties and actor.has_role("coordinator", "liaison_officer", "leader")
    ):
        return Allowed("LEAD-SCREEN")
    return Denied("甄别由联络员办公室或本任务巡视组办理。", "LEAD-SCREEN")


def may_approve(actor: Actor, facts: Facts) -> Decision:
    """After group study the head signs: the head of the team or a leader."""
    if actor.account_id in (facts.registered_by, facts.screened_by):
        return Denied("签批人不能是登记人或甄别人。", "LEAD-MAKER-CHECKER")
    if actor.has_role("leader") and "leads" in actor.duties:
        return Allowed("LEAD-APPROVE")
    if actor.has_role("team_leader") and _member(actor, facts):
        return Allowed("LEAD-APPROVE")
    return Denied("由巡视组组长或分管领导签批。", "LEAD-APPROVE")


def may_transfer(actor: Actor, facts: Facts) -> Decision:
    """The coordination desk hands over (归口)."""
    if actor.has_role("coordinator") and "leads" in actor.duties:
        return Allowed("LEAD-TRANSFER")
    return Denied("线索由联络员办公室归口移交。", "LEAD-TRANSFER")


def may_receive(actor: Actor, facts: Facts) -> Decision:
    """Only the receiving unit's liaison officer or leader signs for it."""
    if not facts.recipient_path.startswith(actor.unit_path):
        return Denied("只有接收单位的联络员可以签收。", "LEAD-RECEIVE")
    if "leads" not in actor.duties or not actor.has_role("liaison_officer", "leader"):
        return Denied("只有接收单位的联络员可以签收。", "LEAD-RECEIVE")
    return Allowed("LEAD-RECEIVE")


def recipient_fits(
    *, recipient_path: str, subject_path: str | None, clearance_ok: bool
) -> Decision:
    """A lead never goes to the body it is about, above or below it (信访工作条例: 不得转给被反映的单位)."""
    if subject_path and (
        recipient_path.startswith(subject_path) or subject_path.startswith(recipient_path)
    ):
        return Denied("接收单位与被反映单位相同或有隶属关系，不得移交。", "LEAD-RECIPIENT")
    if not clearance_ok:
        return Denied("接收单位没有知悉级别足够的联络员，不能移交。", "LEAD-CLEARANCE")
    return Allowed("LEAD-RECIPIENT")


def permitted(actor: Actor, facts: Facts) -> frozenset[str]:
    """The acts this reader may do now."""
    state = facts.state
    found = set()
    if state == LeadState.REGISTERED and may_screen(actor, facts):
        found |= {"screen", "return", "forward"}
    if state == LeadState.SCREENED and may_screen(actor, facts):
        found |= {"study", "return", "forward"}
    if state == LeadState.STUDY and may_approve(actor, facts):
        found |= {"approve", "return"}
    if state in (LeadState.APPROVED, LeadState.OBJECTED) and may_transfer(actor, facts):
        found.add("transfer")
    receives = bool(may_receive(actor, facts))
    if state == LeadState.TRANSFERRED and receives:
        found |= {"receive", "object"}
    if state in (LeadState.RECEIVED, LeadState.HELD) and receives:
        found.add("dispose")
    if state in (LeadState.INQUIRY, LeadState.PRELIM, LeadState.CLOSED) and receives:
        found.add("result")
    if state == LeadState.RESULT and receives:
        found.add("feed_back")
    if state == LeadState.FED_BACK and may_transfer(actor, facts):
        found.add("finish")
    if may_register(actor, engagement=facts.engagement):
        found.add("ask_identity")
    return frozenset(found)


def way_is_known(way: str) -> bool:
    return way in {w.value for w in WAYS}
