"""Who may do what with a lead. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.leads.enums import ENDING, TRANSITIONS, WAYS, LeadState, Source

NOT_YET_SENT = (
    LeadState.REGISTERED,
    LeadState.SCREENED,
    LeadState.STUDY,
    LeadState.APPROVED,
    LeadState.OBJECTED,
)


@dataclass(frozen=True, slots=True)
class Facts:
    state: str
    owner_path: str
    engagement: UUID | None
    registered_by: UUID | None = None
    screened_by: UUID | None = None
    recipient_path: str = ""
    subject_path: str = ""
    in_vault: bool = False


def _member(actor: Actor, facts: Facts) -> bool:
    return facts.engagement is not None and facts.engagement in actor.engagements


def may_register(actor: Actor, *, engagement: UUID | None) -> Decision:
    """Clerks and liaison officers register for their unit, team members for their engagement."""
    if actor.has_role("contact"):
        return Denied("被巡视单位不能登记问题线索。", "LEAD-REGISTER")
    if "leads" in actor.duties or (engagement is not None and engagement in actor.engagements):
        return Allowed("LEAD-REGISTER")
    return Denied("本人职责不含问题线索登记。", "LEAD-REGISTER")


def may_attach(actor: Actor, facts: Facts) -> Decision:
    """Material joins a lead until it is handed over: what was handed over does not grow behind the sheet."""
    if facts.state not in NOT_YET_SENT:
        return Denied("线索移交后不能再增加材料，请随新的线索或函件报送。", "LEAD-ATTACH")
    return may_register(actor, engagement=facts.engagement)


def may_hold(actor: Actor, *, level: int, subject_org: UUID, subject_path: str) -> Decision:
    """Nobody writes down what he may not read: the limits R1–R3 say so before the database does."""
    if actor.clearance < level:
        return Denied("本人知悉级别低于问题线索的级别，不能登记。", "ACC-R1")
    if subject_org in actor.recused_orgs:
        return Denied("您对该单位有回避情形，请由其他同志登记。", "ACC-R2")
    if subject_path.startswith(actor.unit_path) or actor.unit_path.startswith(subject_path):
        return Denied(
            "涉及本单位或上下级单位的线索不得由本单位登记，请装入密封件直接报送上级。", "ACC-R3"
        )
    return Allowed("LEAD-HOLD")


def may_end(actor: Actor, facts: Facts) -> Decision:
    """Returned or forwarded by whoever has to judge the lead next."""
    if facts.state == LeadState.STUDY:
        return may_approve(actor, facts)
    if facts.state == LeadState.OBJECTED:
        return may_transfer(actor, facts)
    return may_screen(actor, facts)


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


def may_transfer(actor: Actor, facts: Facts | None) -> Decision:
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
    found = {act for act, states, may in _ACTS if facts.state in states and may(actor, facts)}
    if facts.state == LeadState.STUDY:
        found.discard("forward")
    if not facts.in_vault:
        found -= {"ask_identity", "shred"}
    return frozenset(found)


def _registers(actor: Actor, facts: Facts) -> Decision:
    return may_register(actor, engagement=facts.engagement)


def _custodian(actor: Actor, facts: Facts) -> Decision:
    if actor.has_role("custodian"):
        return Allowed("LEAD-CUSTODIAN")
    return Denied("由身份保管员办理。", "LEAD-CUSTODIAN")


_S = LeadState
_ACTS: tuple[tuple[str, Collection[str], Callable[[Actor, Facts], Decision]], ...] = (
    ("screen", (_S.REGISTERED,), may_screen),
    ("study", (_S.SCREENED,), may_screen),
    ("approve", (_S.STUDY,), may_approve),
    ("return", ENDING, may_end),
    ("forward", ENDING, may_end),
    ("transfer", (_S.APPROVED, _S.OBJECTED), may_transfer),
    ("receive", (_S.TRANSFERRED,), may_receive),
    ("object", (_S.TRANSFERRED,), may_receive),
    ("dispose", (_S.RECEIVED, _S.HELD, _S.INQUIRY), may_receive),
    ("result", (_S.INQUIRY, _S.PRELIM, _S.CLOSED), may_receive),
    ("feed_back", (_S.RESULT,), may_receive),
    ("finish", (_S.FED_BACK,), may_transfer),
    ("attach", NOT_YET_SENT, _registers),
    ("attach_sealed", NOT_YET_SENT, _registers),
    ("shred", tuple(_S), _custodian),
    ("ask_identity", tuple(_S), _registers),
)


def ways_from(state: str) -> tuple[LeadState, ...]:
    """The ways of disposal that are open now: four at first, fewer once one was taken."""
    return tuple(way for way in WAYS if (state, way.value) in TRANSITIONS)


def sorting_clock(source: str) -> str:
    """The template that says by when a lead is sorted: what an agency passed on, sooner than a petition."""
    return "DT-LD-FORWARD" if source in (Source.MEMBER, Source.AUDIT) else "DT-LD-SORT"


def result_clock(source: str) -> str:
    """The template that says by when a result comes back: audits have a rule of their own."""
    return "DT-LD-AUDIT" if source == Source.AUDIT else "DT-LD-RESULT"
