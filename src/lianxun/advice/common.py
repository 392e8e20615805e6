"""Loading and noting that all acts of the room share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from lianxun.advice.rules import LeadFacts
from lianxun.kernel.actor import Decision, Denied
from lianxun.kernel.problems import NotFound, Refused
from lianxun.leads.texts import LeadText, lead_texts
from lianxun.trace.door import noting

LEAD = "leads.lead"


def require(decision: Decision) -> None:
    if isinstance(decision, Denied):
        raise Refused(decision)
    noting().rule = decision.rule


def load_lead(lead_id: UUID) -> LeadText:
    """The lead if the running identity may see it; ``NotFound`` otherwise."""
    text = lead_texts([lead_id]).get(lead_id)
    if text is None:
        raise NotFound
    return text


def facts_of(text: LeadText) -> LeadFacts:
    return LeadFacts(
        state=text.state,
        level=text.labels.level,
        engagement=text.labels.engagement,
        compartment=text.labels.compartment,
    )


def note(text: LeadText, **detail: Any) -> None:
    """Put the act on the lead's own trail: codes, counts and ids only."""
    noting().about(
        LEAD,
        text.id,
        revision=text.revision,
        engagement=text.labels.engagement,
        level=text.labels.level,
        **detail,
    )
