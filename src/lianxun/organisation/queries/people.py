"""People, the pool, training."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation import rules
from lianxun.organisation.enums import (
    AppointmentKind,
    PoolKind,
    RecusalKind,
    Skill,
    TrainingKind,
)
from lianxun.organisation.models import (
    Person,
    PoolEntry,
    RecusalFact,
    TrainingRecord,
)
from lianxun.organisation.queries.rows import (
    PEOPLE_LIMIT,
    appointment_record,
    appointments_on,
    day_of,
    person_record,
)
from lianxun.organisation.records import (
    FactRecord,
    PeoplePage,
    PersonDetail,
    PoolRecord,
    TrainingRow,
)
from lianxun.trace.door import noting, query


def _pool() -> QuerySet[PoolEntry]:
    return PoolEntry.objects.select_related("person__unit").order_by(
        "kind", "person__unit_path", "person__pinyin", "id"
    )


def _pool_record(e: PoolEntry, declared: bool) -> PoolRecord:
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
    )


@query("organisation.pool")
def pool(
    *,
    actor: Actor,
    now: datetime,
    kind: str = "",
    skill: str = "",
    available_from: date | None = None,
    available_to: date | None = None,
) -> tuple[PoolRecord, ...]:
    """The pool of staff and experts, by kind, skill and the days they must be free for."""
    declared = RecusalFact.objects.filter(person=OuterRef("person"))
    rows = _pool().filter(person__active=True).annotate(declared=Exists(declared))
    if kind:
        rows = rows.filter(kind=kind)
    if skill:
        rows = rows.filter(skills__contains=[skill])
    if available_from is not None:
        rows = rows.filter(available_from__lte=available_from)
    if available_to is not None:
        rows = rows.filter(Q(available_to__isnull=True) | Q(available_to__gte=available_to))
    found = tuple(_pool_record(e, e.declared) for e in rows)
    noting().about("organisation.pool", actor.unit_id, count=len(found))
    return found


@query("organisation.people")
def people(
    *,
    actor: Actor,
    now: datetime,
    search: str = "",
    unit_id: UUID | None = None,
    active: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> PeoplePage:
    """People the actor may see: the own unit's, the kept area's, liaison officers and heads."""
    rows = Person.objects.select_related("unit").order_by("unit_path", "pinyin", "id")
    if active:
        rows = rows.filter(active=True)
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    if search.strip():
        text = search.strip()
        rows = rows.filter(
            Q(name__icontains=text) | Q(pinyin__icontains=text.lower()) | Q(code=text)
        )
    limit = min(limit, PEOPLE_LIMIT)
    found = tuple(person_record(p) for p in rows[offset : offset + limit])
    total = rows.count()
    noting().about("organisation.person", actor.unit_id, count=len(found), total=total)
    return PeoplePage(found, total, offset, limit)


@query("organisation.person")
def person(*, actor: Actor, now: datetime, person_id: UUID) -> PersonDetail:
    """One person with appointments, pool, training; facts for recusal only to whom they belong."""
    row = Person.objects.select_related("unit").filter(id=person_id).first()
    if row is None:
        raise NotFound
    keeper = bool(rules.may_keep_people(actor, path=row.unit_path, region=row.region))
    facts = (
        RecusalFact.objects.filter(person=row).select_related("organisation").order_by("kind", "id")
    )
    noting().about("organisation.person", row.id, revision=row.revision)
    return PersonDetail(
        person=person_record(row),
        appointments=tuple(
            appointment_record(a) for a in appointments_on(day_of(now)).filter(person=row)
        ),
        pool=tuple(_pool_record(e, bool(facts)) for e in _pool().filter(person=row)),
        training=tuple(
            (t.held_on, TrainingKind(t.kind).label, t.title, t.hours)
            for t in TrainingRecord.objects.filter(person=row)
        ),
        facts=tuple(
            FactRecord(
                f.id,
                f.kind,
                RecusalKind(f.kind).label,
                f.organisation.name if f.organisation else f.organisation_name,
                f.place,
                f.relation,
                f.since,
                f.until,
                f.declared_on,
            )
            for f in facts
        ),
        may_see_facts=keeper or actor.person_id == row.id,
        may_edit=keeper,
    )


@query("organisation.training")
def training(*, actor: Actor, now: datetime, year: int) -> tuple[TrainingRow, ...]:
    """Liaison officers and full-time staff of the area with what they attended and what is missing."""
    today = day_of(now)
    attended = {
        row["person"]: row
        for row in TrainingRecord.objects.filter(held_on__year=year)
        .values("person")
        .annotate(
            times=Count("id"),
            hours=Sum("hours"),
            classes=Count("id", filter=Q(kind=TrainingKind.CLASS)),
        )
        .order_by("person")
    }
    audiences: dict[UUID, tuple[Person, str]] = {}
    for entry in _pool().filter(kind=PoolKind.FULL_TIME):
        audiences[entry.person_id] = (entry.person, PoolKind.FULL_TIME)
    for row in appointments_on(today).filter(kind=AppointmentKind.LIAISON_OFFICER):
        audiences[row.person_id] = (row.person, AppointmentKind.LIAISON_OFFICER)
    nothing = {"times": 0, "hours": 0, "classes": 0}
    rows = []
    for ident, (who, audience) in audiences.items():
        seen = attended.get(ident, nothing)
        gap = rules.training_gap(audience, seen["times"], seen["classes"], today)
        rows.append(
            TrainingRow(ident, who.name, who.unit.name, audience, seen["times"], seen["hours"], gap)
        )
    noting().about("organisation.training", actor.unit_id, count=len(rows))
    return tuple(sorted(rows, key=lambda r: (r.unit_name, r.name, str(r.person_id))))
