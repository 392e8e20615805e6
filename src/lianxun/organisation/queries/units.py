"""The tree of units, its history, its bodies, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation import rules
from lianxun.organisation.enums import (
    AppointmentKind,
    Tier,
    UnitChange,
    UnitKind,
)
from lianxun.organisation.models import (
    Appointment,
    Person,
    Post,
    Unit,
    UnitPeriod,
)
from lianxun.organisation.queries.rows import (
    PEOPLE_LIMIT,
    appointment_record,
    appointments_on,
    current,
    day_of,
    person_record,
    post_record,
    unit_record,
)
from lianxun.organisation.records import (
    AppointmentRecord,
    PeriodRecord,
    UnitDetail,
    UnitRecord,
)
from lianxun.trace.door import noting, query


def find_unit(unit_id: UUID) -> UnitRecord:
    """A unit by its id, for rooms that need its name or path inside their own act."""
    row = Unit.objects.filter(id=unit_id).first()
    if row is None:
        raise NotFound("没有这个单位。")
    return unit_record(row)


def find_units(unit_ids: Iterable[UUID]) -> dict[UUID, UnitRecord]:
    return {u.id: unit_record(u) for u in Unit.objects.filter(id__in=set(unit_ids))}


def units_of_kind(*kinds: str, on: date, under: str = "") -> tuple[UnitRecord, ...]:
    """Units open on a day, of the kinds named, below a path; in the order of the tree."""
    rows = Unit.objects.filter(current(on), kind__in=kinds)
    if under:
        rows = rows.filter(path__gte=under, path__lt=under + "~")
    return tuple(unit_record(u) for u in rows.order_by("path"))


@query("organisation.units")
def units(
    *,
    actor: Actor,
    now: datetime,
    search: str = "",
    kind: str = "",
    tier: str = "",
    under: str = "",
    closed: bool = False,
) -> tuple[UnitRecord, ...]:
    """The tree in its order, or what a search finds (name, short name, code, pinyin initials)."""
    rows = Unit.objects.exclude(path="0000/").order_by("path")
    if not closed:
        rows = rows.filter(current(day_of(now)))
    if kind:
        rows = rows.filter(kind=kind)
    if tier:
        rows = rows.filter(tier=tier)
    if under:
        rows = rows.filter(path__gte=under, path__lt=under + "~")
    if text := search.replace("\x00", "").strip():
        rows = rows.filter(_named(text))
    found = tuple(unit_record(u) for u in rows)
    noting().about("organisation.unit", actor.unit_id, count=len(found))
    return found


def _named(text: str) -> Q:
    return (
        Q(name__icontains=text)
        | Q(short_name__icontains=text)
        | Q(code__iexact=text)
        | Q(pinyin__icontains=text.lower())
    )


@query("organisation.unit")
def unit(*, actor: Actor, now: datetime, unit_id: UUID) -> UnitDetail:
    """A unit with its place, history, appointments, people the actor may see, and what is missing."""
    row = Unit.objects.filter(id=unit_id).first()
    if row is None:
        raise NotFound("没有这个单位。")
    today = day_of(now)
    parts = row.path.split("/")[:-1]
    above = ["/".join(parts[:i]) + "/" for i in range(1, len(parts))]
    children = Unit.objects.filter(current(today), parent=row).order_by("path")
    appointments = tuple(
        appointment_record(a, actor) for a in appointments_on(today).filter(unit=row)
    )
    posts = Post.objects.filter(unit=row, valid_to__isnull=True).select_related("unit")
    keeps = bool(rules.may_keep_units(actor, path=row.path, region=row.region))
    keeps_people = bool(rules.may_keep_people(actor, path=row.path, region=row.region))
    permitted = {"rename", "move"} if keeps else set()
    if keeps_people:
        permitted |= {"close", "post", "person", "appoint"}
    counts: dict[str, int] = defaultdict(int)
    for appointment in appointments:
        counts[appointment.kind] += 1
    people = Person.objects.filter(unit=row, active=True).select_related("unit")
    noting().about("organisation.unit", row.id, revision=row.revision)
    return UnitDetail(
        unit=unit_record(row),
        parents=tuple(unit_record(u) for u in Unit.objects.filter(path__in=above).order_by("path")),
        children=tuple(unit_record(u) for u in children),
        periods=tuple(
            PeriodRecord(
                p.change,
                UnitChange(p.change).label,
                p.name,
                p.parent.name if p.parent else "",
                p.valid_from,
                p.valid_to,
                p.basis,
            )
            for p in UnitPeriod.objects.filter(unit=row)
            .select_related("parent")
            .order_by("valid_from", "created_at")
        ),
        appointments=appointments,
        people=tuple(person_record(p) for p in people.order_by("pinyin", "id")[:PEOPLE_LIMIT]),
        gaps=tuple(rules.staffing_gaps(row.id, row.name, counts, today))
        if row.kind == UnitKind.MEMBER
        else (),
        may_edit=keeps,
        may_edit_people=keeps_people,
        posts=tuple(post_record(p, actor) for p in posts.order_by("-leading", "title", "id")),
        permitted=frozenset(permitted) if row.valid_to is None else frozenset(),
    )


@query("organisation.unit_on")
def unit_on(*, actor: Actor, now: datetime, unit_id: UUID, day: date) -> PeriodRecord:
    """What a unit was called and to whom it belonged on a day. Raises ``NotFound``."""
    row = (
        UnitPeriod.objects.filter(current(day), unit_id=unit_id)
        .select_related("parent")
        .order_by("-valid_from")
        .first()
    )
    if row is None:
        raise NotFound(f"{day} 没有这个单位。")
    noting().about("organisation.unit", unit_id)
    return PeriodRecord(
        row.change,
        UnitChange(row.change).label,
        row.name,
        row.parent.name if row.parent else "",
        row.valid_from,
        row.valid_to,
        row.basis,
    )


@query("organisation.directory")
def directory(
    *, actor: Actor, now: datetime, kinds: Sequence[str] = (), unit_id: UUID | None = None
) -> tuple[AppointmentRecord, ...]:
    """Whom to call: heads, responsible deputies, liaison officers and members of the bodies."""
    rows = appointments_on(day_of(now)).exclude(kind=AppointmentKind.STAFF)
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    found = tuple(appointment_record(a) for a in rows)
    noting().about("organisation.appointment", actor.unit_id, count=len(found))
    return found


@query("organisation.gaps")
def gaps(*, actor: Actor, now: datetime) -> tuple[rules.Gap, ...]:
    """What the organisation lacks: bodies of the tier, heads, deputies, 2–3 liaison officers."""
    today = day_of(now)
    low, high = actor.region
    members = Unit.objects.filter(current(today), kind=UnitKind.MEMBER).filter(
        Q(region__gte=low, region__lte=high)
        | Q(path__gte=actor.unit_path, path__lt=actor.unit_path + "~")
    )
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = (
        Appointment.objects.filter(current(today), unit__in=members)
        .values_list("unit_id", "kind")
        .annotate(n=Count("id"))
        .order_by("unit_id", "kind")
    )
    for unit_id, kind, number in rows:
        counts[unit_id][kind] = number
    own = Unit.objects.get(id=actor.unit_id)
    bodies = Unit.objects.filter(current(today), tier=own.tier)
    if own.tier != Tier.PROVINCE:
        bodies = bodies.filter(region=own.region)
    found = rules.body_gaps(bodies.order_by("path").values_list("kind", flat=True))
    for member in members.order_by("path"):
        found += rules.staffing_gaps(member.id, member.name, counts[member.id], today)
    noting().about("organisation.unit", actor.unit_id, gaps=len(found))
    return tuple(found)
