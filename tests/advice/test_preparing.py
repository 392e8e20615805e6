"""What the job stores about a lead, and what it refuses to read."""

from __future__ import annotations

from typing import Any

from lianxun.advice import operations as do
from lianxun.advice import queries


def test_a_lead_gets_suggestions_and_a_person_decides(cast: Any, lead: Any) -> None:
    clerk = cast["clerk"]
    seen = queries.for_lead(actor=clerk, now=cast.now, lead_id=lead)
    nature = seen.facets[0]
    assert "TP-C2" in nature.suggested
    do.accept(actor=clerk, now=cast.now, lead_id=lead, facet="TP-1", advice_id=seen.advice_id)
    after = queries.for_lead(actor=clerk, now=cast.now, lead_id=lead)
    assert after.facets[0].decision.decided == nature.suggested
