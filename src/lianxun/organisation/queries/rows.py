"""Shared by the reads: current rows, and rows as records."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from lianxun.kernel.actor import Actor
from lianxun.organisation import rules
from lianxun.organisation.enums import (
    AppointmentKind,
    PoolKind,
    RecusalKind,
    Skill,
    Tier,
    UnitKind,
)
from lianxun.organisation.models import (
    Appointment,
    Person,
    PoolEntry,
    Post,
    RecusalFact,
    Unit,
)
from lianxun.organisation.records import (
    AppointmentRecord,
    FactRecord,
    PersonRecord,
    PoolRecord,
    PostRecord,
    UnitRecord,
)
from lianxun.organisation.regions import region_name

PEOPLE_LIMIT = 200


def day_of(now: datetime) -> date:
    return timezone.localdate(now)


def current(day: date) -> Q:
    """Rows whose dates cover ``day``."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def unit_record(u: Unit) -> UnitRecord:
    return UnitRecord(
        id=u.id,
        revision=u.revision,
        code=u.code,
        name=u.name,
        short_name=u.short_name,
        kind=u.kind,
        kind_label=UnitKind(u.kind).label,
        tier=u.tier,
        tier_label=Tier(u.tier).label,
        region=u.region,
        region_name=region_name(u.region),
        parent_id=u.parent_id,
        path=u.path,
        depth=u.path.count("/") - 1,
        valid_from=u.valid_from,
        valid_to=u.valid_to,
        successor_id=u.successor_id,
    )


def person_record(p: Person, actor: Actor | None = None) -> PersonRecord:
    """``actor`` asks what he may do with many of them."""
    keeps = actor and rules.may_keep_people(actor, path=p.unit_path, region=p.region)
    return PersonRecord(
        p.id,
        p.revision,
        p.code or "",
        p.name,
        p.unit_id,
        p.unit.name,
        p.post,
        p.phone,
        p.active,
        _if(keeps, "training"),
    )


def _if(allowed: object, *acts: str) -> frozenset[str]:
    return frozenset(acts) if allowed else frozenset()


def appointment_record(a: Appointment, actor: Actor | None = None) -> AppointmentRecord:
    """``actor`` asks what he may do with it."""
    keeps = actor and rules.may_keep_people(actor, path=a.unit_path, region=a.region)
    return AppointmentRecord(
        id=a.id,
        revision=a.revision,
        person_id=a.person_id,
        person_name=a.person.name,
        person_post=a.person.post,
        home_unit=a.person.unit.name,
        phone=a.person.phone,
        unit_id=a.unit_id,
        unit_name=a.unit.name,
        kind=a.kind,
        kind_label=AppointmentKind(a.kind).label,
        valid_from=a.valid_from,
        valid_to=a.valid_to,
        basis=a.basis,
        post_title=a.post.title if a.post else "",
        permitted=_if(keeps and a.valid_to is None, "end"),
    )


def post_record(p: Post, actor: Actor) -> PostRecord:
    keeps = rules.may_keep_people(actor, path=p.unit.path, region=p.unit.region)
    return PostRecord(
        id=p.id,
        revision=p.revision,
        unit_id=p.unit_id,
        unit_name=p.unit.name,
        title=p.title,
        leading=p.leading,
        seats=p.seats,
        valid_from=p.valid_from,
        valid_to=p.valid_to,
        permitted=_if(keeps and p.valid_to is None, "change", "close"),
    )


def pool_record(e: PoolEntry, actor: Actor, *, declared: bool = False) -> PoolRecord:
    keeps = rules.may_keep_people(actor, path=e.unit_path, region=e.region)
    return PoolRecord(
        id=e.id,
        revision=e.revision,
        person_id=e.person_id,
        name=e.person.name,
        unit_id=e.person.unit_id,
        unit_name=e.person.unit.name,
        post=e.person.post,
        kind=e.kind,
        kind_label=PoolKind(e.kind).label,
        skills=tuple(e.skills),
        skill_labels=tuple(Skill(s).label for s in e.skills),
        senior_title=e.senior_title,
        years=e.years,
        available_from=e.available_from,
        available_to=e.available_to,
        facts_declared=declared,
        permitted=_if(keeps and e.available_to is None, "leave"),
    )


def fact_record(f: RecusalFact, actor: Actor) -> FactRecord:
    may = rules.may_declare(actor, person=f.person_id, path=f.unit_path, region=f.region)
    return FactRecord(
        f.id,
        f.kind,
        RecusalKind(f.kind).label,
        f.organisation.name if f.organisation else f.organisation_name,
        f.place,
        f.relation,
        f.since,
        f.until,
        f.declared_on,
        f.person_id,
        _if(may, "withdraw"),
    )


def appointments_on(today: date) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(current(today))
        .select_related("person__unit", "unit", "post")
        .order_by("unit__path", "kind", "valid_from", "id")
    )
