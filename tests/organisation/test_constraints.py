"""What the database refuses about units and people, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from lianxun.demo.province import person_id
from lianxun.fabric.identity import acting_as
from lianxun.organisation.models import (
    Appointment,
    Person,
    PoolEntry,
    Post,
    RecusalFact,
    TrainingRecord,
    Unit,
    UnitPeriod,
)
from tests.organisation.support import NOW, TODAY
from tests.support.cast import unit_id

BEFORE = TODAY - timedelta(days=1)


def refused(cast: Any, wrong: Callable[[], object], sentence: str) -> None:
    with acting_as(cast["coordinator"].account_id), transaction.atomic():  # noqa: SIM117
        with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
            wrong()


def about(key: str = "audit") -> dict[str, Any]:
    person = Person.objects.get(id=person_id(key))
    return {
        "created_at": NOW,
        "person": person,
        "unit_path": person.unit_path,
        "region": person.region,
    }


def test_units(cast: Any) -> None:
    rows = Unit.objects.filter(id=unit_id("YL-CZ"))
    refused(cast, lambda: rows.update(valid_to=date(2000, 1, 1)), "unit_ends_after_it_begins")
    refused(cast, lambda: rows.update(parent=unit_id("YL-CZ")), "not_its_own_parent")
    refused(cast, lambda: rows.update(successor=unit_id("YL-FG")), "successor_is_closed")


def test_a_unit_has_one_current_period(cast: Any) -> None:
    def twice() -> None:
        for _ in range(2):
            UnitPeriod.objects.create(
                created_at=NOW,
                unit_id=unit_id("YL-CZ"),
                change="created",
                name="甲",
                short_name="甲",
                valid_from=TODAY,
                basis="文",
            )

    refused(cast, twice, "one_current_period")


def test_posts(cast: Any) -> None:
    facts = {"created_at": NOW, "unit_id": unit_id("YL-CZ"), "title": "处长", "valid_from": TODAY}

    def twice() -> None:
        Post.objects.create(**facts)
        Post.objects.create(**facts)

    refused(cast, twice, "post_title_is_unique")
    refused(cast, lambda: Post.objects.create(**facts, seats=0), "post_has_a_seat")


def test_appointments(cast: Any) -> None:
    def appoint(key: str, kind: str, **more: Any) -> Appointment:
        facts = {"unit_id": unit_id("YL-CZ"), "kind": kind, "valid_from": TODAY, **more}
        return Appointment.objects.create(**about(key), **facts)

    for kind, sentence in (("head", "one_head"), ("responsible_deputy", "one_responsible_deputy")):
        refused(cast, lambda k=kind: (appoint("audit", k), appoint("finance", k)), sentence)
    refused(cast, lambda: (appoint("audit", "staff"), appoint("audit", "staff")), "once_at_a_time")
    refused(cast, lambda: appoint("audit", "staff", valid_to=BEFORE), "ends_after_it_begins")


def test_the_pool(cast: Any) -> None:
    def enter(**more: Any) -> PoolEntry:
        facts = {"kind": "part_time", "skills": ["audit"], "available_from": TODAY, **more}
        return PoolEntry.objects.create(**about(), **facts)

    refused(cast, lambda: (enter(), enter()), "once_per_kind")
    refused(cast, lambda: enter(kind="expert"), "senior_title")
    refused(cast, lambda: enter(skills=[]), "has_a_skill")


def test_facts_and_training(cast: Any) -> None:
    refused(
        cast,
        lambda: RecusalFact.objects.create(**about(), kind="studied"),
        "names_something",
    )
    refused(
        cast,
        lambda: RecusalFact.objects.create(
            **about(), kind="worked", organisation_name="甲", since=TODAY, until=BEFORE
        ),
        "in_order",
    )
    facts = {"kind": "class", "title": "培训班", "held_on": TODAY}
    refused(
        cast,
        lambda: [TrainingRecord.objects.create(**about(), **facts) for _ in range(2)],
        "once_per_person_and_day",
    )


def test_without_identity_there_are_no_people(cast: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in (
            "person",
            "appointment",
            "poolentry",
            "recusalfact",
            "trainingrecord",
            "post",
        ):
            cursor.execute(f"select count(*) from organisation_{table}")
            assert cursor.fetchone() == (0,), table


def test_others_cannot_write_people_even_those_they_see(cast: Any) -> None:
    for key in ("audit", "finance", "contact", "system_admin"):
        with acting_as(cast[key].account_id), transaction.atomic():
            assert Person.objects.filter(id=person_id("audit")).update(post="厅长") == 0
            assert Appointment.objects.update(valid_to=TODAY) == 0
