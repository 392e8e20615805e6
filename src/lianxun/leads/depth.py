"""How many leads about each unit, for the view of how deep inspections went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from lianxun.kernel.actor import Actor
from lianxun.leads.models import Lead
from lianxun.trace.door import noting, query


@query("leads.depth")
def leads_by_unit(*, actor: Actor, now: datetime, units: Sequence[UUID]) -> dict[UUID, int]:
    """Leads the actor may see, counted by the unit they are about."""
    rows = (
        Lead.objects.filter(subject_org__in=list(units))
        .values("subject_org")
        .annotate(n=Count("id"))
        .order_by("subject_org")
    )
    found = {row["subject_org"]: row["n"] for row in rows if row["subject_org"]}
    noting().about("leads.lead", actor.account_id, units=len(found))
    return found
