"""The permissive half of need-to-know as a filter with literals, so that indexes are used.

Row security decides; this only says the same again in a form the planner can use (architecture.md §1.1,
security.md §2.2): policies alone are a filter over the whole table. It is never narrower than the
policies: duties and the four restrictions are left to them.
"""

from __future__ import annotations

from django.db.models import Q
from django.db.models.expressions import RawSQL

from lianxun.kernel.actor import Actor


def within_reach(actor: Actor, *, kind: str) -> Q:
    """Rows of a ``Labelled`` table that could be visible to ``actor``; ``kind`` is what grants name.

    Empty (no filter) for a service identity: its fixed tables are open to it as a whole.
    """
    if actor.service:
        return Q()
    end = actor.unit_path + "~"
    low, high = actor.region
    reach = Q(owner_path__gte=actor.unit_path, owner_path__lt=end)
    reach |= Q(addressee_path__gte=actor.unit_path, addressee_path__lt=end)
    if low <= high:
        reach |= Q(region__gte=low, region__lte=high)
    if actor.engagements:
        reach |= Q(engagement__in=sorted(actor.engagements))
    return reach | Q(id__in=RawSQL("select unnest(lx.shared(%s))", [kind]))
