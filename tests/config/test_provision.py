"""Roles and rights on a server: made once, made again, refused when they are dangerous."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lianxun.config.instance import LOGIN_ROLES, Instance, InstanceError, exists, load
from lianxun.config.launch import setup
from lianxun.config.launch.binaries import PostgresError
from lianxun.config.launch.cluster import PORT, SUPERUSER, Cluster
from lianxun.config.launch.commands import UsageError
from lianxun.config.launch.provision import Administrator, conninfo, refuse_dangerous


@pytest.fixture
def server(open_folder: Path, programs: Path) -> Iterator[Cluster]:
    """A server that stands for an external one."""
    with Cluster(open_folder / "server", programs=programs, durable=False) as cluster:
        yield cluster


def dsn(cluster: Cluster, database: str = "lianxun") -> str:
    return make_conninfo(
        host=cluster.host,
        port=PORT,
        user=SUPERUSER,
        password=cluster.superuser_password,
        dbname=database,
    )


@pytest.fixture
def external(open_folder: Path, server: Cluster) -> Instance:
    folder = open_folder / "data"
    wanted = setup.describe(folder, demo=False, dsn=dsn(server))
    with setup.opened(wanted, dsn(server)) as made:
        return made


def administer(server: Cluster, statement: str, database: str = "postgres") -> None:
    with psycopg.connect(dsn(server, database), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def test_an_external_server_is_settled_once_and_reached_again_without_its_administrator(
    external: Instance, server: Cluster
) -> None:
    assert not external.embedded
    assert not external.demo
    assert load(external.folder).database == external.database
    known = setup.describe(external.folder, demo=None, dsn=None)
    with setup.opened(known) as again, psycopg.connect(conninfo(again, "lx_app")) as app:
        assert app.execute("select current_user").fetchone() == ("lx_app",)
    # a second time with the administrator: nothing to complain about
    with setup.opened(load(external.folder), dsn(server)):
        pass


def test_roles_have_exactly_the_rights_that_were_settled(
    external: Instance, server: Cluster
) -> None:
    with psycopg.connect(dsn(server)) as connection:
        rows = connection.execute(
            "select rolname, rolcanlogin, rolbypassrls, rolsuper or rolcreaterole or rolcreatedb "
            "or rolreplication, rolinherit from pg_roles where rolname like 'lx%' order by 1"
        ).fetchall()
    assert {name: tuple(rights) for name, *rights in rows} == {
        "lx_app": (True, False, False, False),
        "lx_audit": (True, False, False, False),
        "lx_backup": (True, True, False, True),
        "lx_owner": (True, False, False, False),
        "lx_search": (False, False, False, False),
        "lx_seq": (True, False, False, False),
        "lx_vault": (False, False, False, False),
    }


def test_new_tables_are_usable_by_the_application_but_not_its_own(external: Instance) -> None:
    with psycopg.connect(conninfo(external, "lx_owner"), autocommit=True) as owner:
        owner.execute("create table paper(id bigint generated always as identity, text text)")
        owner.execute("create table lx.secret_thing(key text)")
    with psycopg.connect(conninfo(external, "lx_app"), autocommit=True) as app:
        app.execute("insert into paper(text) values ('一')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("alter table paper disable row level security")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("create table mine(x int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("select * from lx.secret_thing")
    with psycopg.connect(conninfo(external, "lx_backup"), autocommit=True) as backup:
        assert backup.execute("select text from paper").fetchall() == [("一",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            backup.execute("insert into paper(text) values ('二')")


def test_strangers_may_not_enter_the_database(external: Instance, server: Cluster) -> None:
    administer(server, "create role stranger login password 'x'")
    with pytest.raises(psycopg.OperationalError, match="CONNECT"):
        psycopg.connect(make_conninfo(conninfo(external, "lx_app"), user="stranger", password="x"))


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("alter role lx_app superuser", "是超级用户"),
        ("alter role lx_app bypassrls", "BYPASSRLS"),
        ("alter database lianxun owner to lx_app", "拥有数据库对象"),
        ("grant lx_owner to lx_app", "其他特权角色的成员"),
    ],
)
def test_start_is_refused_when_the_application_could_get_around_row_security(
    external: Instance, server: Cluster, statement: str, sentence: str
) -> None:
    refuse_dangerous(external)
    administer(server, statement)
    with pytest.raises(PostgresError, match=sentence):
        refuse_dangerous(external)


def test_every_process_refuses_for_itself(external: Instance, server: Cluster) -> None:
    administer(server, "alter role lx_app bypassrls")
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "django",
            "shell",
            "-c",
            "from django.db import connection; connection.ensure_connection()",
        ],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lianxun.config.settings",
            "LIANXUN_INSTANCE": str(external.folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "拒绝启动" in done.stderr
    assert "BYPASSRLS" in done.stderr


def test_a_lost_password_says_to_give_the_dsn_again(external: Instance, server: Cluster) -> None:
    administer(server, "alter role lx_owner password 'changed'")
    with (
        pytest.raises(InstanceError, match="请再给一次 --dsn"),
        setup.opened(load(external.folder)),
    ):
        pass
    with setup.opened(load(external.folder), dsn(server)):
        pass


def test_an_administrator_without_rights_is_told_so(server: Cluster, open_folder: Path) -> None:
    administer(server, "create role weak login password 'x'")
    weak = make_conninfo(dsn(server), user="weak", password="x")
    wanted = setup.describe(open_folder / "data", demo=False, dsn=weak)
    with pytest.raises(PostgresError, match="权限不足"), setup.opened(wanted, weak):
        pass


def test_a_database_of_somebody_else_is_not_taken(server: Cluster, open_folder: Path) -> None:
    administer(server, "create database lianxun")
    wanted = setup.describe(open_folder / "data", demo=False, dsn=dsn(server))
    with (
        pytest.raises(PostgresError, match="不归 lx_owner 所有"),
        setup.opened(wanted, dsn(server)),
    ):
        pass


def test_a_server_that_does_not_answer_is_named() -> None:
    nobody = Administrator("host=127.0.0.1 port=1 user=postgres dbname=postgres")
    with pytest.raises(PostgresError, match="连接数据库失败"):
        nobody.connect()


@pytest.mark.parametrize("text", ["host=", "postgresql://", "nonsense", "host=a,b port=1,2"])
def test_dsn_that_names_no_single_host_is_wrong_usage(open_folder: Path, text: str) -> None:
    with pytest.raises(UsageError, match="--dsn"):
        setup.describe(open_folder / "data", demo=False, dsn=text)
    assert not exists(open_folder / "data")


def test_secrets_are_random_complete_and_kept(open_folder: Path) -> None:
    first = setup.describe(open_folder / "data", demo=True, dsn=None)
    first.write()
    again = setup.describe(open_folder / "data", demo=None, dsn=None)
    assert again.secrets == first.secrets
    assert all(first.password(role) for role in LOGIN_ROLES)
    assert len(set(first.secrets.values())) == len(first.secrets)
    assert "secrets" not in repr(first)
    other = setup.describe(open_folder / "other", demo=True, dsn=None)
    assert not set(other.secrets.values()) & set(first.secrets.values())


def test_the_mark_of_a_directory_cannot_be_changed(open_folder: Path) -> None:
    wanted = setup.describe(open_folder / "data", demo=True, dsn=None)
    wanted.write()
    with pytest.raises(UsageError, match="标记在建立时确定"):
        setup.describe(open_folder / "data", demo=False, dsn=None)


@pytest.mark.parametrize("damage", ["{", "[]", '{"demo": "yes"}'])
def test_a_damaged_description_is_named(open_folder: Path, damage: str) -> None:
    made = setup.describe(open_folder / "data", demo=True, dsn=None)
    made.write()
    (made.folder / "instance.json").write_text(damage)
    with pytest.raises(InstanceError, match=r"instance\.json"):
        load(made.folder)
    assert replace(made, demo=False).secrets == made.secrets
