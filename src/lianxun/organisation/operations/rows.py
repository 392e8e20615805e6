"""What an export holds: the rows of each kind that the running act may see, in the form of the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lianxun.organisation.models import (
    Appointment,
    Person,
    PoolEntry,
    Post,
    RecusalFact,
    TrainingRecord,
    Unit,
)

Rows = list[dict[str, object]]


def _units() -> Rows:
    rows = Unit.objects.filter(valid_to__isnull=True).exclude(path="0000/").select_related("parent")
    return [
        {
            "code": u.code,
            "name": u.name,
            "short_name": u.short_name,
            "kind": u.kind,
            "region": u.region,
            "parent": u.parent.code if u.parent else "",
            "valid_from": u.valid_from,
            "basis": "现有单位",
        }
        for u in rows.order_by("path")
    ]


def _people() -> Rows:
    rows = Person.objects.select_related("unit").order_by("unit_path", "pinyin", "id")
    return [
        {
            "code": p.code or "",
            "name": p.name,
            "unit": p.unit.code,
            "post": p.post,
            "phone": p.phone,
            "active": p.active,
        }
        for p in rows
    ]


def _pool() -> Rows:
    rows = PoolEntry.objects.select_related("person").order_by("kind", "person__pinyin", "id")
    return [
        {
            "code": e.person.code or "",
            "kind": e.kind,
            "skills": list(e.skills),
            "senior_title": e.senior_title,
            "years": e.years,
            "available_from": e.available_from,
            "available_to": e.available_to,
        }
        for e in rows
    ]


def _posts() -> Rows:
    rows = Post.objects.filter(valid_to__isnull=True, unit__valid_to__isnull=True)
    return [
        {
            "unit": p.unit.code,
            "title": p.title,
            "leading": p.leading,
            "seats": p.seats,
            "valid_from": p.valid_from,
        }
        for p in rows.select_related("unit").order_by("unit__path", "-leading", "title", "id")
    ]


def _appointments() -> Rows:
    """Only of people who can be matched again, and who are still in office."""
    rows = Appointment.objects.filter(
        person__code__isnull=False, person__active=True, unit__valid_to__isnull=True
    )
    return [
        {
            "code": a.person.code,
            "unit": a.unit.code,
            "kind": a.kind,
            "post": a.post.title if a.post else "",
            "valid_from": a.valid_from,
            "valid_to": a.valid_to,
            "basis": a.basis,
        }
        for a in rows.select_related("person", "unit", "post").order_by(
            "unit__path", "kind", "valid_from", "id"
        )
    ]


def _facts() -> Rows:
    rows = RecusalFact.objects.select_related("person", "organisation")
    return [
        {
            "code": f.person.code or "",
            "kind": f.kind,
            "unit": f.organisation.code if f.organisation else "",
            "organisation_name": f.organisation_name,
            "place": f.place,
            "relation": f.relation,
            "since": f.since,
            "until": f.until,
        }
        for f in rows.order_by("person__unit_path", "person__pinyin", "person", "id")
    ]


def _training() -> Rows:
    rows = TrainingRecord.objects.select_related("person")
    return [
        {
            "code": t.person.code or "",
            "kind": t.kind,
            "title": t.title,
            "held_on": t.held_on,
            "hours": t.hours,
            "methods": list(t.methods),
        }
        for t in rows.order_by("-held_on", "title", "person__pinyin", "id")
    ]


ROWS: Mapping[str, Callable[[], Rows]] = {
    "units": _units,
    "posts": _posts,
    "people": _people,
    "appointments": _appointments,
    "pool": _pool,
    "facts": _facts,
    "training": _training,
}
