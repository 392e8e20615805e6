"""Make the data directory of the benchmark once, and bring it to the state of the code each time.

Rows go in by COPY as the server's administrator (row security refuses COPY to the owner), without
secondary indexes, which are built afterwards. The directory stays under ``benchmarks/out``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

from benchmarks.platform.world import SEED, Row, World
from lianxun.config.instance import Instance
from lianxun.config.launch import setup
from lianxun.config.launch.cluster import SUPERUSER, Cluster

VERSION = 1
FOLDER = Path(__file__).resolve().parents[1] / "out" / "platform"
PLAIN_ROLE = "lx_plain"  # reads and writes like lx_app, past row security: the baseline
SCALE = {"leads": 1_000_000, "users": 12_000, "engagements": 4_000, "duties": 200_000}


@contextmanager
def opened(folder: Path, scale: dict[str, int]) -> Iterator[tuple[Instance, str]]:
    """The instance with its rows, and the administrator's connection string; the server runs meanwhile.

    A directory of another world, or of tables that the code can no longer bring up, is made anew.
    """
    stamp, wanted = folder / "loaded.json", {"seed": SEED, "version": VERSION, **scale}
    if folder.exists() and not (
        stamp.exists() and json.loads(stamp.read_text("utf-8")) == wanted and _fits(folder)
    ):
        say(f"{folder}: another world or older tables; made anew")
        shutil.rmtree(folder)
    cluster: Cluster = setup.cluster_of(folder)
    with setup.opened(setup.describe(folder, demo=True, dsn=None), cluster=cluster) as instance:
        administrator = make_conninfo(
            host=cluster.host,
            user=SUPERUSER,
            password=cluster.superuser_password,
            dbname=instance.database.name,
        )
        _prepare(instance)
        os.environ.update(environment(instance))
        if not stamp.exists():
            _load(administrator, scale)
            stamp.write_text(json.dumps(wanted), "utf-8")
        with psycopg.connect(administrator, autocommit=True) as server:
            _plain_role(server, instance.password("lx_app"))
        yield instance, administrator


def _fits(folder: Path) -> bool:
    """Whether the code's migrations can be applied on top of what the directory has."""
    with setup.opened(setup.describe(folder, demo=True, dsn=None)) as instance:
        words = [sys.executable, "-P", "-m", "lianxun.config.prepare"]
        done = subprocess.run(words, check=False, env=_service(instance), capture_output=True)
    return done.returncode == 0 or b"Conflicting migrations" in done.stderr


def _service(instance: Instance) -> dict[str, str]:
    service = {**environment(instance), "DJANGO_SETTINGS_MODULE": "lianxun.config.settings"}
    return {**os.environ, **service}


def environment(instance: Instance, **more: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "benchmarks.platform.settings",
        "LIANXUN_INSTANCE": str(instance.folder),
        **more,
    }


def _prepare(instance: Instance) -> None:
    """Migrations, keys, static files: what ``./lianxun up`` does before it starts its processes."""
    for words in (
        ["lianxun.config.prepare"],
        ["django", "collectstatic", "--noinput", "--verbosity", "0"],
    ):
        subprocess.run(
            [sys.executable, "-P", "-m", *words],
            env=_service(instance),
            check=True,
        )


def _plain_role(server: psycopg.Connection[Any], password: str) -> None:
    found = server.execute("select 1 from pg_roles where rolname = %s", [PLAIN_ROLE]).fetchone()
    if not found:
        server.execute(f"create role {PLAIN_ROLE} in role lx_app inherit")
    server.execute(
        psycopg.sql.SQL("alter role {} login inherit bypassrls password {}").format(
            psycopg.sql.Identifier(PLAIN_ROLE), psycopg.sql.Literal(password)
        )
    )


def _load(administrator: str, scale: dict[str, int]) -> None:
    import django

    django.setup()
    from django.apps import apps

    world = World(datetime.now(tz=UTC).date(), **scale)
    with psycopg.connect(administrator) as server:
        server.execute("set session_replication_role = replica")
        server.execute("set maintenance_work_mem = '512MB'")
        server.execute("set synchronous_commit = off")
        for label, rows in world.tables():
            started = time.perf_counter()
            model: Any = apps.get_model(label)
            table = model._meta.db_table
            later = [*_drop_checks(server, table), *_drop_indexes(server, table)]
            count = _copy(server, model, rows)
            for statement in later:
                server.execute(statement)
            say(f"{table}: {count:,} rows in {time.perf_counter() - started:.0f} s")
        server.commit()
    accounts_file(Path(os.environ["LIANXUN_INSTANCE"])).write_text(
        json.dumps(world.accounts), "utf-8"
    )
    with psycopg.connect(administrator, autocommit=True) as server:
        server.execute("vacuum (analyze)")


def accounts_file(folder: Path) -> Path:
    """Accounts by tier and role, such as ``city coordinator``."""
    return folder / "accounts.json"


def _drop_checks(server: psycopg.Connection[Any], table: str) -> list[str]:
    """Drop what a row may say; the statements that ask it again of later rows. Rows of a benchmark need
    not tell a whole story, and a new rule of a room must not stop the measuring."""
    found = server.execute(
        "select conname, pg_get_constraintdef(oid) from pg_constraint "
        "where conrelid = %s::regclass and contype = 'c'",
        [table],
    ).fetchall()
    for name, _ in found:
        server.execute(f'alter table {table} drop constraint "{name}"')
    return [
        f'alter table {table} add constraint "{name}" {rule.removesuffix(" NOT VALID")} not valid'
        for name, rule in found
    ]


def _drop_indexes(server: psycopg.Connection[Any], table: str) -> list[str]:
    """Drop what only speeds reading up; the definitions to build it again."""
    found = server.execute(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i "
        "where i.indrelid = %s::regclass and not exists "
        "(select 1 from pg_constraint c where c.conindid = i.indexrelid)",
        [table],
    ).fetchall()
    for name, _ in found:
        server.execute(f"drop index {name}")
    return [definition for _, definition in found]


def _copy(server: psycopg.Connection[Any], model: Any, rows: Iterator[Row]) -> int:
    # What the database fills in itself (a salt) is left to it.
    fields = [f for f in model._meta.concrete_fields if not f.has_db_default()]
    place = {f.column: n for n, f in enumerate(fields)}
    defaults = [None if f.primary_key else f.get_default() for f in fields]
    defaults = [Jsonb(d) if isinstance(d, dict) else d for d in defaults]
    columns = ", ".join(place)
    count = 0
    with server.cursor().copy(f"copy {model._meta.db_table} ({columns}) from stdin") as copy:
        for row in rows:
            values = defaults.copy()
            for name, value in row.items():
                values[place[name]] = value
            copy.write_row(values)
            count += 1
    return count


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
