"""The chain of responsibility: group, committee, office, member units; who confirmed, what is vacant, what is red."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxun.duties.clocks import day_of
from lianxun.duties.models import Answering
from lianxun.duties.queries import cube
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import NotFound
from lianxun.organisation import queries as organisation
from lianxun.organisation.enums import AppointmentKind
from lianxun.organisation.models import Unit
from lianxun.organisation.queries.rows import appointments_on
from lianxun.organisation.records import AppointmentRecord
from lianxun.trace.door import noting, query

MOST = 200  # confirmations of one unit on its page


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in a post of the chain, and when he last confirmed what he answers for (as far as the reader sees)."""

    appointment: UUID
    name: str
    kind_label: str
    since: date
    confirmed_on: date | None
    words: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Link:
    """One unit of the chain; ``red`` drills down to exactly these clocks."""

    unit_id: UUID
    unit_name: str
    kind_label: str
    holders: tuple[Holder, ...]
    gaps: tuple[str, ...]
    red: int


@dataclass(frozen=True, slots=True)
class Chain:
    bodies: tuple[Link, ...]
    members: tuple[Link, ...]
    gaps: tuple[str, ...]

    @property
    def unconfirmed(self) -> int:
        holders = [h for link in (*self.bodies, *self.members) for h in link.holders]
        return sum(h.confirmed_on is None for h in holders)


@dataclass(frozen=True, slots=True)
class AnsweringRecord:
    name: str
    kind_label: str
    words: str
    on_date: date


@dataclass(frozen=True, slots=True)
class MyPost:
    """A post of the acting person, to confirm."""

    id: UUID
    unit_name: str
    kind_label: str
    words: str
    permitted: frozenset[str]


@query("duties.chain")
def chain(*, actor: Actor, now: datetime) -> Chain:
    """一级抓一级: the bodies of the tier in their order, then each member unit with head, deputy and officers."""
    found = organisation.network(actor=actor, now=now)
    red: Counter[str] = Counter()
    given = {"light": Light.RED.value, "board": "1"}
    for cell, number in cube.counts("unit", given, actor=actor, now=now).items():
        red[cell.key] += number
    said: dict[UUID, Answering] = {}
    units = [x.unit.id for x in found.bodies] + [x.unit.id for x in found.members]
    for row in Answering.objects.filter(unit__in=units).order_by("on_date", "created_at"):
        said[row.appointment] = row

    def link(
        unit: UUID, name: str, kind: str, people: tuple[AppointmentRecord, ...], gaps: list[str]
    ) -> Link:
        holders = tuple(_holder(a, said.get(a.id), actor) for a in people)
        return Link(unit, name, kind, holders, tuple(gaps), red[str(unit)])

    bodies = tuple(
        link(
            b.unit.id,
            b.unit.name,
            b.unit.kind_label,
            b.people,
            [] if b.people else [f"{b.unit.name}没有登记组成人员"],
        )
        for b in found.bodies
    )
    members = tuple(
        link(
            m.unit.id,
            m.unit.name,
            m.unit.kind_label,
            (*m.heads, *m.deputies, *m.officers),
            [g.message for g in m.gaps],
        )
        for m in found.members
    )
    noting().about("duties.answering", actor.unit_id, count=len(said))
    return Chain(bodies, members, tuple(g.message for g in found.gaps))


def _holder(a: AppointmentRecord, said: Answering | None, actor: Actor) -> Holder:
    return Holder(
        a.id,
        a.person_name,
        a.kind_label,
        a.valid_from,
        said.on_date if said else None,
        said.words if said else "",
        a.person_id == actor.person_id,
    )


@query("duties.answering")
def answering(
    *, actor: Actor, now: datetime, unit_id: UUID
) -> tuple[str, tuple[AnsweringRecord, ...]]:
    """The unit's name and every confirmation in it that the reader sees, the latest first; of posts that ended too."""
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        raise NotFound
    rows = Answering.objects.filter(unit=unit_id).order_by("-on_date", "-created_at", "id")[:MOST]
    found = tuple(
        AnsweringRecord(r.name, AppointmentKind(r.kind).label, r.words, r.on_date) for r in rows
    )
    noting().about("organisation.unit", unit_id, count=len(found))
    return unit.name, found


@query("duties.my_post")
def my_post(*, actor: Actor, now: datetime, appointment_id: UUID) -> MyPost:
    """One of the actor's own posts. Raises ``NotFound`` for anybody else's."""
    if actor.person_id is None:
        raise NotFound
    held = appointments_on(day_of(now)).filter(id=appointment_id, person_id=actor.person_id).first()
    if held is None or held.kind == AppointmentKind.STAFF:
        raise NotFound
    last = Answering.objects.filter(appointment=held.id).first()
    noting().about("duties.answering", held.id)
    return MyPost(
        held.id,
        held.unit.name,
        AppointmentKind(held.kind).label,
        last.words if last else "",
        frozenset({"confirm"}),
    )
