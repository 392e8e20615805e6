"""What this room adds when a room below asks."""

from __future__ import annotations

from uuid import UUID

from lianxun.fabric.handlers import handles
from lianxun.inspection.records import Figure
from lianxun.leads.enums import LeadState, Outcome
from lianxun.leads.models import Lead


@handles("inspection.evaluating")
def add_figures(*, engagements: list[UUID], figures: list[Figure]) -> None:
    """How many leads a round found, handed over and saw settled goes into the evaluation of its
    coordination (W27); counts only, never what a lead is about."""
    rows = Lead.objects.filter(engagement__in=engagements)
    handed = rows.filter(batch__isnull=False).count()
    ended = rows.filter(state__in=(LeadState.RESULT, LeadState.FED_BACK, LeadState.DONE)).count()
    confirmed = rows.filter(outcome__in=(Outcome.CONFIRMED, Outcome.PARTLY)).count()
    words = (
        f"登记 {rows.count()} 件，移交 {handed} 件，已有结果 {ended} 件，其中属实 {confirmed} 件"
    )
    figures.append(Figure("问题线索", words))
