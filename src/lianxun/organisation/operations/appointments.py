"""Who is what for a unit or a body, between two dates. Nothing is deleted: an appointment ends."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Stale, WrongState
from lianxun.organisation import rules
from lianxun.organisation.enums import AppointmentKind, UnitKind
from lianxun.organisation.models import Appointment, Post, Unit
from lianxun.organisation.operations.common import (
    Checks,
    open_unit,
    person_for_change,
    place_of,
    refresh_contact,
)
from lianxun.organisation.rules import Term
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require


@operation("organisation.appoint")
def appoint(
    *,
    actor: Actor,
    now: datetime,
    person_id: UUID,
    unit_id: UUID,
    kind: str,
    valid_from: date,
    valid_to: date | None = None,
    basis: str = "",
    post_id: UUID | None = None,
) -> UUID:
    """Make a person head, responsible deputy, liaison officer of a unit, or member of a body.

    One head and one responsible deputy at a time: end the predecessor's appointment first.
    """
    unit = open_unit(unit_id)
    require(rules.may_keep_people(actor, path=unit.path, region=unit.region))
    person = person_for_change(person_id)
    require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    # The unit's row is the lock under which its seats are counted.
    Unit.objects.select_for_update().get(id=unit.id)
    checks = Checks()
    known = kind in AppointmentKind.values
    checks.that("kind", known, "请选择任职类别。")
    checks.that("person_id", person.active, "此人已不在岗。")
    checks.that(
        "valid_from",
        valid_from >= unit.valid_from,
        f"不能早于单位启用的日期 {unit.valid_from}。",
    )
    checks.order("valid_to", valid_from, valid_to)
    basis = checks.text("basis", basis, "任职依据", most=200, least=0)
    term = (valid_from, valid_to)
    if known:
        checks.fits("kind", rules.fit_problem(kind, unit.kind))
        checks.fits("kind", rules.seat_problem(kind, _terms(unit=unit, kind=kind), term))
    if post_id is not None:
        checks.fits("post_id", _post_problem(unit, post_id, term))
    checks.done()
    row = Appointment(
        created_at=now,
        unit=unit,
        post_id=post_id,
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=basis,
        **place_of(person),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as clash:
        label = AppointmentKind(kind).label
        raise Invalid.at(
            "kind", f"此人在{unit.name}已有一项未结束的任职“{label}”；请先结束原任职。"
        ) from clash
    refresh_contact(person.id)
    noting().about("organisation.appointment", row.id, revision=1, kind=kind)
    return row.id


def _terms(**wanted: object) -> list[Term]:
    return list(Appointment.objects.filter(**wanted).values_list("valid_from", "valid_to"))


def _post_problem(unit: Unit, post_id: UUID, term: Term) -> str:
    post = Post.objects.filter(id=post_id, unit=unit).first()
    if post is None:
        return "该单位没有这个职位，请从列表中选择。"
    if post.valid_from > term[0] or (
        post.valid_to is not None and (term[1] is None or term[1] > post.valid_to)
    ):
        return f"职位“{post.title}”在这段时间没有设立。"
    have = rules.most_at_once(_terms(post=post), term)
    if have >= post.seats:
        return f"职位“{post.title}”职数为 {post.seats}，这段时间已满；请先结束一人的任职。"
    return ""


@operation("organisation.end_appointment")
def end_appointment(
    *,
    actor: Actor,
    now: datetime,
    appointment_id: UUID,
    last_day: date,
    revision: int,
    vacant: bool = False,
) -> None:
    """End an appointment, or bring its end forward. ``vacant``: knowing that too few officers remain."""
    row = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("person", "unit")
        .filter(id=appointment_id)
        .first()
    )
    if row is None:
        raise NotFound
    require(rules.may_keep_people(actor, path=row.unit_path, region=row.region))
    if row.valid_to is not None and last_day >= row.valid_to:
        raise WrongState(f"这一任职已经结束（最后一天 {row.valid_to}），请刷新后核对。")
    if row.revision != revision:
        raise Stale
    checks = Checks()
    checks.order("last_day", row.valid_from, last_day)
    if row.unit.kind == UnitKind.MEMBER and not vacant:
        # Asked of the day after: who is there then without this one.
        later = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
        others = Appointment.objects.filter(
            later, unit=row.unit, kind=row.kind, valid_from__lte=last_day
        ).exclude(id=row.id)
        checks.fits("vacant", rules.vacancy_problem(row.kind, others.count(), last_day))
    checks.done()
    row.valid_to = last_day
    row.revision += 1
    row.save(update_fields=["valid_to", "revision"])
    refresh_contact(row.person_id)
    noting().about("organisation.appointment", row.id, revision=row.revision, vacant=vacant)
