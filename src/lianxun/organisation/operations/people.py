"""Acts on people: who works where, who is what for a unit, the pool, declared facts, training."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, WrongState
from lianxun.organisation import regions, rules
from lianxun.organisation.enums import (
    AppointmentKind,
    PoolKind,
    RecusalKind,
    Skill,
    TrainingKind,
)
from lianxun.organisation.models import (
    Appointment,
    Person,
    PoolEntry,
    RecusalFact,
    TrainingRecord,
    Unit,
)
from lianxun.organisation.operations.common import Checks, person_for_change, pinyin
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

FOR_EVER = date(9999, 12, 31)


def place_of(person: Person) -> dict[str, Any]:
    """The columns by which row security knows a row about the person."""
    return {"person": person, "unit_path": person.unit_path, "region": person.region}


def _unit(unit_id: UUID) -> Unit:
    unit = Unit.objects.filter(id=unit_id, valid_to__isnull=True).first()
    if unit is None:
        raise Invalid.at("unit_id", "没有这个单位或它已停用，请从单位列表中选择。")
    return unit


@operation("organisation.add_person")
def add_person(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    unit_id: UUID,
    post: str,
    code: str = "",
    phone: str = "",
) -> UUID:
    """Register somebody at a unit of the keeper's area."""
    unit = _unit(unit_id)
    require(rules.may_keep_people(actor, path=unit.path, region=unit.region))
    checks = Checks()
    name = checks.text("name", name, "姓名", most=40)
    post = checks.text("post", post, "职务", most=60)
    code = checks.text("code", code, "人员编号", most=40, least=0)
    phone = checks.text("phone", phone, "办公电话", most=30, least=0)
    checks.done()
    person = Person(
        created_at=now,
        code=code or None,
        name=name,
        pinyin=pinyin(name)[:120],
        unit=unit,
        unit_path=unit.path,
        region=unit.region,
        post=post,
        phone=phone,
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as clash:
        raise Invalid.at("code", "人员编号已被使用，请核对是否已登记，或换一个编号。") from clash
    noting().about("organisation.person", person.id, revision=1)
    return person.id


@operation("organisation.change_person")
def change_person(
    *,
    actor: Actor,
    now: datetime,
    person_id: UUID,
    revision: int,
    post: str,
    phone: str = "",
    unit_id: UUID | None = None,
    active: bool = True,
) -> None:
    """New post, new unit (the history of appointments stays), or no longer in office."""
    person = person_for_change(person_id, revision)
    require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    checks = Checks()
    person.post = checks.text("post", post, "职务", most=60)
    person.phone = checks.text("phone", phone, "办公电话", most=30, least=0)
    checks.done()
    if unit_id is not None and unit_id != person.unit_id:
        unit = _unit(unit_id)
        require(rules.may_keep_people(actor, path=unit.path, region=unit.region))
        person.unit, person.unit_path, person.region = unit, unit.path, unit.region
        for model in (Appointment, PoolEntry, RecusalFact, TrainingRecord):
            model.objects.filter(person=person).update(unit_path=unit.path, region=unit.region)
    if not active and person.active:
        _leave_office(person, timezone.localdate(now))
    person.active = active
    person.revision += 1
    person.save()
    noting().about("organisation.person", person.id, revision=person.revision, active=active)


def _leave_office(person: Person, last_day: date) -> None:
    Appointment.objects.filter(
        person=person, valid_to__isnull=True, valid_from__lte=last_day
    ).update(valid_to=last_day)
    person.contact_until = last_day


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
    unit = _unit(unit_id)
    person = person_for_change(person_id)
    require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    require(rules.may_keep_people(actor, path=unit.path, region=unit.region))
    checks = Checks()
    checks.that("kind", kind in AppointmentKind.values, "请选择任职类别。")
    checks.that("person_id", person.active, "此人已不在岗。")
    checks.order("valid_to", valid_from, valid_to)
    basis = checks.text("basis", basis, "任职依据", most=200, least=0)
    if kind == AppointmentKind.LIAISON_OFFICER:
        open_now = Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
        have = Appointment.objects.filter(open_now, unit=unit, kind=kind).count()
        checks.that("kind", have < 3, "联络员为 2—3 名，现已有 3 名；请先结束一人的任职。")
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
            "kind", f"{unit.name}现有一名未结束任职的{label}，或此人已任此职；请先结束原任职。"
        ) from clash
    refresh_contact(person)
    noting().about("organisation.appointment", row.id, revision=1, kind=kind)
    return row.id


def refresh_contact(person: Person) -> None:
    """Until when colleagues may know the name: the latest end of the public appointments."""
    rows = Appointment.objects.filter(person=person).exclude(kind=AppointmentKind.STAFF)
    if rows.filter(valid_to__isnull=True).exists():
        until: date | None = FOR_EVER
    else:
        until = rows.aggregate(last=Max("valid_to"))["last"]
    Person.objects.filter(id=person.id).update(contact_until=until)


@operation("organisation.end_appointment")
def end_appointment(
    *, actor: Actor, now: datetime, appointment_id: UUID, last_day: date, revision: int
) -> None:
    row = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(id=appointment_id)
        .first()
    )
    if row is None:
        raise NotFound
    require(rules.may_keep_people(actor, path=row.unit_path, region=row.region))
    if row.revision != revision or row.valid_to is not None:
        raise WrongState("这一任职已经结束或刚被修改，请刷新后核对。")
    checks = Checks()
    checks.order("last_day", row.valid_from, last_day)
    checks.done()
    row.valid_to = last_day
    row.revision += 1
    row.save(update_fields=["valid_to", "revision"])
    refresh_contact(row.person)
    noting().about("organisation.appointment", row.id, revision=row.revision)


@operation("organisation.put_in_pool")
def put_in_pool(
    *,
    actor: Actor,
    now: datetime,
    person_id: UUID,
    kind: str,
    skills: Sequence[str],
    available_from: date,
    available_to: date | None = None,
    senior_title: str = "",
    years: int = 0,
) -> UUID:
    """Enter a person into the pool, or replace the entry of the same kind."""
    person = person_for_change(person_id)
    require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    checks = Checks()
    checks.that("kind", kind in PoolKind.values, "请选择专职、兼职或专家。")
    unknown = [s for s in skills if s not in Skill.values]
    checks.that("skills", bool(skills) and not unknown, "请从列表中选择至少一项专长。")
    checks.order("available_to", available_from, available_to)
    checks.that("years", 0 <= years <= 60, "从业年限须为 0—60 年。")
    senior_title = checks.text("senior_title", senior_title, "高级职称", most=40, least=0)
    checks.that(
        "senior_title", kind != PoolKind.EXPERT or bool(senior_title), "专家库人员须填写高级职称。"
    )
    checks.done()
    entry, _ = PoolEntry.objects.update_or_create(
        person=person,
        kind=kind,
        defaults={
            "skills": sorted(set(skills)),
            "available_from": available_from,
            "available_to": available_to,
            "senior_title": senior_title,
            "years": years,
            "unit_path": person.unit_path,
            "region": person.region,
        },
        create_defaults={
            "created_at": now,
            "skills": sorted(set(skills)),
            "available_from": available_from,
            "available_to": available_to,
            "senior_title": senior_title,
            "years": years,
            **place_of(person),
        },
    )
    noting().about("organisation.pool", entry.id, kind=kind)
    return entry.id


@operation("organisation.declare_fact")
def declare_fact(
    *,
    actor: Actor,
    now: datetime,
    person_id: UUID,
    kind: str,
    organisation_id: UUID | None = None,
    organisation_name: str = "",
    place: int | None = None,
    relation: str = "",
    since: date | None = None,
    until: date | None = None,
) -> UUID:
    """回避申报: one fact, by the person or by the keeper from a paper form."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise NotFound
    require(rules.may_declare(actor, person=person.id, path=person.unit_path, region=person.region))
    checks = Checks()
    checks.that("kind", kind in RecusalKind.values, "请选择情形。")
    organisation_name = checks.text(
        "organisation_name", organisation_name, "单位或地方", most=120, least=0
    )
    known = organisation_id is None or Unit.objects.filter(id=organisation_id).exists()
    checks.that("organisation_id", known, "没有这个单位，请从单位列表中选择，或填写单位名称。")
    checks.that(
        "organisation_name",
        bool(organisation_id or organisation_name or place),
        "请选择单位，或填写单位名称或地方。",
    )
    relation = checks.text("relation", relation, "关系", most=20, least=0)
    checks.order("until", since, until)
    if kind == RecusalKind.NATIVE:
        wrong = "籍贯或成长地须填写行政区划代码。" if place is None else regions.problem_with(place)
        checks.that("place", not wrong, wrong)
    checks.done()
    fact = RecusalFact.objects.create(
        created_at=now,
        kind=kind,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        place=place,
        relation=relation,
        since=since,
        until=until,
        declared_on=timezone.localdate(now),
        **place_of(person),
    )
    # The record says that something was declared, never what (architecture.md §1.5).
    noting().about("organisation.recusal_fact", fact.id)
    return fact.id


@operation("organisation.withdraw_fact")
def withdraw_fact(*, actor: Actor, now: datetime, fact_id: UUID) -> None:
    """A fact declared by mistake is taken back; the record of the act stays."""
    fact = RecusalFact.objects.select_related("person").filter(id=fact_id).first()
    if fact is None:
        raise NotFound
    require(
        rules.may_declare(actor, person=fact.person_id, path=fact.unit_path, region=fact.region)
    )
    noting().about("organisation.recusal_fact", fact.id)
    fact.delete()


@operation("organisation.record_training")
def record_training(
    *,
    actor: Actor,
    now: datetime,
    person_ids: Sequence[UUID],
    kind: str,
    title: str,
    held_on: date,
    hours: int,
) -> int:
    """Note who took part. Who is noted already is left as he is. Returns how many were added."""
    checks = Checks()
    checks.that("kind", kind in TrainingKind.values, "请选择培训类别。")
    title = checks.text("title", title, "培训名称", most=80)
    checks.that("hours", 0 < hours <= 200, "学时须为 1—200。")
    checks.that("held_on", held_on <= timezone.localdate(now), "培训日期不能晚于今天。")
    people = list(Person.objects.filter(id__in=set(person_ids)))
    missing = len(set(person_ids)) - len(people)
    checks.that(
        "person_ids", bool(person_ids) and missing == 0, f"有 {missing} 人不在可见的人员中。"
    )
    checks.done()
    for person in people:
        require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    before = TrainingRecord.objects.count()
    TrainingRecord.objects.bulk_create(
        [
            TrainingRecord(
                created_at=now, kind=kind, title=title, held_on=held_on, hours=hours, **place_of(p)
            )
            for p in people
        ],
        ignore_conflicts=True,
    )
    added = TrainingRecord.objects.count() - before
    noting().about("organisation.training", actor.unit_id, count=added)
    return added
