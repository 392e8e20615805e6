"""A durable PostgreSQL of its own for one benchmark: fsync on, roles and the trace as in service."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo

from lianxun.config.instance import LOGIN_ROLES, DatabaseAddress
from lianxun.config.launch import provision
from lianxun.config.launch.cluster import SUPERUSER, Cluster

PASSWORD = "only-for-benchmarks"
DATABASE = "lianxun"


@contextmanager
def database() -> Iterator[Callable[[str], str]]:
    """Gives ``conninfo(role)``; ``superuser`` is a role too. Everything is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "pg")
        cluster.start()
        try:
            super_info = make_conninfo(
                host=cluster.host, user=SUPERUSER, password=cluster.superuser_password
            )
            provision.prepare_server(
                provision.Administrator(super_info),
                DatabaseAddress(host=cluster.host, name=DATABASE),
                dict.fromkeys(LOGIN_ROLES, PASSWORD),
            )
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "lianxun.config.settings_test",
                "LIANXUN_TEST_DB": DATABASE,
                "LIANXUN_TEST_PG_HOST": cluster.host,
            }
            # settings_test signs in with its own fixed password
            with provision.Administrator(super_info).connect() as server:
                server.execute("alter role lx_owner password 'only-for-tests'")
            subprocess.run(
                [sys.executable, "-P", "-m", "django", "migrate", "trace", "--database=owner"],
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )

            def conninfo(role: str) -> str:
                if role == "superuser":
                    return make_conninfo(super_info, dbname=DATABASE)
                return make_conninfo(
                    host=cluster.host, user=role, password=PASSWORD, dbname=DATABASE
                )

            yield conninfo
        finally:
            cluster.release()
