"""Bring a database to the state of this code: tables, cache table, first data; and its signing keys.

Run as a process of its own by the launcher (`python -m lianxun.config.prepare`) and by the tests for
their template. It acts as `lx_owner`; what is done is remembered in the database's comment, so that a
start with nothing new costs one query and a restored older database is brought up again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import django

from lianxun.config import fingerprint

MARK_SQL = (
    "select shobj_description(oid, 'pg_database') from pg_database "
    "where datname = current_database()"
)


def mark_of(rooms: tuple[str, ...], *, sample: bool) -> str:
    """What the database remembers when it was prepared by exactly this code."""
    return f"lianxun {fingerprint.of_database(rooms)}{' sample' if sample else ''}"


class OtherVersionError(Exception):
    """The database was made by another version of the code; the message says so in Chinese."""


def refuse_strangers(applied: Iterable[tuple[str, str]], known: Iterable[tuple[str, str]]) -> None:
    """OtherVersionError when the database has steps of our rooms that this code does not know.

    A newer version made it, or one from before the first release (adr/0047).
    """
    known = set(known)
    rooms = {room for room, _ in known}
    strange = sorted(step for step in applied if step[0] in rooms and step not in known)
    if strange:
        room, step = strange[-1]
        raise OtherVersionError(
            f"数据库里有本版没有的升级步骤（{room} {step} 等 {len(strange)} 项），它由更新的版本或"
            "正式发布前的试用版建立；请改用建立它的版本，或用 --data 另选一个目录。数据没有改动。"
        )


def migrate(say: Callable[[str], None]) -> None:
    """Apply the pending migrations as the owner; what follows them is done also when a kill left only that."""
    from django.core.management import call_command
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import connections

    from lianxun.fabric.migrating import Executor

    executor = Executor(connections["owner"])
    ours = {
        key: step
        for key, step in executor.loader.disk_migrations.items()
        if step.__module__.startswith("lianxun.")
    }
    refuse_strangers(executor.loader.applied_migrations, ours)
    leaves = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(leaves)
    if plan:
        say(f"更新数据表（{len(plan)} 步）…")
        executor.migrate(leaves, plan)
    emit_post_migrate_signal(0, False, "owner", plan=plan)
    call_command("createcachetable", database="owner", verbosity=0)


def store_keys(execute: Callable[[str, list[Any]], object], context: str, inner: str) -> None:
    """Give the database the keys that sign who acts (fabric.identity, access/sql/context.sql).

    `context` and `inner` are 256-bit keys in hexadecimal; the second never leaves the database. Also done
    at every start: a restored database comes without keys or with those of another place.
    """
    for name, key in (("app", context), ("ctx", inner)):
        execute("select lx.set_secret(%s, %s)", [name, bytes.fromhex(key)])


def remember(mark: str) -> None:
    """Write the mark into the database's comment."""
    from django.db import connections

    connection = connections["owner"]
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"comment on database {name} is %s", [mark])


def main(arguments: list[str]) -> int:
    """Prepare the database that the settings name; `--sample` also makes the sample province."""
    parser = argparse.ArgumentParser(prog="lianxun.config.prepare")
    parser.add_argument("--sample", action="store_true")
    wishes = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxun.config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from lianxun.config.rooms import ROOMS

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    try:
        migrate(say)
    except OtherVersionError as error:
        say(str(error))
        return 1
    inner = settings.INSTANCE.secrets.get("context-inner", settings.LIANXUN_CONTEXT_KEY)
    with connections["owner"].cursor() as cursor:
        store_keys(cursor.execute, settings.LIANXUN_CONTEXT_KEY, inner)
    if "lianxun.duties" in ROOMS:
        call_command("bring_shipped")
    if wishes.sample and "lianxun.demo" in ROOMS:
        say("建立示范省（所有单位与人员均为虚构）…")
        call_command("sample", verbosity=0)
    remember(mark_of(ROOMS, sample=wishes.sample))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
