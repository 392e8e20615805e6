"""Who may do what with suggestions and models. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied

ENDED = frozenset({"returned", "forwarded", "done", "destroyed"})
SEALED_LEVEL = 3  # 核心 is question and answer only: no model, no index


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What the rules need to know of a lead the actor can see."""

    state: str
    level: int
    engagement: UUID | None
    compartment: str | None


def sealed(facts: LeadFacts) -> bool:
    """Leads that no engine reads and no index holds (settled.md 23). The database says the same: the
    service identity is cleared to 敏感 and holds no compartment."""
    return facts.level >= SEALED_LEVEL or facts.compartment is not None


def may_decide(actor: Actor, facts: LeadFacts) -> Decision:
    """Whoever handles leads decides the class; the inspected side and experts do not."""
    if actor.has_role("contact", "expert"):
        return Denied("类别由承办线索的人员认定。", "ADV-DECIDE")
    if facts.state in ENDED:
        return Denied("线索已退回、转出或办结，不再认定类别。", "ADV-DECIDE-STATE")
    if "leads" in actor.duties or (
        facts.engagement is not None and facts.engagement in actor.engagements
    ):
        return Allowed("ADV-DECIDE")
    return Denied("本人职责不含问题线索。", "ADV-DECIDE")


def may_ask_again(actor: Actor, facts: LeadFacts) -> Decision:
    """Have a lead read again: who may decide about it, unless it is sealed."""
    if sealed(facts):
        return Denied("该线索级别或隔离范围不允许机器研判，请人工研判。", "ADV-SEALED")
    return may_decide(actor, facts)


def may_ask_similar(actor: Actor, facts: LeadFacts) -> Decision:
    """Ask whether further similar leads exist: only for a registered lead the actor handles."""
    if sealed(facts):
        return Denied("该线索级别或隔离范围不允许查询相似件。", "ADV-SEALED")
    return may_decide(actor, facts)


def may_keep_models(actor: Actor) -> Decision:
    """Train, propose, roll back: coordinators and heads with the duty 研判建议."""
    if "advice" in actor.duties and actor.has_role("coordinator", "leader"):
        return Allowed("ADV-MODELS")
    return Denied("研判模型由联络员办公室管理。", "ADV-MODELS")


def may_confirm(actor: Actor, *, proposed_by: UUID | None, trained_by: UUID | None) -> Decision:
    """The second person: neither who proposed nor who trained."""
    kept = may_keep_models(actor)
    if isinstance(kept, Denied):
        return kept
    if actor.account_id == proposed_by:
        return Denied("复核人不能是提出人。", "ADV-MAKER-CHECKER")
    if actor.account_id == trained_by:
        return Denied("复核人不能是训练人。", "ADV-MAKER-CHECKER")
    return Allowed("ADV-CONFIRM")


def may_see_desk(actor: Actor) -> Decision:
    """The coordination desk hears of similar leads in different hands (settled.md 24)."""
    if actor.has_role("coordinator") and "leads" in actor.duties:
        return Allowed("ADV-DESK")
    return Denied("由联络员办公室查看。", "ADV-DESK")
