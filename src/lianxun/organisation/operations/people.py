"""Acts on people: who works where, and what ties them to an organisation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.organisation import regions, rules
from lianxun.organisation.enums import RecusalKind
from lianxun.organisation.models import Person, RecusalFact, Unit
from lianxun.organisation.operations.common import (
    Checks,
    leave_office,
    open_unit,
    person_for_change,
    pinyin,
    place_of,
    relabel,
)
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require


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
    unit = open_unit(unit_id)
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
    _stored(person)
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
    name: str | None = None,
    code: str | None = None,
    phone: str = "",
    unit_id: UUID | None = None,
    active: bool = True,
) -> None:
    """Correct what is registered, another unit (the appointments stay), or no longer in office.

    ``None`` leaves name, staff number or unit as they are.
    """
    person = person_for_change(person_id, revision)
    require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    checks = Checks()
    person.post = checks.text("post", post, "职务", most=60)
    person.phone = checks.text("phone", phone, "办公电话", most=30, least=0)
    if name is not None:
        person.name = checks.text("name", name, "姓名", most=40)
        person.pinyin = pinyin(person.name)[:120]
    if code is not None:
        person.code = checks.text("code", code, "人员编号", most=40, least=0) or None
    checks.done()
    if unit_id is not None and unit_id != person.unit_id:
        unit = open_unit(unit_id)
        require(rules.may_keep_people(actor, path=unit.path, region=unit.region))
        person.unit, person.unit_path, person.region = unit, unit.path, unit.region
        relabel([person], unit)
    left = person.active and not active
    person.active = active
    person.revision += 1
    _stored(person)
    if left:
        leave_office([person], timezone.localdate(now))
    noting().about("organisation.person", person.id, revision=person.revision, active=active)


def _stored(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as clash:
        raise Invalid.at(
            "code", "该单位已有这个人员编号，请核对是否已登记，或换一个编号。"
        ) from clash


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
    if place is not None:
        checks.fits("place", regions.problem_with(place))
    elif kind == RecusalKind.NATIVE:
        checks.fits("place", "籍贯或成长地须填写行政区划代码。")
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
