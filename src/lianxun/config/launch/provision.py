"""Roles, database, schema and default privileges, made by an administrator of the server.

Every statement may be run again. The roles and what each is for: settled.md 1 and
docs/handbook/operations.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lianxun.config.instance import LOGIN_ROLES, DatabaseAddress, Instance
from lianxun.config.launch.binaries import NEWEST, OLDEST, PostgresError

NOLOGIN_ROLES = ("lx_search", "lx_vault")
APPLICATION = "lianxun"


@dataclass(frozen=True, slots=True)
class Administrator:
    """A connection string of a role that may create roles and databases."""

    conninfo: str

    def connect(self, database: str | None = None) -> psycopg.Connection[tuple[object, ...]]:
        """Connect in autocommit mode; PostgresError says in one sentence why it failed."""
        try:
            target = make_conninfo(
                self.conninfo, connect_timeout=10, **({"dbname": database} if database else {})
            )
            return psycopg.connect(target, autocommit=True)
        except psycopg.Error as error:
            raise PostgresError(f"连接数据库失败：{_first_line(error)}") from error


def conninfo(instance: Instance, role: str) -> str:
    """How `role` connects to the instance's database; never build it with an f-string."""
    where = instance.database
    return make_conninfo(
        host=where.host,
        port=where.port,
        dbname=where.name,
        user=role,
        password=instance.password(role),
        connect_timeout=10,
        **where.options,
    )


def prepare_server(
    administrator: Administrator,
    address: DatabaseAddress,
    passwords: Mapping[str, str],
    *,
    create_databases: bool = False,
) -> None:
    """Roles with these passwords, and the database; `create_databases` is for test clusters only."""
    with administrator.connect() as server:
        check_version(server)
        try:
            _roles(server, passwords, create_databases=create_databases)
            _database(server, address.name)
        except psycopg.errors.InsufficientPrivilege as error:
            raise PostgresError(
                "--dsn 的账户权限不足（需要能建立角色、数据库和带 BYPASSRLS 的备份角色，"
                f"通常是 postgres）：{_first_line(error)}"
            ) from error
    with administrator.connect(address.name) as database:
        prepare_database(database, address.name)


def check_version(server: psycopg.Connection[tuple[object, ...]]) -> None:
    """PostgresError unless the server is one of the supported versions."""
    major = server.info.server_version // 10000
    if not OLDEST <= major <= NEWEST:
        raise PostgresError(f"数据库版本是 {major}；联巡支持 PostgreSQL {OLDEST}–{NEWEST}。")


def _roles(
    server: psycopg.Connection[tuple[object, ...]],
    passwords: Mapping[str, str],
    *,
    create_databases: bool,
) -> None:
    present = {str(row[0]) for row in server.execute("select rolname from pg_roles")}
    for role in (*LOGIN_ROLES, *NOLOGIN_ROLES):
        if role not in present:
            server.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
    plain = "nosuperuser nocreaterole noreplication"
    for role in NOLOGIN_ROLES:
        server.execute(
            sql.SQL(f"alter role {{}} nologin nocreatedb nobypassrls noinherit {plain}").format(
                sql.Identifier(role)
            )
        )
    for role in LOGIN_ROLES:
        rights = "bypassrls inherit" if role == "lx_backup" else "nobypassrls noinherit"
        creates = "createdb" if create_databases and role == "lx_owner" else "nocreatedb"
        server.execute(
            sql.SQL(f"alter role {{}} login {rights} {creates} {plain} password {{}}").format(
                sql.Identifier(role), sql.Literal(passwords[role])
            )
        )
    # The owner hands functions and tables over to these two in migrations; without INHERIT it does not
    # hold their rights otherwise.
    server.execute("grant lx_search, lx_vault to lx_owner")
    # pg_dump locks every table before it reads the first.
    server.execute("grant pg_read_all_data to lx_backup")


def _database(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    found = server.execute(
        "select pg_get_userbyid(datdba), pg_encoding_to_char(encoding) from pg_database "
        "where datname = %s",
        [name],
    ).fetchone()
    if found is None:
        if server.info.parameter_status("is_superuser") != "on":
            server.execute("grant lx_owner to current_user")
        server.execute(
            sql.SQL("create database {} owner lx_owner encoding 'UTF8' template template0").format(
                sql.Identifier(name)
            )
        )
    elif found != ("lx_owner", "UTF8"):
        raise PostgresError(
            f"数据库 {name} 已存在，但不归 lx_owner 所有或编码不是 UTF8；请换一个库名，或删除后重试。"
        )


def prepare_database(database: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """What belongs to one database: who may enter, the schema `lx`, default privileges."""
    identifier = sql.Identifier(name)
    for statement in (
        sql.SQL("revoke all on database {} from public").format(identifier),
        sql.SQL("grant connect on database {} to lx_seq, lx_audit, lx_backup").format(identifier),
        sql.SQL("grant connect, temporary on database {} to lx_app").format(identifier),
        "create schema if not exists lx authorization lx_owner",
        "revoke create on schema public from public",
        "grant create, usage on schema public to lx_owner",
        "grant usage on schema public to lx_app, lx_seq, lx_audit, lx_backup, lx_search",
        # Only for the schema of the rooms' tables: what lies in `lx`, `trace` and `vault` is granted
        # one by one, because it decides who somebody is.
        "alter default privileges for role lx_owner in schema public "
        "grant select, insert, update, delete on tables to lx_app",
        "alter default privileges for role lx_owner in schema public "
        "grant usage, select on sequences to lx_app",
    ):
        database.execute(statement)


def refuse_dangerous(instance: Instance) -> None:
    """PostgresError when the role that does all work could get around row security.

    A superuser, BYPASSRLS, an owner of tables or a member of the owner would make every policy
    decoration (settled.md 1). The web and job processes repeat the check for themselves.
    """
    try:
        with psycopg.connect(conninfo(instance, "lx_app")) as connection:
            found = dangers(connection)
    except psycopg.Error as error:
        raise PostgresError(f"应用角色 lx_app 连接数据库失败：{_first_line(error)}") from error
    if found:
        raise PostgresError("拒绝启动：" + "；".join(found) + "。请由数据库管理员收回后重试。")


DANGERS_SQL = """
select r.rolname, r.rolsuper, r.rolbypassrls,
       exists (select 1 from pg_class c where c.relowner = r.oid)
           or exists (select 1 from pg_database d where d.datdba = r.oid)
           or exists (select 1 from pg_namespace n where n.nspowner = r.oid),
       exists (select 1 from pg_roles o
               where o.oid <> r.oid and (o.rolsuper or o.rolbypassrls or o.rolname like 'lx\\_%')
                 and pg_has_role(r.oid, o.oid, 'member'))
from pg_roles r where r.rolname = current_user
"""


def describe_dangers(row: tuple[object, ...]) -> list[str]:
    """What `DANGERS_SQL` found, as Chinese sentences."""
    role, superuser, bypass, owner, member = row
    return [
        sentence
        for sentence, wrong in (
            (f"应用角色 {role} 是超级用户", superuser),
            (f"应用角色 {role} 带有 BYPASSRLS，可绕过行级权限", bypass),
            (f"应用角色 {role} 拥有数据库对象", owner),
            (f"应用角色 {role} 是其他特权角色的成员", member),
        )
        if wrong
    ]


def dangers(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """The sentences for the role of this connection; empty when it is harmless."""
    row = connection.execute(DANGERS_SQL).fetchone()
    return describe_dangers(row) if row else []


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
