"""PostgreSQL's own programs (pg_dump, psql, pg_basebackup …) connected to a data directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from lianxun.config.instance import Instance, InstanceError
from lianxun.config.launch import setup
from lianxun.config.launch.binaries import PostgresError, find_programs
from lianxun.config.launch.cluster import SUPERUSER
from lianxun.config.launch.commands import UsageError
from lianxun.config.launch.manage import existing, split_data
from lianxun.config.launch.up import say

HELP = """用法：./lianxun pg [--data 目录] [--as 角色] 程序 [参数 …]

在本实例的数据库上运行 PostgreSQL 自带的程序，连接参数与口令自动给出。
角色：lx_backup（默认，只读，供备份）、lx_owner（建表的角色，供恢复）、postgres（仅自带数据库）。
例：./lianxun pg pg_dump -Fc -f 备份.dump
    ./lianxun pg --as postgres pg_basebackup -D 整库备份 -X stream -c fast
    ./lianxun pg psql
"""


def main(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code."""
    folder, words = split_data(arguments)
    role = "lx_backup"
    if words[:1] == ["--as"]:
        role, words = (words[1] if len(words) > 1 else ""), words[2:]
    if not words or words[0] in {"-h", "--help"}:
        sys.stdout.write(HELP)
        return 0 if words else 2
    try:
        with setup.opened(existing(folder)) as instance:
            program = find_programs(os.environ.get("LIANXUN_PG_BINDIR")) / words[0]
            if not program.exists() or "/" in words[0]:
                raise UsageError(f"没有“{words[0]}”这个数据库程序；可用的在 {program.parent}。")
            environment = {**os.environ, **_connection(instance, role)}
            return subprocess.run(
                [str(program), *words[1:]], env=environment, check=False
            ).returncode
    except (PostgresError, InstanceError) as error:
        say(str(error))
        return 1


def _connection(instance: Instance, role: str) -> dict[str, str]:
    password = instance.password(role)
    if role == SUPERUSER and instance.embedded:
        password = setup.cluster_of(instance.folder).superuser_password
    if not password:
        raise UsageError(
            f"没有角色“{role}”的口令；可用 lx_backup、lx_owner 或（自带数据库）postgres。"
        )
    where = instance.database
    return {
        "PGHOST": where.host,
        "PGPORT": str(where.port),
        "PGDATABASE": where.name,
        "PGUSER": role,
        "PGPASSWORD": password,
        **{
            f"PG{key.upper()}": value
            for key, value in where.options.items()
            if key.startswith("ssl")
        },
    }
