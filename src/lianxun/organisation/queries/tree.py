"""The tree as it stands, and as it stood on a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef

from lianxun.kernel.actor import Actor
from lianxun.organisation.enums import Tier, UnitKind
from lianxun.organisation.models import Unit, UnitPeriod
from lianxun.organisation.queries.rows import current
from lianxun.organisation.records import TreeRow
from lianxun.organisation.regions import region_name
from lianxun.organisation.tree import Span, tree_on
from lianxun.trace.door import noting, query

PLATFORM = "0000/"  # the platform's service identities belong to it; no unit of anybody


def spans(day: date | None = None) -> list[Span]:
    """The history of every unit, or what of it covers ``day``. A unit without history has one span."""
    periods = UnitPeriod.objects.order_by("unit", "valid_from", "created_at")
    bare = Unit.objects.filter(~Exists(UnitPeriod.objects.filter(unit=OuterRef("id"))))
    if day is not None:
        periods, bare = periods.filter(current(day)), bare.filter(current(day))
    columns = ("parent_id", "name", "valid_from", "valid_to")
    return [
        Span(*row)
        for row in (
            *periods.values_list("unit_id", *columns),
            *bare.order_by("path").values_list("id", *columns),
        )
    ]


@query("organisation.tree")
def tree(
    *, actor: Actor, now: datetime, day: date, kind: str = "", tier: str = ""
) -> tuple[TreeRow, ...]:
    """Every unit that existed on ``day`` under the name and at the place of that day, in tree order."""
    units = {u.id: u for u in Unit.objects.exclude(path=PLATFORM).order_by("path")}
    known = [s for s in spans(day) if s.unit in units]
    rows = []
    for node in tree_on(known, day, rank={i: u.path for i, u in units.items()}):
        unit = units[node.unit]
        if (kind and unit.kind != kind) or (tier and unit.tier != tier):
            continue
        rows.append(
            TreeRow(
                id=unit.id,
                code=unit.code,
                name=node.name,
                name_now=unit.name,
                kind=unit.kind,
                kind_label=UnitKind(unit.kind).label,
                tier_label=Tier(unit.tier).label,
                region=unit.region,
                region_name=region_name(unit.region),
                depth=node.depth,
                closed=unit.valid_to is not None,
            )
        )
    noting().about("organisation.unit", actor.unit_id, count=len(rows))
    return tuple(rows)
