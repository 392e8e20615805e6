"""T1 for the rows that are seen through their lead: the advice room (no labels of their own).

Expected: whoever may read the lead by the independent rule reads what hangs on it, and nobody else;
of a pair both leads are asked for. Nothing there is changed by a person once written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.access.models import Account
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from tests.access import catalogue, oracle, worlds
from tests.support import cluster
from tests.trace.support import put

LEADS = catalogue.SHELVES["leads_lead"]
NOW = datetime(2026, 1, 5).astimezone()


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


@pytest.fixture
def world(server: Any) -> worlds.World:
    return worlds.build(server, 17, [LEADS], people=16, things=40)


def readable(world: worlds.World, who: oracle.Who) -> set[UUID]:
    return {t.id for t in world.things["leads_lead"] if oracle.may_read(who, t, LEADS, world.today)}


def seen(who: oracle.Who, table: str, key: str = "id") -> set[UUID]:
    with acting_as(who.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"select {key} from {table}")
        return {row[0] for row in cursor.fetchall()}


def hang(server: Any, world: worlds.World, label: str, **values: Any) -> dict[UUID, UUID]:
    """One row of ``label`` on every lead: row → lead."""
    rows = {}
    for thing in world.things["leads_lead"]:
        ident = new_id()
        put(server, label, id=ident, lead_id=thing.id, created_at=NOW, **values)
        rows[ident] = thing.id
    return rows


def test_an_advice_is_seen_by_whoever_sees_its_lead(server: Any, world: worlds.World) -> None:
    rows = hang(server, world, "advice.Advice", taxonomy_version="1", shown=True, text_digest="x")
    opened = 0
    for who in world.people:
        expected = {row for row, lead in rows.items() if lead in readable(world, who)}
        assert seen(who, "advice_advice") == expected
        opened += len(expected)
    assert opened >= 0.2 * len(rows) * len(world.people)


def test_of_a_pair_both_leads_must_be_seen(server: Any, world: worlds.World) -> None:
    things = [t.id for t in world.things["leads_lead"]]
    pairs = {}
    for one, two in zip(things, things[7:] + things[:7], strict=True):
        ident = new_id()
        put(
            server, "advice.SimilarHit", id=ident, lead_id=one, other_id=two, created_at=NOW,
            relation="相关", cosine=0.5, overlap=0.1,
        )  # fmt: skip
        pairs[ident] = {one, two}
    half = 0
    for who in world.people:
        mine = readable(world, who)
        assert seen(who, "advice_similarhit") == {p for p, both in pairs.items() if both <= mine}
        half += sum(len(both & mine) == 1 for both in pairs.values())
    assert half > 0, "no pair is half visible: the test sleeps"


def test_private_life_is_a_restricted_view(server: Any, world: worlds.World) -> None:
    author = world.people[0]
    rows = hang(
        server, world, "advice.Decision", facet="TP-1", decided=["TP-S1"], reason="未作建议，由人工认定",
        shown=False, taxonomy_version="1", decided_by_id=author.id, suggested=[],
    )  # fmt: skip
    with_role = set(
        Account.objects.filter(
            id__in=[w.id for w in world.people],
            roles__overlap=["coordinator", "leader", "team_leader"],
        ).values_list("id", flat=True)
    )
    for who in world.people:
        mine = readable(world, who)
        may = who.id == author.id or who.id in with_role
        assert seen(who, "advice_decision") == {
            r for r, lead in rows.items() if may and lead in mine
        }


@pytest.mark.parametrize("table", ["advice_advice", "advice_decision", "advice_similarhit"])
def test_nobody_changes_or_deletes_what_was_written(
    server: Any, world: worlds.World, table: str
) -> None:
    things = [t.id for t in world.things["leads_lead"]]
    given: dict[str, dict[str, Any]] = {
        "advice_advice": {"taxonomy_version": "1", "shown": True, "text_digest": "x"},
        "advice_decision": {
            "facet": "TP-1", "decided": ["TP-C1"], "suggested": [], "reason": "未作建议，由人工认定",
            "shown": False, "taxonomy_version": "1", "decided_by_id": world.people[0].id,
        },
        "advice_similarhit": {
            "other_id": things[0], "relation": "相关", "cosine": 0.5, "overlap": 0.1,
        },
    }  # fmt: skip
    label = {"advice_advice": "advice.Advice", "advice_decision": "advice.Decision",
             "advice_similarhit": "advice.SimilarHit"}[table]  # fmt: skip
    for thing in things[1:]:
        put(server, label, id=new_id(), lead_id=thing, created_at=NOW, **given[table])
    for who in world.people:
        with acting_as(who.id), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update {table} set revision = 9")
            assert cursor.rowcount == 0
            cursor.execute(f"delete from {table}")
            assert cursor.rowcount == 0


def test_the_index_is_for_the_service_alone(server: Any, world: worlds.World) -> None:
    for number, thing in enumerate(world.things["leads_lead"], start=1):
        put(server, "advice.IndexEntry", lead_id=thing.id, seq=number, text_digest="x", terms=b"t")
    for who in world.people:
        assert seen(who, "advice_indexentry", "lead_id") == set()


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("compartment", [None, "c1"])
def test_what_is_sealed_is_out_of_the_services_sight(
    server: Any, world: worlds.World, level: int, compartment: str | None
) -> None:
    """Leads of level 核心 or in a compartment never reach a model or the index: the database says so."""
    first = world.things["leads_lead"][0].id
    server.execute(
        "update leads_lead set level = %s, compartment = %s where id = %s",
        [level, compartment, first],
    )
    service = Account.objects.get(service="advice")
    with (
        acting_as(service.id, service="advice"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select count(*) from leads_lead where id = %s", [first])
        assert cursor.fetchone() == (int(level < 3 and compartment is None),)


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("advice_modelversion", "name, sha256, taxonomy_version, source, figures, card, archive",
         "'m','x','1','','{}','',''"),
        ("advice_indexentry", "lead_id, seq, text_digest", "gen_random_uuid(), 1, 'x'"),
    ],
)  # fmt: skip
def test_a_person_puts_in_no_model_and_no_index_row(
    server: Any, world: worlds.World, table: str, columns: str, values: str
) -> None:
    more = ", id, revision, created_at" if table == "advice_modelversion" else ""
    their = ", gen_random_uuid(), 1, now()" if more else ""
    for who in world.people[:4]:
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            acting_as(who.id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"insert into {table}({columns}{more}) values ({values}{their})")
