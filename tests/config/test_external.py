"""The whole platform on somebody else's PostgreSQL: 15 and 18, made, used, stopped, started again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from lianxun.config.instance import load
from lianxun.config.launch.cluster import PORT, SUPERUSER, Cluster
from tests.config.test_up import sign_in
from tests.support.launched import Launched, eventually, processes_naming

pytestmark = pytest.mark.long


@pytest.fixture
def server(open_folder: Path, programs: Path) -> Iterator[Cluster]:
    """A server that somebody else keeps: the launcher gets nothing but its address and a password."""
    with Cluster(open_folder / "server", programs=programs, durable=False) as cluster:
        yield cluster


def test_the_platform_works_on_an_external_server(open_folder: Path, server: Cluster) -> None:
    dsn = make_conninfo(
        host=server.host,
        port=PORT,
        user=SUPERUSER,
        password=server.superuser_password,
        dbname="lianxun",
    )
    folder = open_folder / "data"
    first = Launched(folder, "--dsn", dsn)
    try:
        first.wait_ready(500)
        assert first.get("/healthz/") == 200
        assert first.get("/accounts/login/") == 200
        assert sign_in(first, "coordinator") == 200
        assert sign_in(first, "coordinator", password="wrong") == 0
    finally:
        assert first.end(signal.SIGINT) == 0
    assert not load(folder).embedded
    assert server.superuser_password not in (folder / "secrets.json").read_text("utf-8")
    assert eventually(lambda: not processes_naming(folder))

    again = Launched(folder)  # the administrator's connection is needed once only
    try:
        again.wait_ready(240)
        assert sign_in(again, "leader") == 200
        assert "更新数据表" not in again.text()
        audited = subprocess.run(
            [
                *(sys.executable, "-P", "-m", "lianxun.config.launch", "manage"),
                *("--data", str(folder), "audit_trace"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert audited.returncode == 0, audited.stdout + audited.stderr
    finally:
        assert again.end(signal.SIGINT) == 0
    shutil.rmtree(folder, ignore_errors=True)
