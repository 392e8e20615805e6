"""T1: the database and an independent rule agree on every pair, reading and writing (security.md §5.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from lianxun.fabric import rowsecurity
from lianxun.fabric.identity import acting_as
from tests.access import oracle, worlds
from tests.support import cluster

TABLES = (("leads_lead", "leads", False), ("rectification_item", "rectification", True))
PEOPLE, THINGS = 30, 200


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    """The superuser in the test's own database."""
    name = connection.settings_dict["NAME"]
    with cluster.superuser(name) as found:
        yield found


def visible(who: oracle.Who, table: str) -> set[UUID]:
    with acting_as(who.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"select id from {table}")
        return {row[0] for row in cursor.fetchall()}


def changeable(who: oracle.Who, table: str, verb: str) -> set[UUID]:
    """Ids the person could update or delete; everything is rolled back."""
    words = {
        "update": f"update {table} set revision = revision + 1",
        "delete": f"delete from {table}",
    }
    with acting_as(who.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{words[verb]} returning id")
        found = {row[0] for row in cursor.fetchall()}
        transaction.set_rollback(True)
        return found


def allowed(
    world: worlds.World, who: oracle.Who, rule: Callable[..., bool], library: str, *, served: bool
) -> set[UUID]:
    return {
        t.id
        for t in world.things
        if rule(who, t, library=library, today=world.today, served=served)
    }


def mismatches(world: worlds.World, table: str, library: str, *, served: bool) -> int:
    mine = {t.id for t in world.things}
    return sum(
        len(
            (visible(who, table) & mine)
            ^ allowed(world, who, oracle.may_read, library, served=served)
        )
        for who in world.people
    )


@pytest.mark.parametrize("seed", [1])
def test_the_database_and_the_rule_agree_on_every_pair(server: Any, seed: int) -> None:
    world = worlds.build(server, seed, people=PEOPLE, things=THINGS)
    mine = {t.id for t in world.things}
    pairs = granted = 0
    for table, library, served in TABLES:
        for who in world.people:
            expected = allowed(world, who, oracle.may_read, library, served=served)
            assert visible(who, table) & mine == expected
            writable = allowed(world, who, oracle.may_write, library, served=served)
            # A row must be readable to be found by an UPDATE or DELETE.
            assert changeable(who, table, "update") & mine == writable & expected
            assert changeable(who, table, "delete") & mine == writable & expected
            pairs += len(mine)
            granted += len(expected)
    assert pairs >= 10_000
    assert granted / pairs >= 0.30, (
        f"{granted / pairs:.0%} of the pairs are allowed: the test sleeps"
    )


RESTRICTIVE = ("acc_r1", "acc_r2", "acc_r3", "acc_r4")


@pytest.mark.parametrize("fault", RESTRICTIVE)
def test_a_missing_limit_is_found(server: Any, fault: str) -> None:
    world = worlds.build(server, 7, people=20, things=80)
    assert mismatches(world, "leads_lead", "leads", served=False) == 0
    server.execute(f"drop policy {fault} on leads_lead")
    assert mismatches(world, "leads_lead", "leads", served=False) > 0


BRANCHES = {
    "ACC-P1": "owner_path >= ",
    "ACC-P2": "region >= ",
    "ACC-P3": "lx.engagements()",
    "ACC-P4": "lx.shared(",
    "ACC-P7": "addressee_path >= ",
}


@pytest.mark.parametrize("rule", BRANCHES)
def test_a_missing_opening_is_found(server: Any, rule: str) -> None:
    world = worlds.build(server, 9, people=20, things=80)
    whole = next(
        s
        for s in rowsecurity.statements("leads_lead", "leads", kind="leads.lead", served=False)
        if "acc_read" in s
    )
    head, _, using = whole.partition(" using (")
    branches = using.removesuffix(")").split(" or ")
    kept = [b for b in branches if BRANCHES[rule] not in b]
    assert len(kept) < len(branches)
    server.execute("drop policy acc_read on leads_lead")
    server.execute(f"{head} using ({' or '.join(kept)})")
    assert mismatches(world, "leads_lead", "leads", served=False) > 0


def test_without_identity_nothing_is_read_or_written(server: Any) -> None:
    worlds.build(server, 3, people=2, things=20)
    with transaction.atomic(), connection.cursor() as cursor:
        for table, _, _ in TABLES:
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,)
            cursor.execute(f"update {table} set revision = 9")
            assert cursor.rowcount == 0


def test_every_business_table_has_forced_row_security(server: Any) -> None:
    """The catalogue test: a new table without policies fails here (platform-decisions.md 8)."""
    exempt = (
        "django_",
        "auth_",
        "account_",
        "mfa_",
        "procrastinate_",
        "config_cache",
        "socialaccount",
    )
    listed = {
        "access_account",
        "access_systemtoken",
        "fabric_submission",
        "fabric_outbox",
    }  # sign-in of people and of systems, queues (settled.md 7)
    rows = server.execute(
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')"
    ).fetchall()
    open_tables = [
        name
        for name, enabled, forced in rows
        if not (enabled and forced) and not name.startswith(exempt) and name not in listed
    ]
    assert open_tables == []


def test_the_application_owns_nothing(server: Any) -> None:
    owned = server.execute(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'lx_app'"
    )
    assert owned.fetchone() == (0,)
