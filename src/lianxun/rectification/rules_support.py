"""Who may do what with a plan of help and its lines. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.rectification.enums import ChangeState, SupportKind, SupportState
from lianxun.rectification.rules import may_issue


@dataclass(frozen=True, slots=True)
class SupportFacts:
    """A line of 《整改协同方案》 as the rules see it."""

    state: str
    unit_path: str
    owner_path: str
    reported_by: UUID | None = None
    kind: str = ""
    change: str = ""  # the state of the change under way, if there is one
    changed_by: UUID | None = None


def may_support(actor: Actor, *, owner_path: str) -> Decision:
    """The plan of help is kept by the office that owns the items."""
    issue = may_issue(actor)
    if isinstance(issue, Denied):
        return Denied("整改协同方案由巡视办协调人员办理。", "REC-SUPPORT")
    if not actor.in_own_unit(owner_path):
        return Denied("只有下达整改事项的巡视办可以办理。", "REC-SUPPORT")
    return Allowed("REC-SUPPORT")


def _helps(actor: Actor, facts: SupportFacts) -> bool:
    return actor.in_own_unit(facts.unit_path) and actor.has_role(
        "leader", "coordinator", "liaison_officer"
    )


def may_answer_support(actor: Actor, facts: SupportFacts) -> Decision:
    """The helping unit agrees or declines, once."""
    if not _helps(actor, facts):
        return Denied("由支援单位答复。", "REC-SUPPORT-UNIT")
    if facts.state != SupportState.ASKED:
        return Denied("该事项现在不需要答复。", "REC-STATE")
    return Allowed("REC-SUPPORT-UNIT")


def may_name_helpers(actor: Actor, facts: SupportFacts) -> Decision:
    """Who is sent to help is named by the unit that sends, as long as the help is to come or under way."""
    if not _helps(actor, facts):
        return Denied("由支援单位指定支援人员。", "REC-SUPPORT-UNIT")
    if facts.kind != SupportKind.PEOPLE or facts.state not in (
        SupportState.AGREED,
        SupportState.OPEN,
    ):
        return Denied("已同意或正在支援的人员支援才能指定支援人员。", "REC-STATE")
    return Allowed("REC-SUPPORT-UNIT")


def may_report_support(actor: Actor, facts: SupportFacts) -> Decision:
    if not _helps(actor, facts):
        return Denied("由支援单位报告完成情况。", "REC-SUPPORT-UNIT")
    if facts.state != SupportState.OPEN:
        return Denied("该事项现在不能报告。", "REC-STATE")
    return Allowed("REC-SUPPORT-UNIT")


def may_check_support(actor: Actor, facts: SupportFacts) -> Decision:
    """The office holds it against the standard; never who reported."""
    support = may_support(actor, owner_path=facts.owner_path)
    if isinstance(support, Denied):
        return support
    if facts.state != SupportState.REPORTED:
        return Denied("没有等待检查的完成情况。", "REC-STATE")
    if actor.account_id == facts.reported_by:
        return Denied("报告完成的人不能自己检查，请另一名同志办理。", "REC-CHECK")
    return Allowed("REC-CHECK")


def may_change_support(actor: Actor, facts: SupportFacts) -> Decision:
    """Day, standard and inspection point of running help are moved by the office, one change at a time."""
    support = may_support(actor, owner_path=facts.owner_path)
    if isinstance(support, Denied):
        return support
    if facts.state != SupportState.OPEN:
        return Denied("支援中的事项才能变更。", "REC-STATE")
    if facts.change:
        return Denied("上一次变更还没有办完。", "REC-STATE")
    return Allowed("REC-SUPPORT")


def may_answer_change(actor: Actor, facts: SupportFacts) -> Decision:
    """The helping unit agrees anew or refuses; never who asked for the change."""
    if not _helps(actor, facts):
        return Denied("由支援单位答复变更。", "REC-SUPPORT-UNIT")
    if facts.state != SupportState.OPEN or facts.change != ChangeState.ASKED:
        return Denied("没有等待答复的变更。", "REC-STATE")
    if actor.account_id == facts.changed_by:
        return Denied("提出变更的人不能自己同意。", "REC-CHECK")
    return Allowed("REC-SUPPORT-UNIT")


def may_apply_change(actor: Actor, facts: SupportFacts) -> Decision:
    """The office puts an agreed change into force: its own clock moves with that of the unit."""
    support = may_support(actor, owner_path=facts.owner_path)
    if isinstance(support, Denied):
        return support
    if facts.state != SupportState.OPEN or facts.change != ChangeState.AGREED:
        return Denied("没有支援单位同意的变更。", "REC-STATE")
    return Allowed("REC-SUPPORT")
