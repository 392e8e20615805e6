"""The test database is what service is: several roles, one database, row security in force."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, connections
from django.db.utils import ProgrammingError

from tests.support import cluster


@pytest.mark.django_db(databases=["default", "owner", "seq", "audit"])
@pytest.mark.parametrize(
    ("alias", "role"),
    [("default", "lx_app"), ("owner", "lx_owner"), ("seq", "lx_seq"), ("audit", "lx_audit")],
)
def test_each_alias_keeps_its_role_in_one_database(alias: str, role: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("select current_user, current_database()")
        assert cursor.fetchone() == (role, connection.settings_dict["NAME"])


@pytest.mark.django_db
def test_the_application_role_owns_nothing_and_cannot_read_the_keys() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)
        with pytest.raises(ProgrammingError):
            cursor.execute("select * from lx.secret")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committed_rows_are_gone_in_the_next_test(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "insert into django_session values (%s, 'x', now())", [f"left over by turn {turn}"]
        )


@pytest.mark.django_db(transaction=True)
def test_rows_made_by_migrations_survive_transactional_tests() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) > 0 from django_content_type")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_the_owner_has_no_rights_of_the_vault_without_asking() -> None:
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        server.execute("create schema probe authorization lx_vault")
        try:
            server.execute("set role lx_owner")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.execute("create table probe.t(x int)")
            server.execute("set role lx_vault")
            server.execute("create table probe.t(x int)")
        finally:
            server.execute("reset role")
            server.execute("drop schema probe cascade")
