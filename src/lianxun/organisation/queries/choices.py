"""What forms offer: names with ids, nothing more. Row security decides which."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lianxun.organisation.models import Person, Unit


def unit_choices(*, kinds: tuple[str, ...] = ()) -> list[tuple[UUID, str]]:
    """(id, short name) of current units of the given kinds, in the order of the tree."""
    rows = Unit.objects.filter(valid_to__isnull=True).order_by("path")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return list(rows.values_list("id", "short_name"))


def people_choices() -> list[tuple[UUID, str]]:
    """(id, name and unit) of people in post whom the reader may list."""
    rows = Person.objects.select_related("unit").filter(active=True).order_by("unit_path", "pinyin")
    return [(p.id, f"{p.name}（{p.unit.short_name} {p.post}）") for p in rows[:2000]]


def unit_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Short names of units, closed ones included (the trace names them for ever)."""
    return dict(Unit.objects.filter(id__in=list(ids)).values_list("id", "short_name"))
