"""The pool and the year's training of the keeper's area beside the dated targets (6.1)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Q

from lianxun.kernel.actor import Actor
from lianxun.organisation import rules
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import PoolEntry, TrainingRecord, Unit
from lianxun.organisation.queries.rows import current, day_of
from lianxun.organisation.records import PoolStanding
from lianxun.organisation.regions import region_name
from lianxun.organisation.standards import (
    Pooled,
    Standard,
    methods_of,
    pool_standards,
    training_standards,
)
from lianxun.trace.door import noting, query


@query("organisation.pool_standing")
def pool_standing(*, actor: Actor, now: datetime) -> PoolStanding | None:
    """What the keeper's region has and what the plan asks for; nothing for whoever keeps no area.

    Four queries. Regions below are those with a liaison office: each owes full-time staff of its tier.
    """
    if not rules.may_keep_room(actor):
        return None
    today = day_of(now)
    offices = list(
        Unit.objects.filter(
            current(today), kind=UnitKind.LIAISON_OFFICE, region__range=actor.region
        ).order_by("region")
    )
    own = Unit.objects.get(id=actor.unit_id)
    by_region = _entries(today)
    below = []
    for office in offices:
        if office.region != own.region:
            line = pool_standards(by_region[office.region], office.tier, today)[0]
            # The list filters by tier, not by region: its rows would be more than were counted.
            plain = Standard(line.label, line.wanted, line.have, line.why)
            below.append((region_name(office.region), plain))
    lines = pool_standards([e for es in by_region.values() for e in es], own.tier, today)
    noting().about("organisation.pool", actor.unit_id, count=len(lines) + len(below))
    return PoolStanding(
        region=region_name(own.region),
        source=rules.parameters("standards", today)["source"],
        lines=tuple(lines),
        training=tuple(training_standards(_held(today.year), today.year, today)),
        below=tuple(below),
    )


def _entries(today: date) -> dict[int, list[Pooled]]:
    """Who is in the pool now or later, by the region of the unit."""
    free = Q(available_to__isnull=True) | Q(available_to__gte=today)
    rows = PoolEntry.objects.filter(free, person__active=True).order_by("id")
    found: dict[int, list[Pooled]] = defaultdict(list)
    columns = ("region", "person__unit__tier", "kind", "skills", "years", "senior_title")
    for region, tier, kind, skills, years, title in rows.values_list(*columns):
        found[region].append(Pooled(tier, kind, skills, years, bool(title)))
    return found


def _held(year: int) -> list[frozenset[str]]:
    """The forms of each training of the year; one title on one day is one training."""
    held: dict[tuple[str, date], frozenset[str]] = defaultdict(frozenset)
    rows = TrainingRecord.objects.filter(held_on__year=year).order_by("held_on", "id")
    for title, day, kind, methods in rows.values_list("title", "held_on", "kind", "methods"):
        held[title, day] |= methods_of(kind, methods)
    return list(held.values())
