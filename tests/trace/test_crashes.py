"""T6: kill -9 of writers, sequencer and witness, and of the database, at any moment.

Afterwards: business rows = records, whatever was acknowledged is there, the whole log is sound, and
what the witness holds is a prefix of it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lianxun.config.instance import LOGIN_ROLES, DatabaseAddress
from lianxun.config.launch import provision
from lianxun.config.launch.cluster import SUPERUSER, Cluster, postmaster_of
from lianxun.trace.audit import audit_database
from lianxun.trace.notes import COSIGNATURE_KEY, NOTE_KEY, Signer
from lianxun.trace.policy import Policy
from lianxun.trace.proofs import SM3_SUFFIX
from lianxun.trace.witness import load_or_make_key
from tests.trace.crash_child import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Trial:
    """One database of its own with its processes; everything dies with it."""

    folder: Path
    cluster: Cluster = field(init=False)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: int = 0

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.folder / "pg", durable=False)
        self.cluster.start()
        provision.prepare_server(
            provision.Administrator(self.conninfo(SUPERUSER, "postgres")),
            DatabaseAddress(host=self.cluster.host, name="lianxun"),
            dict.fromkeys(LOGIN_ROLES, PASSWORD),
        )
        self.child("prepare").wait()
        self.key = load_or_make_key(self.folder / "log.key", "lianxun/log/crash", NOTE_KEY)
        self.twin = Signer(
            self.key.name + SM3_SUFFIX, self.key.kind, self.key.seed, self.key.public
        )
        self.witness_key = load_or_make_key(self.folder / "w.key", "w/crash", COSIGNATURE_KEY)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.policy = (
            f"log {self.key.verifier.vkey}\nlog {self.twin.verifier.vkey}\n"
            f"witness w {self.witness_key.verifier.vkey} http://127.0.0.1:{self.port}/\nquorum w\n"
        )
        with self.superuser() as server:
            server.execute("update trace.setting set policy = %s", [self.policy])

    def conninfo(self, role: str, database: str = "lianxun") -> str:
        password = self.cluster.superuser_password if role == SUPERUSER else PASSWORD
        return make_conninfo(host=self.cluster.host, user=role, password=password, dbname=database)

    def superuser(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.conninfo(SUPERUSER), autocommit=True)

    def child(self, *words: str) -> subprocess.Popen[bytes]:
        return self.program("tests.trace.crash_child", *words)

    def program(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            env={**os.environ, "CRASH_HOST": self.cluster.host},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start(self, name: str) -> None:
        if name == "sequencer":
            process = self.child("sequence", str(self.folder / "log.key"))
        elif name == "witness":
            words = ["--key", str(self.folder / "w.key"), "--state", str(self.folder / "state")]
            for signer in (self.key, self.twin):
                words += ["--log", signer.verifier.vkey]
            words += ["--listen", f"127.0.0.1:{self.port}"]
            process = self.program("lianxun.trace.witness", *words)
        else:
            self.started += 1
            process = self.child("write", str(self.folder / f"told-{self.started}"))
        self.running[name] = process

    def kill(self, name: str) -> None:
        if name == "database":
            self.kill_database()
            return
        self.running[name].kill()
        self.running[name].wait()
        self.start(name)

    def kill_database(self) -> None:
        """``immediate``: all processes of the server end at once, recovery runs at the next start."""
        process = postmaster_of(self.cluster.data)
        assert process
        os.kill(process, signal.SIGQUIT)
        while postmaster_of(self.cluster.data) is not None:
            time.sleep(0.01)
        second = Cluster(self.folder / "pg", durable=False)
        second.start()
        self.cluster.release()
        self.cluster = second

    def acknowledged(self) -> set[str]:
        told: set[str] = set()
        for file in self.folder.glob("told-*"):
            lines = file.read_text("ascii").split("\n")
            told.update(lines[:-1])  # the last line may be half written
        return told

    def settle(self) -> None:
        """Stop the writers and wait until everything is sequenced and witnessed."""
        for name in [n for n in self.running if n.startswith("writer")]:
            self.running.pop(name).kill()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with suppress(psycopg.Error), self.superuser() as server:
                row = server.execute(
                    "select (select count(*) from trace.inbox), size - quorum_size from trace.progress"
                ).fetchone()
                if row == (0, 0):
                    return
            time.sleep(0.2)
        raise AssertionError("the sequencer or the witness does not catch up")

    def end(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()
        self.cluster.release()


@pytest.fixture
def trial() -> Iterator[Trial]:
    with tempfile.TemporaryDirectory(prefix="lianxun-crash-") as folder:
        Path(folder).chmod(0o711)
        trial = Trial(Path(folder))
        try:
            yield trial
        finally:
            trial.end()


def crash(trial: Trial, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    names = ["writer-1", "writer-2", "writer-3", "sequencer", "witness"]
    for name in names:
        trial.start(name)
    while not trial.acknowledged():
        time.sleep(0.05)
    for turn in range(kills):
        time.sleep(rng.uniform(0.05, 0.6))
        trial.kill("database" if turn % 6 == 5 else rng.choice(["sequencer", *names]))
    trial.settle()

    acknowledged = trial.acknowledged()
    with trial.superuser() as server:
        rows = {str(r[0]) for r in server.execute("select id from public.business")}
        entries = [
            json.loads(r[0])["obj_id"]
            for r in server.execute(
                "select e.body from trace.entry e join trace.entry_idx i using (seq) "
                "where i.act = 'business.add'"
            )
        ]
    assert len(acknowledged) > kills
    assert acknowledged <= rows
    assert sorted(entries) == sorted(rows)
    held = [path.read_bytes() for path in (trial.folder / "state").glob("*.checkpoint")]
    report = audit_database(
        trial.conninfo("lx_audit"),
        [trial.key.verifier, trial.twin.verifier],
        policy=Policy.parse(trial.policy),
        held=held,
    )
    assert report.problems == []
    assert (report.alarms, report.waiting, len(held)) == (0, 0, 2)
    assert report.cosigned > 0
    print(f"{kills} kills: {len(rows)} business rows = {len(entries)} records, audit sound")


def test_twenty_kills_lose_nothing(trial: Trial) -> None:
    crash(trial, 24, seed=6)


@pytest.mark.long
def test_two_hundred_kills_lose_nothing(trial: Trial) -> None:
    crash(trial, 200, seed=60)
