"""How many items each unit was given and how many are closed, for the view of how deep inspections went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from lianxun.kernel.actor import Actor
from lianxun.rectification.enums import ItemState
from lianxun.rectification.models import Item
from lianxun.trace.door import noting, query


@query("rectification.depth")
def items_by_unit(
    *, actor: Actor, now: datetime, units: Sequence[UUID]
) -> dict[UUID, tuple[int, int]]:
    """(all, closed) items the actor may see, by the unit that has to rectify."""
    rows = (
        Item.objects.filter(subject_org__in=list(units))
        .values("subject_org")
        .annotate(n=Count("id"), closed=Count("id", filter=Q(state=ItemState.CLOSED)))
        .order_by("subject_org")
    )
    found = {r["subject_org"]: (r["n"], r["closed"]) for r in rows if r["subject_org"]}
    noting().about("rectification.item", actor.account_id, units=len(found))
    return found
