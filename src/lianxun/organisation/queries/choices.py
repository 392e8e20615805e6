"""What forms offer: names with ids, nothing more. Row security decides which."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lianxun.kernel.problems import NotFound
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Person, Post, Unit


def unit_choices(*, kinds: tuple[str, ...] = ()) -> list[tuple[UUID, str]]:
    """(id, short name) of current units of the given kinds, in the order of the tree."""
    rows = Unit.objects.filter(valid_to__isnull=True).exclude(path="0000/").order_by("path")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return list(rows.values_list("id", "short_name"))


def people_choices() -> list[tuple[UUID, str]]:
    """(id, name and unit) of people in post whom the reader may list."""
    rows = (
        Person.objects.select_related("unit")
        .filter(active=True)
        .order_by("unit_path", "pinyin", "id")
    )
    return [(p.id, f"{p.name}（{p.unit.short_name} {p.post}）") for p in rows[:2000]]


def people_of(unit_id: UUID) -> list[tuple[UUID, str]]:
    """(id, name and post) of the people in post at a unit whom the reader may list."""
    rows = Person.objects.filter(unit_id=unit_id, active=True).order_by("pinyin", "id")
    return [(p.id, f"{p.name}（{p.post}）") for p in rows]


def posts_of(unit_id: UUID) -> list[tuple[UUID, str]]:
    """(id, title) of the posts a unit has now, leading ones first."""
    rows = Post.objects.filter(unit_id=unit_id, valid_to__isnull=True)
    return list(rows.order_by("-leading", "title", "id").values_list("id", "title"))


def unit_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Short names of units, closed ones included (the trace names them for ever)."""
    return dict(Unit.objects.filter(id__in=list(ids)).values_list("id", "short_name"))


def body_above(kind: UnitKind, *, path: str) -> Unit:
    """The current body of ``kind`` that is nearest in the tree to ``path`` (leading group, committee).

    Raises ``NotFound`` with what to do when the tier has not registered one.
    """
    top = path.split("/", 1)[0] + "/"
    rows = Unit.objects.filter(kind=kind, path__startswith=top, valid_to__isnull=True)
    found = list(rows.order_by("path"))
    if not found:
        raise NotFound(f"本级没有登记“{kind.label}”，请先在“组织”中登记。")
    above = path.split("/")
    return max(found, key=lambda body: _steps_together(body.path.split("/"), above))


def _steps_together(one: list[str], other: list[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
