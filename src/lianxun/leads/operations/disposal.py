"""What the receiving unit does with a lead, and how the result comes back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.duties.records import Responsible
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.leads import rules
from lianxun.leads.enums import NO_CASE, WAYS, LeadState, Outcome
from lianxun.leads.models import Lead
from lianxun.leads.operations.common import (
    LEADS,
    end_doubt,
    facts_of,
    ill_worded,
    move,
    open_clock,
    require,
    stop_clock,
)
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation


@operation("leads.dispose")
def dispose(
    *, actor: Actor, now: datetime, lead_id: UUID, revision: int, way: str, opinion: str
) -> None:
    """One of the four ways, by group study of the receiving unit, within a month."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_receive(actor, facts_of(lead)))
    errors = []
    open_ways = rules.ways_from(lead.state)
    if way not in LeadState.values or LeadState(way) not in WAYS:
        errors.append(FieldError("way", "请选择谈话函询、初步核实、暂存待查或予以了结。"))
    problem = ill_worded("opinion", opinion, most=500, missing="请写明处置意见和集体研究情况。")
    if problem is not None:
        errors.append(problem)
    if errors:
        raise Invalid(*errors)
    if LeadState(way) not in open_ways:
        raise WrongState(
            f"线索现为“{LeadState(lead.state).label}”，不能改为“{LeadState(way).label}”。"
        )
    lead.opinion = opinion.strip()
    move(lead, LeadState(way), "opinion")
    stop_clock(lead, "DT-LD-OPINION", actor=actor, now=now)
    stop_clock(lead, "DT-LD-HELD", actor=actor, now=now)
    if way == LeadState.HELD:
        open_clock(lead, "DT-LD-HELD", _recipient(lead), actor=actor, now=now)


def _recipient(lead: Lead) -> Responsible:
    unit = Unit.objects.get(id=lead.addressee_unit or lead.owner_unit)
    return Responsible(unit.id, unit.short_name)


@operation("leads.record_result")
def record_result(
    *, actor: Actor, now: datetime, lead_id: UUID, revision: int, outcome: str, result: str
) -> None:
    """What came of it. Where the doubt ends, the lead leaves search at once (settled.md 28)."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_receive(actor, facts_of(lead)))
    errors = []
    if outcome not in Outcome.values:
        errors.append(FieldError("outcome", "请选择查实情况。"))
    problem = ill_worded("result", result, most=1000, missing="请写明办理结果。")
    if problem is not None:
        errors.append(problem)
    if errors:
        raise Invalid(*errors)
    lead.outcome, lead.result = outcome, result.strip()
    if outcome in NO_CASE:
        end_doubt(lead, actor=actor, now=now)
    move(lead, LeadState.RESULT, "outcome", "result", "no_case_on", outcome=outcome)


@operation("leads.feed_back")
def feed_back(*, actor: Actor, now: datetime, lead_id: UUID, revision: int) -> None:
    """The result goes back to whoever handed over."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_receive(actor, facts_of(lead)))
    move(lead, LeadState.FED_BACK)
    stop_clock(lead, rules.result_clock(lead.source), actor=actor, now=now)


@operation("leads.finish")
def finish(*, actor: Actor, now: datetime, lead_id: UUID, revision: int) -> None:
    """The desk takes note and closes the lead."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_transfer(actor, facts_of(lead)))
    move(lead, LeadState.DONE)
