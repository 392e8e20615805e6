"""One row each for the page on which somebody acts on it, with what he may do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation import rules
from lianxun.organisation.models import Appointment, PoolEntry, Post, RecusalFact
from lianxun.organisation.queries.rows import (
    appointment_record,
    fact_record,
    pool_record,
    post_record,
)
from lianxun.organisation.records import (
    AppointmentRecord,
    FactRecord,
    PoolRecord,
    PostRecord,
    RoomRecord,
)
from lianxun.trace.door import noting, query


@query("organisation.room")
def room(*, actor: Actor, now: datetime) -> RoomRecord:
    """What somebody may begin in this room: a new unit, a person, training, spreadsheets."""
    keeper = rules.may_keep_room(actor)
    permitted = {"person", "training", "sheets"} if keeper else set()
    if keeper or actor.has_role("system_admin"):
        permitted.add("unit")
    noting().about("organisation.unit", actor.unit_id)
    return RoomRecord(frozenset(permitted))


@query("organisation.appointment")
def appointment(*, actor: Actor, now: datetime, appointment_id: UUID) -> AppointmentRecord:
    row = (
        Appointment.objects.filter(id=appointment_id)
        .select_related("person__unit", "unit", "post")
        .first()
    )
    if row is None:
        raise NotFound
    noting().about("organisation.appointment", row.id, revision=row.revision)
    return appointment_record(row, actor)


@query("organisation.post")
def post(*, actor: Actor, now: datetime, post_id: UUID) -> PostRecord:
    row = Post.objects.filter(id=post_id).select_related("unit").first()
    if row is None:
        raise NotFound
    noting().about("organisation.post", row.id, revision=row.revision)
    return post_record(row, actor)


@query("organisation.pool_entry")
def pool_entry(*, actor: Actor, now: datetime, entry_id: UUID) -> PoolRecord:
    row = PoolEntry.objects.filter(id=entry_id).select_related("person__unit").first()
    if row is None:
        raise NotFound
    noting().about("organisation.pool", row.id, revision=row.revision)
    return pool_record(row, actor)


@query("organisation.fact")
def fact(*, actor: Actor, now: datetime, fact_id: UUID) -> FactRecord:
    row = RecusalFact.objects.filter(id=fact_id).select_related("organisation").first()
    if row is None:
        raise NotFound
    noting().about("organisation.recusal_fact", row.id)
    return fact_record(row, actor)
