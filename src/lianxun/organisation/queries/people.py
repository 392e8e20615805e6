"""People, the pool, training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from lianxun.fabric.paging import Page, page_of
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation import rules
from lianxun.organisation.enums import AppointmentKind, PoolKind, TrainingKind, TrainingMethod
from lianxun.organisation.models import (
    Appointment,
    Person,
    PoolEntry,
    RecusalFact,
    TrainingRecord,
)
from lianxun.organisation.queries.rows import (
    appointment_record,
    appointments_on,
    day_of,
    fact_record,
    person_record,
    pool_record,
)
from lianxun.organisation.records import PersonDetail, PersonRecord, PoolRecord, TrainingRow
from lianxun.organisation.standards import methods_of
from lianxun.trace.door import noting, query


def _pool() -> QuerySet[PoolEntry]:
    return PoolEntry.objects.select_related("person__unit").order_by(
        "kind", "person__unit_path", "person__pinyin", "id"
    )


def _chosen(
    kind: str, skill: str, available_from: date | None, available_to: date | None
) -> QuerySet[PoolEntry]:
    rows = _pool().filter(person__active=True)
    if kind:
        rows = rows.filter(kind=kind)
    if skill:
        rows = rows.filter(skills__contains=[skill])
    if available_from is not None:
        rows = rows.filter(available_from__lte=available_from)
    if available_to is not None:
        rows = rows.filter(Q(available_to__isnull=True) | Q(available_to__gte=available_to))
    return rows


def _with_facts(rows: Iterable[PoolEntry], actor: Actor) -> tuple[PoolRecord, ...]:
    entries = list(rows)
    of = RecusalFact.objects.filter(person__in=[e.person_id for e in entries]).order_by("id")
    declared = set(of.values_list("person_id", flat=True))
    return tuple(pool_record(e, actor, declared=e.person_id in declared) for e in entries)


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
    found = _with_facts(_chosen(kind, skill, available_from, available_to), actor)
    noting().about("organisation.pool", actor.unit_id, count=len(found))
    return found


@query("organisation.pool_page")
def pool_page(
    *,
    actor: Actor,
    now: datetime,
    kind: str = "",
    skill: str = "",
    tier: str = "",
    years: int = 0,
    page: int = 1,
) -> Page[PoolRecord]:
    """A page of the pool: who can be drawn into a team today or later, with ``years`` of experience."""
    free = Q(available_to__isnull=True) | Q(available_to__gte=day_of(now))
    chosen = _chosen(kind, skill, None, None).filter(free, years__gte=years)
    if tier:
        chosen = chosen.filter(person__unit__tier=tier)
    rows, total = page_of(chosen, page)
    noting().about("organisation.pool", actor.unit_id, count=len(rows))
    return Page(_with_facts(rows, actor), page, total)


@query("organisation.people")
def people(
    *,
    actor: Actor,
    now: datetime,
    search: str = "",
    unit_id: UUID | None = None,
    active: bool = True,
    page: int = 1,
) -> Page[PersonRecord]:
    """People the actor may see: the own unit's, the kept area's, liaison officers and heads."""
    rows = Person.objects.select_related("unit").order_by("unit_path", "pinyin", "id")
    rows = rows.filter(active=active)
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    if text := search.replace("\x00", "").strip():
        rows = rows.filter(
            Q(name__icontains=text) | Q(pinyin__icontains=text.lower()) | Q(code=text)
        )
    found, total = page_of(rows, page)
    noting().about("organisation.person", actor.unit_id, count=len(found))
    return Page(tuple(person_record(p, actor) for p in found), page, total)


@query("organisation.person")
def person(*, actor: Actor, now: datetime, person_id: UUID) -> PersonDetail:
    """One person with all appointments, pool, training; facts for recusal only to whom they belong."""
    row = Person.objects.select_related("unit").filter(id=person_id).first()
    if row is None:
        raise NotFound
    keeper = bool(rules.may_keep_people(actor, path=row.unit_path, region=row.region))
    facts = RecusalFact.objects.filter(person=row).select_related("organisation")
    appointments = Appointment.objects.filter(person=row).select_related(
        "person__unit", "unit", "post"
    )
    permitted = {"change"} if keeper else set()
    if keeper and row.active:
        permitted |= {"appoint", "pool"}
    if rules.may_declare(actor, person=row.id, path=row.unit_path, region=row.region):
        permitted.add("fact")
    noting().about("organisation.person", row.id, revision=row.revision)
    return PersonDetail(
        person=person_record(row, actor),
        appointments=tuple(
            appointment_record(a, actor) for a in appointments.order_by("-valid_from", "kind", "id")
        ),
        pool=tuple(pool_record(e, actor) for e in _pool().filter(person=row)),
        training=tuple(
            (t.held_on, TrainingKind(t.kind).label, t.title, t.hours)
            for t in TrainingRecord.objects.filter(person=row).order_by("-held_on", "id")
        ),
        facts=tuple(fact_record(f, actor) for f in facts.order_by("kind", "id")),
        may_see_facts=keeper or actor.person_id == row.id,
        may_edit=keeper,
        permitted=frozenset(permitted),
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
    forms: dict[UUID, set[str]] = defaultdict(set)
    noted = TrainingRecord.objects.filter(held_on__year=year).order_by("id")
    for ident, kind, methods in noted.values_list("person_id", "kind", "methods"):
        forms[ident] |= methods_of(kind, methods)
    audiences: dict[UUID, tuple[Person, str]] = {}
    for entry in _pool().filter(kind=PoolKind.FULL_TIME):
        audiences[entry.person_id] = (entry.person, PoolKind.FULL_TIME)
    for row in appointments_on(today).filter(kind=AppointmentKind.LIAISON_OFFICER):
        audiences[row.person_id] = (row.person, AppointmentKind.LIAISON_OFFICER)
    nothing = {"times": 0, "hours": 0, "classes": 0}
    rows = []
    for ident, (who, audience) in audiences.items():
        seen = attended.get(ident, nothing)
        used = forms.get(ident, set())
        gap = rules.training_gap(audience, seen["times"], seen["classes"], today, methods=used)
        rows.append(
            TrainingRow(
                person_id=ident,
                name=who.name,
                unit_name=who.unit.name,
                audience=audience,
                times=seen["times"],
                hours=seen["hours"],
                gap=gap,
                methods=tuple(m.label for m in TrainingMethod if m.value in used),
            )
        )
    noting().about("organisation.training", actor.unit_id, count=len(rows))
    return tuple(sorted(rows, key=lambda r: (r.unit_name, r.name, str(r.person_id))))
