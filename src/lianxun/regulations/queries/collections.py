"""Reads of collections and the small reads that pages need beside their main one."""

from __future__ import annotations

from uuid import UUID

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.regulations.models import Collection, Version, Work


def size(*, actor: Actor) -> int:
    """How many works the reader may search (part of the search page)."""
    return Work.objects.count()


def work_of_version(*, actor: Actor, version_id: UUID) -> UUID:
    """The work of a version the reader may see."""
    found = Version.objects.filter(id=version_id).values_list("work_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def collection_choices(*, actor: Actor) -> list[tuple[UUID, str]]:
    """Collections to filter by: one's own, those of the unit, those for everyone."""
    rows = Collection.objects.order_by("-personal", "title", "id")[:200]
    return [(c.id, c.title) for c in rows]
