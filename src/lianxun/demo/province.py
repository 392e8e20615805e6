"""Plant the sample province into an empty database, as the owner, in one transaction."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from pypinyin import lazy_pinyin

from lianxun.access.models import Account
from lianxun.demo.people import (
    ACCOUNTS,
    POOL,
    SAMPLE_PASSWORD,
    TIES,
    UNITS,
    AccountSpec,
    account_id,
    person_id,
    unit_id,
)
from lianxun.fabric.forced import unforced
from lianxun.organisation.enums import AppointmentKind
from lianxun.organisation.models import Appointment, Person, PoolEntry, RecusalFact, Unit

__all__ = ["SAMPLE_PASSWORD", "account_id", "person_id", "plant", "unit_id"]

OPENED = date(2020, 1, 1)


def pinyin(text: str) -> str:
    """Sort key: the embedded engine orders Chinese by code point (stack.md §2)."""
    return " ".join(lazy_pinyin(text))


def appointments_of(person: AccountSpec) -> tuple[str, ...]:
    """What a sample person is for the own unit, so that colleagues know whom to call."""
    if person.post in ("组长", "主任"):
        return (AppointmentKind.BODY_CHAIR,)
    if person.post in ("副组长",):
        return (AppointmentKind.BODY_DEPUTY,)
    return {
        "联络员": (AppointmentKind.LIAISON_OFFICER,),
        "分管领导": (AppointmentKind.RESPONSIBLE_DEPUTY,),
    }.get(person.post, ())


def plant(*, now: datetime) -> None:
    """Units, people and accounts of 云岭省. Does nothing if they are there."""
    if Account.objects.using("owner").filter(username=ACCOUNTS[0].key).exists():
        return
    paths: dict[str, str] = {}
    regions = {spec.code: spec.region for spec in UNITS}
    posted = {person.key: person.unit for person in ACCOUNTS}
    with (
        transaction.atomic(using="owner"),
        unforced(
            "organisation_unit",
            "organisation_person",
            "organisation_appointment",
            "organisation_recusalfact",
            "organisation_poolentry",
        ),
    ):
        for number, spec in enumerate(UNITS, start=1):
            paths[spec.code] = f"{paths.get(spec.parent, '')}{number:04d}/"
            Unit.objects.using("owner").create(
                id=unit_id(spec.code),
                created_at=now,
                code=spec.code,
                name=spec.name,
                short_name=spec.short,
                pinyin=pinyin(spec.name),
                kind=spec.kind,
                tier=spec.tier,
                region=spec.region,
                parent_id=unit_id(spec.parent) if spec.parent else None,
                path=paths[spec.code],
                valid_from=OPENED,
            )
        password = make_password(SAMPLE_PASSWORD)
        for place, person in enumerate(ACCOUNTS, start=1):
            is_admin = person.unit == "YL-IO" and person.key.endswith("_admin")
            if not is_admin:
                Person.objects.using("owner").create(
                    id=person_id(person.key),
                    created_at=now,
                    code=f"YL-{place:04d}",
                    name=person.name,
                    pinyin=pinyin(person.name),
                    unit_id=unit_id(person.unit),
                    unit_path=paths[person.unit],
                    region=regions[person.unit],
                    post=person.post,
                    contact_until=date(9999, 12, 31) if appointments_of(person) else None,
                )
                for kind in appointments_of(person):
                    Appointment.objects.using("owner").create(
                        created_at=now,
                        person_id=person_id(person.key),
                        unit_id=unit_id(person.unit),
                        unit_path=paths[person.unit],
                        region=regions[person.unit],
                        kind=kind,
                        valid_from=OPENED,
                        basis="示范数据",
                    )
            Account.objects.using("owner").create(
                id=account_id(person.key),
                username=person.key,
                password=password,
                person_id=None if is_admin else person_id(person.key),
                unit_id=unit_id(person.unit),
                display_name=person.name,
                clearance=person.clearance,
                roles=sorted(person.roles),
                duties=sorted(person.duties),
                compartments=sorted(person.compartments),
                region_lo=person.region[0] if person.region else None,
                region_hi=person.region[1] if person.region else None,
                created_at=now,
            )
        for key, kind, code in TIES:
            RecusalFact.objects.using("owner").create(
                created_at=now,
                person_id=person_id(key),
                unit_path=paths[posted[key]],
                region=regions[posted[key]],
                kind=kind,
                organisation_id=unit_id(code),
                since=OPENED,
            )
        for key, kind, skills, title, years in POOL:
            PoolEntry.objects.using("owner").create(
                created_at=now,
                person_id=person_id(key),
                unit_path=paths[posted[key]],
                region=regions[posted[key]],
                kind=kind,
                skills=list(skills),
                senior_title=title,
                years=years,
                available_from=OPENED,
            )
