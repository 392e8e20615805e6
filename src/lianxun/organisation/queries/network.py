"""Who leads, who coordinates, whom to call in each member unit: the two-layer network of 2.4.1 and 4.1."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from lianxun.kernel.actor import Actor
from lianxun.organisation import rules
from lianxun.organisation.enums import ONCE_PER_REGION, AppointmentKind, UnitKind
from lianxun.organisation.models import Unit
from lianxun.organisation.queries.rows import (
    appointment_record,
    appointments_on,
    current,
    day_of,
    unit_record,
)
from lianxun.organisation.records import AppointmentRecord, BodyRow, MemberRow, Network
from lianxun.trace.door import noting, query


@query("organisation.network")
def network(*, actor: Actor, now: datetime) -> Network:
    """The bodies of the actor's top unit with their people, and each member unit with its three roles."""
    today = day_of(now)
    top = actor.unit_path.split("/", 1)[0] + "/"
    units = Unit.objects.filter(
        current(today),
        path__gte=top,
        path__lt=top + "~",
        kind__in=(*ONCE_PER_REGION, UnitKind.MEMBER),
    ).order_by("path")
    by_unit: dict[UUID, list[AppointmentRecord]] = defaultdict(list)
    for row in appointments_on(today).filter(unit__in=units).exclude(kind=AppointmentKind.STAFF):
        by_unit[row.unit_id].append(appointment_record(row, actor))
    bodies, members = [], []
    for unit in units:
        people = by_unit[unit.id]
        if unit.kind != UnitKind.MEMBER:
            bodies.append(BodyRow(unit_record(unit), tuple(people)))
            continue
        counts: dict[str, int] = defaultdict(int)
        for one in people:
            counts[one.kind] += 1

        def of(kind: str, found: list[AppointmentRecord] = people) -> tuple[AppointmentRecord, ...]:
            return tuple(a for a in found if a.kind == kind)

        members.append(
            MemberRow(
                unit_record(unit),
                of(AppointmentKind.HEAD),
                of(AppointmentKind.RESPONSIBLE_DEPUTY),
                of(AppointmentKind.LIAISON_OFFICER),
                tuple(rules.staffing_gaps(unit.id, unit.name, counts, today)),
            )
        )
    noting().about("organisation.unit", actor.unit_id, count=len(bodies) + len(members))
    return Network(
        tuple(sorted(bodies, key=lambda b: ONCE_PER_REGION.index(UnitKind(b.unit.kind)))),
        tuple(members),
        tuple(rules.body_gaps(b.unit.kind for b in bodies)),
    )
