"""The permissive half of need-to-know as a filter with literals, so that indexes are used.

Row security decides; this only says the same again in a form the planner can use (architecture.md §1.1,
security.md §2.2): policies alone are a filter over the whole table. It is never narrower than the
policies: the four limits are left to them.
"""

from __future__ import annotations

from django.db.models import BooleanField, Func, Q, Value

from lianxun.kernel.actor import Actor


class Shared(Func):
    """``id`` is among what is shared with the reader (P4, P5): the ids are one array, looked up once."""

    template = "%(expressions)s))::uuid[])"
    arg_joiner = " = any ((select lx.shared("
    output_field = BooleanField()


def within_reach(actor: Actor, *, kind: str, library: str = "") -> Q:
    """Rows of a ``Labelled`` table that could be visible to ``actor``; ``kind`` is what grants name.

    ``library``: the room whose duty the table asks for; a reader without it sees only what he is a member
    of or what is shared with him. Left empty where that differs by row.
    Empty (no filter) for a service identity: its fixed tables are open to it as a whole.
    """
    if actor.service:
        return Q()
    reach = Q(Shared("id", Value(kind)))
    if actor.engagements:
        reach |= Q(engagement__in=sorted(actor.engagements))
    if library and library not in actor.duties:
        return reach
    end = actor.unit_path + "~"
    low, high = actor.region
    reach |= Q(owner_path__gte=actor.unit_path, owner_path__lt=end)
    reach |= Q(addressee_path__gte=actor.unit_path, addressee_path__lt=end)
    if low <= high:
        reach |= Q(region__gte=low, region__lte=high)
    return reach
