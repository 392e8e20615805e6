"""The supervisor of the embedded server: whatever was killed, the next start works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lianxun.config.launch.binaries import (
    PostgresError,
    find_programs,
    may_pass,
    readable_copy,
    server_identity,
)
from lianxun.config.launch.cluster import (
    PORT,
    SUPERUSER,
    Cluster,
    clear_stale,
    postmaster_of,
)

SOURCE = Path(__file__).resolve().parents[2] / "src"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

HOLDER = """
import sys, time
from pathlib import Path
from lianxun.config.launch.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), programs=sys.argv[2], durable=False)
cluster.start()
print(postmaster := cluster.host, flush=True)
sys.stdin.read() if sys.argv[3] == "stay" else time.sleep(float(sys.argv[3]))
cluster.release()
"""


def connect(cluster: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        make_conninfo(
            host=cluster.host,
            port=PORT,
            user=SUPERUSER,
            password=cluster.superuser_password,
            dbname="postgres",
        ),
        autocommit=True,
    )


def holder(home: Path, programs: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home), str(programs), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("name", ["plain", "中文 目录", 'it\'s "$HOME"'])
def test_starts_stops_and_keeps_rows_in_any_path(
    open_folder: Path, programs: Path, name: str
) -> None:
    cluster = Cluster(open_folder / name / "pg", programs=programs, durable=False)
    with cluster, connect(cluster) as server:
        server.execute("create table kept as select 1 as one")
        row = server.execute(
            "select pg_encoding_to_char(encoding), datctype from pg_database "
            "where datname = 'postgres'"
        ).fetchone()
        assert row == ("UTF8", "C.UTF-8")
        assert server.execute("select upper('é'), '联巡' ~ '^[[:alpha:]]+$'").fetchone() == (
            "É",
            True,
        )
    assert postmaster_of(cluster.data) is None
    with cluster, connect(cluster) as server:
        assert server.execute("select one from kept").fetchone() == (1,)


def test_no_network_address_and_no_entry_without_password(open_folder: Path) -> None:
    with Cluster(open_folder / "pg", durable=False) as cluster:
        with connect(cluster) as server:
            assert server.execute("show listen_addresses").fetchone() == ("",)
            assert server.execute("show data_checksums").fetchone() == ("on",)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=cluster.host, user=SUPERUSER, dbname="postgres")
        secret = cluster.home / "superuser.password"
        assert secret.stat().st_mode & 0o777 == 0o600
        assert Path(cluster.host).stat().st_mode & 0o777 == 0o700


def test_long_path_falls_back_to_a_short_socket_folder(open_folder: Path) -> None:
    home = open_folder / ("很长的目录" * 8) / "pg"
    with Cluster(home, durable=False) as cluster, connect(cluster) as server:
        assert len(os.fsencode(cluster.host)) < 90
        assert not cluster.host.startswith(str(open_folder))
        assert server.execute("select 1").fetchone() == (1,)
    shutil.rmtree(cluster.host)


@as_root
def test_a_socket_folder_of_somebody_else_is_refused(open_folder: Path) -> None:
    cluster = Cluster(open_folder / ("很长的目录" * 8) / "pg", durable=False)
    cluster._identity = server_identity()
    cluster.home.mkdir(parents=True)
    trap = Path(cluster.host)
    assert trap.is_relative_to("/run")
    trap.mkdir(mode=0o777)
    os.chown(trap, 65534, 65534)
    try:
        with pytest.raises(PostgresError, match="属于别的用户"):
            cluster.start()
    finally:
        trap.rmdir()


def test_kill_of_the_server_loses_nothing_that_was_acknowledged(
    open_folder: Path, programs: Path
) -> None:
    first = Cluster(open_folder / "pg", programs=programs, durable=True)
    first.start()
    acknowledged = 0
    with connect(first) as server:
        server.execute("create table act(n int)")
        for number in range(60):
            server.execute("insert into act values (%s)", [number])
            acknowledged += 1
        postmaster = postmaster_of(first.data)
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
    second = Cluster(open_folder / "pg", programs=programs, durable=True)
    with second, connect(second) as server:
        assert server.execute("select count(*) from act").fetchone() == (acknowledged,)
        # flushes are shared, never left out (ADR 56)
        for name, value in (
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("commit_delay", "2000"),
        ):
            assert server.execute(f"show {name}").fetchone() == (value,)
    # the first user still holds its lock: the server goes on for it
    assert postmaster_of(first.data) is not None
    first.release()
    assert postmaster_of(first.data) is None


@pytest.mark.parametrize("who", ["zombie", "stranger", "nobody"])
def test_stale_pid_of_a_killed_server_is_recognised(open_folder: Path, who: str) -> None:
    cluster = Cluster(open_folder / "pg", durable=False)
    with cluster:
        pid_file = (cluster.data / "postmaster.pid").read_text()
    process = subprocess.Popen(["sleep", "60"])
    try:
        if who == "zombie":
            process.kill()  # and not waited for
            assert eventually(
                lambda: ") Z " in Path(f"/proc/{process.pid}/stat").read_text(), seconds=5
            )
        number = 4_194_000 if who == "nobody" else process.pid
        stale = f"{number}\n" + pid_file.split("\n", 1)[1]
        socket = Path(cluster.host) / f".s.PGSQL.{PORT}"
        for leftover in (cluster.data / "postmaster.pid", socket.with_name(socket.name + ".lock")):
            leftover.write_text(stale)
            leftover.chmod(0o600)
            shutil.chown(leftover, cluster.data.stat().st_uid, cluster.data.stat().st_gid)
        socket.touch()
        with cluster, connect(cluster) as server:
            assert server.execute("select 1").fetchone() == (1,)
    finally:
        process.kill()
        process.wait()


def test_the_files_of_a_running_server_are_left_alone(open_folder: Path) -> None:
    with Cluster(open_folder / "pg", durable=False) as cluster:
        clear_stale(cluster.data, Path(cluster.host))
        assert (cluster.data / "postmaster.pid").exists()
        assert (Path(cluster.host) / f".s.PGSQL.{PORT}").exists()


def test_server_ends_when_its_only_user_is_killed(open_folder: Path) -> None:
    home = open_folder / "pg"
    process = holder(home, find_programs(), "stay")
    assert process.stdout is not None
    process.stdout.readline()
    data = home / "data"
    assert postmaster_of(data) is not None
    process.kill()
    process.wait()
    assert eventually(lambda: postmaster_of(data) is None)


def test_concurrent_starters_share_one_server(open_folder: Path) -> None:
    home = open_folder / "pg"
    processes = [holder(home, find_programs(), "0.5") for _ in range(3)]
    try:
        hosts = {process.communicate(timeout=180)[0].strip() for process in processes}
        assert [process.returncode for process in processes] == [0, 0, 0]
        assert hosts == {str(home / "run")}
    finally:
        for process in processes:
            process.kill()
    assert eventually(lambda: postmaster_of(home / "data") is None)
    log = (home / "server.log").read_text("utf-8", "replace")
    assert "FATAL" not in log


def test_a_user_that_stays_keeps_the_server_of_one_that_leaves(open_folder: Path) -> None:
    staying, leaving = (Cluster(open_folder / "pg", durable=False) for _ in range(2))
    with staying:
        leaving.start()
        leaving.release()
        with connect(staying) as server:
            assert server.execute("select 1").fetchone() == (1,)


def test_a_killed_keeper_is_replaced_by_the_next_user(open_folder: Path) -> None:
    home = open_folder / "pg"
    with Cluster(home, durable=False) as cluster:
        listing = subprocess.run(
            ["pgrep", "-f", f"keeper.py.*{home}"], capture_output=True, text=True, check=True
        )
        os.kill(int(listing.stdout.split()[0]), signal.SIGKILL)
        process = holder(home, find_programs(), "stay")
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
        process.wait()
        assert postmaster_of(cluster.data) is not None
    assert eventually(lambda: postmaster_of(cluster.data) is None)


def test_an_interrupted_creation_is_begun_again(open_folder: Path) -> None:
    half = open_folder / "pg" / "data.partial"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    with Cluster(open_folder / "pg", durable=False) as cluster, connect(cluster) as server:
        assert server.execute("select 1").fetchone() == (1,)
    assert not half.exists()


def test_data_of_another_version_are_refused_in_one_sentence(open_folder: Path) -> None:
    cluster = Cluster(open_folder / "pg", durable=False)
    with cluster:
        pass
    (cluster.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresError, match="由 PostgreSQL 14 建立"):
        cluster.start()


def test_missing_programs_are_named(open_folder: Path) -> None:
    with pytest.raises(PostgresError, match="没有 postgres 程序"):
        Cluster(open_folder / "pg", programs=open_folder).start()


@as_root
def test_root_never_opens_a_closed_parent_folder(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with Cluster(closed / "pg", durable=False) as cluster, connect(cluster) as server:
        assert server.execute("select 1").fetchone() == (1,)
        assert cluster.place.is_relative_to("/var/lib/lianxun")
        assert (closed / "pg" / "place").resolve() == cluster.place
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(cluster.place)


@as_root
def test_programs_that_the_servers_user_cannot_reach_are_copied(open_folder: Path) -> None:
    wheel = find_programs()
    site = open_folder / "closed"
    site.mkdir(mode=0o700)
    package = wheel.parent.parent
    shutil.copytree(wheel.parent, site / package.name / "pginstall", symlinks=True)
    shutil.copytree(
        package.with_name(package.name + ".libs"), site / (package.name + ".libs"), symlinks=True
    )
    hidden = site / package.name / "pginstall" / "bin"
    identity = server_identity()
    assert not may_pass(hidden, identity)
    cluster = Cluster(open_folder / "pg", programs=hidden, durable=False)
    with cluster, connect(cluster) as server:
        assert server.execute("select 1").fetchone() == (1,)
        assert cluster.programs.is_relative_to(open_folder / "pg" / "programs")
        copied = (cluster.programs / "postgres").stat().st_mtime_ns
        again = readable_copy(hidden, cluster.place, identity)
        assert (again / "postgres").stat().st_mtime_ns == copied
    assert site.stat().st_mode & 0o777 == 0o700


@as_root
def test_an_ordinary_user_needs_nothing_special(open_folder: Path) -> None:
    python = Path("/usr/bin/python3")
    asked = subprocess.run(
        [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False
    )
    if asked.returncode or not may_pass(SOURCE, server_identity()):
        pytest.skip("no Python 3.11 that other users may run")
    programs = find_programs()
    if not may_pass(programs, server_identity()):
        pytest.skip("the programs lie where other users may not go")
    home = open_folder / "own"
    home.mkdir(mode=0o700)
    os.chown(home, 65534, 65534)
    done = subprocess.run(
        [python, "-c", HOLDER, str(home / "pg"), str(programs), "0.1"],
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": str(SOURCE), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    assert (home / "pg" / "data").stat().st_uid == 65534
    assert eventually(lambda: postmaster_of(home / "pg" / "data") is None)
