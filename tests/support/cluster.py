"""One throw-away PostgreSQL for all test processes of this checkout, started when a test asks for it.

It stays where it is between runs (stopped), because creating it and running all migrations costs most of
the time of a small run; the template's name carries a fingerprint of everything that shapes it, so a
changed migration makes a new one. `fsync` is off: nothing in it is worth keeping. Where the system offers
memory as a folder it lies there: a clone is two thousand files, and a busy disk takes a second for them.

`LIANXUN_PG_BINDIR` runs the same suite on another PostgreSQL, such as Debian's 15.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lianxun.config import fingerprint
from lianxun.config.instance import LOGIN_ROLES, DatabaseAddress
from lianxun.config.launch import provision
from lianxun.config.launch.binaries import find_programs, server_identity, version
from lianxun.config.launch.cluster import SUPERUSER, Cluster
from lianxun.config.launch.locks import alone
from lianxun.config.rooms import ROOMS

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "only-for-tests"
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; a whole run takes less than one GiB
_cluster: Cluster | None = None


def home() -> Path:
    """Where the cluster of this checkout and this PostgreSQL lies.

    Both places are short enough for a socket, and enterable by the server's user when the tests run as
    root.
    """
    programs = find_programs(os.environ.get("LIANXUN_PG_BINDIR"))
    key = hashlib.sha256(f"{ROOT}\n{programs}\n{os.geteuid()}".encode()).hexdigest()[:12]
    name = f"lianxun-test-{key}"
    in_memory = MEMORY / name / "pg"
    if in_memory.exists() or _has_room(MEMORY):
        return in_memory
    return Path(tempfile.gettempdir()) / name / "pg"


def _has_room(folder: Path) -> bool:
    """Whether the test cluster fits there; a container's share is often too small (64 MiB)."""
    try:
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM
    except OSError:
        return False


def template_name() -> str:
    """The migrated template; its name changes with whatever shapes it."""
    digest = hashlib.sha256(fingerprint.of_database(ROOMS).encode())
    digest.update(Path(provision.__file__).read_bytes())
    for file in sorted((ROOT / "src/lianxun/demo").glob("*.py")):
        digest.update(file.read_bytes())
    return f"template_{digest.hexdigest()[:16]}"


def announce() -> None:
    """Tell settings_test where the cluster will be, before Django is set up. Starts nothing."""
    os.environ.setdefault("LIANXUN_TEST_DB", f"run{os.getpid()}")
    os.environ["LIANXUN_TEST_PG_HOST"] = str(home() / "run")


def start() -> Cluster:
    """The running cluster with its migrated template; the last process to end stops it."""
    global _cluster  # noqa: PLW0603 - one per process, like the lock it holds
    if _cluster is None:
        place = home()
        place.parent.mkdir(mode=0o711, exist_ok=True)
        server_identity()
        cluster = Cluster(place, durable=False)
        cluster.start()
        _cluster = cluster
        with alone(place / "template.lock"):
            _make_template(cluster)
    return _cluster


def stop() -> None:
    """Let go of the cluster; called once at the end of each test process."""
    global _cluster  # noqa: PLW0603
    if _cluster is not None:
        _cluster.release()
        _cluster = None


def superuser(database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """A connection in autocommit mode that may end other sessions."""
    return psycopg.connect(superuser_conninfo(start(), database), autocommit=True)


def superuser_conninfo(cluster: Cluster, database: str = "postgres") -> str:
    return make_conninfo(
        host=cluster.host,
        user=SUPERUSER,
        password=cluster.superuser_password,
        dbname=database,
    )


def clone(name: str) -> None:
    """(Re)create the database `name` from the template, ending whoever is still in it."""
    with superuser() as server:
        _drop(server, name)
        server.execute(
            sql.SQL("create database {} owner lx_owner template {}").format(
                sql.Identifier(name), sql.Identifier(template_name())
            )
        )
        # The rights to enter belong to a database and are not cloned with it.
        server.execute(
            sql.SQL("grant connect, temporary on database {} to lx_app").format(
                sql.Identifier(name)
            )
        )


def drop(name: str) -> None:
    """Remove a test database and the sessions in it (a live server leaves one)."""
    with superuser() as server:
        _drop(server, name)


def _drop(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _make_template(cluster: Cluster) -> None:
    name = template_name()
    administrator = provision.Administrator(superuser_conninfo(cluster))
    with administrator.connect() as server:
        found = {str(row[0]) for row in server.execute("select datname from pg_database")}
        if name in found:
            return
        for old in found:
            if old.startswith("template_") or _left_over(old):
                _drop(server, old)
    building = f"building_{os.getpid()}"
    passwords = dict.fromkeys(LOGIN_ROLES, PASSWORD)
    provision.prepare_server(
        administrator,
        DatabaseAddress(host=cluster.host, name=building),
        passwords,
        create_databases=True,
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianxun.config.settings_test",
        "LIANXUN_TEST_DB": building,
        "LIANXUN_TEST_PG_HOST": cluster.host,
    }
    made = subprocess.run(
        [sys.executable, "-P", "-m", "lianxun.config.prepare", "--sample"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if made.returncode:
        raise RuntimeError(f"the migrations failed:\n{made.stdout}\n{made.stderr}")
    with administrator.connect() as server:
        server.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(building), sql.Identifier(name)
            )
        )


def _left_over(database: str) -> bool:
    """Whether this is the database of a test run that was killed."""
    for prefix in ("test_run", "building_"):
        number = database.removeprefix(prefix).partition("_")[0]
        if database.startswith(prefix) and number.isdigit():
            return not Path("/proc", number).exists()
    return False


def server_version() -> int:
    """Major version of the programs the tests run on."""
    return version(find_programs(os.environ.get("LIANXUN_PG_BINDIR")))
