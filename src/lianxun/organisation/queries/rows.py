"""Shared by the reads: current rows, and rows as records."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from lianxun.organisation.enums import (
    AppointmentKind,
    Tier,
    UnitKind,
)
from lianxun.organisation.models import (
    Appointment,
    Person,
    Unit,
)
from lianxun.organisation.records import (
    AppointmentRecord,
    PersonRecord,
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


def person_record(p: Person) -> PersonRecord:
    return PersonRecord(
        p.id, p.revision, p.code or "", p.name, p.unit_id, p.unit.name, p.post, p.phone, p.active
    )


def appointment_record(a: Appointment) -> AppointmentRecord:
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
    )


def appointments_on(today: date) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(current(today))
        .select_related("person__unit", "unit")
        .order_by("unit__path", "kind", "valid_from", "id")
    )
