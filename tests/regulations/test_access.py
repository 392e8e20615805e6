"""Who sees what of the library, at the database: rows for everyone, rows of a unit, parts with their whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.regulations.models import Collection
from tests.regulations import support
from tests.regulations.support import reading, shelve

PARTS = (
    "regulations_article",
    "regulations_citedplace",
    "regulations_repeal",
    "regulations_intakefile",
)


def count(actor: Actor, table: str) -> int:
    with reading(actor), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("who", ["audit", "inspector", "other_city", "clerk"])
def test_what_is_for_everyone_needs_the_duty_only(shelf: None, cast: Any, who: str) -> None:
    assert count(cast[who], "regulations_work") == 3
    assert count(cast[who], "regulations_version") == 4
    assert count(cast[who], "regulations_article") == 17


@pytest.mark.parametrize("who", ["contact", "expired", "system_admin", "audit_admin"])
def test_without_the_duty_there_is_nothing(shelf: None, cast: Any, who: str) -> None:
    for table in ("regulations_work", "regulations_version", *PARTS):
        assert count(cast[who], table) == 0, table


def test_parts_are_seen_with_their_whole(cast: Any, keeper: Actor, now: datetime) -> None:
    shelve(keeper, now, support.WELL, everyone=False, level=2)
    for table in PARTS:
        assert count(keeper, table) > 0, table
        for who in ("audit", "other_city", "inspector"):
            assert count(cast[who], table) == 0, (table, who)


def test_a_level_above_the_clearance_hides_a_rule_for_everyone(
    shelf: None, cast: Any, keeper: Actor, now: datetime
) -> None:
    from lianxun.regulations.models import Version, Work

    with reading(keeper):
        Work.objects.update(level=3)
        Version.objects.update(level=3)
    assert count(cast["audit"], "regulations_article") == 0
    assert count(cast["discipline"], "regulations_article") == 17


@pytest.mark.parametrize(
    "words",
    [
        "update regulations_work set title = 'x'",
        "update regulations_article set text = 'x'",
        "delete from regulations_version",
        "delete from regulations_citedplace",
        "delete from regulations_intakefile",
        "delete from regulations_librarychange",
        "update regulations_librarychange set at = now()",
    ],
)
def test_another_unit_changes_nothing(shelf: None, cast: Any, words: str) -> None:
    for who in ("audit", "other_city", "contact", "system_admin"):
        with reading(cast[who]), connection.cursor() as cursor:
            cursor.execute(words)
            assert cursor.rowcount == 0, who
            transaction.set_rollback(True)


def test_another_unit_adds_no_article(shelf: None, cast: Any, keeper: Actor) -> None:
    from lianxun.regulations.models import Version

    with reading(keeper):
        version = Version.objects.values_list("id", flat=True)[0]
    words = (
        'insert into regulations_article(version_id, "order", key, kind, number, branch, part, label, text,'
        " headings, clauses, wording) values (%s, 900, 'zz', '条', 900, 0, 0, 'x', 'x', '{}', '[]', '')"
    )
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_as(cast["audit"].account_id),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(words, [version])


def test_a_personal_collection_is_its_owners_alone(cast: Any, keeper: Actor, now: datetime) -> None:
    from lianxun.regulations.operations.common import labels_of

    with reading(keeper):
        Collection.objects.create(
            created_at=now,
            title="我的",
            personal=True,
            account_id=keeper.account_id,
            **labels_of(keeper).columns(),
        )
    assert count(keeper, "regulations_collection") == 1
    for who in ("clerk", "leader", "audit"):
        assert count(cast[who], "regulations_collection") == 0, who


def test_the_index_service_reads_the_library_and_nothing_else(shelf: None) -> None:
    from lianxun.regulations import index

    with transaction.atomic(), index.as_service(), connection.cursor() as cursor:
        for table, rows in (
            ("regulations_article", 17),
            ("regulations_intakefile", 0),
            ("regulations_intake", 0),
            ("leads_lead", 0),
        ):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone()[0] == rows, table
