"""T7 and the kills of issue §12, through the launcher and over HTTP: whatever happens to the disk or to a
process, an act that was acknowledged is there, with its record, and nothing else is."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lianxun.config.launch.cluster import postmaster_of
from lianxun.demo.province import SAMPLE_PASSWORD, unit_id
from tests.support.launched import Launched, eventually, processes_naming, put_demo

DISK = 700  # MiB of the small file system
GONE = "no answer"  # the connection was cut: the person does not know


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Clerk:
    """Somebody at a browser who registers leads and remembers which were acknowledged."""

    def __init__(self, launched: Launched, name: str) -> None:
        self.base = f"http://127.0.0.1:{launched.port}"
        self.name = name
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _Stay())
        self.acknowledged: list[str] = []
        self.tried: list[str] = []
        self.answers: Counter[str] = Counter()
        form = {"login": name, "password": SAMPLE_PASSWORD, "csrfmiddlewaretoken": self.token()}
        assert self.ask("/accounts/login/", form)[0] == 302
        self.csrf = re.search(
            r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("/leads/new/form/")[1]
        )
        assert self.csrf is not None

    def token(self) -> str:
        found = re.search(
            r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("/accounts/login/")[1]
        )
        assert found is not None
        return found[1]

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(self.base + path, data, timeout=30) as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")

    def register(self) -> str:
        """One lead; returns what the browser saw."""
        assert self.csrf is not None
        title = f"{self.name} 第 {len(self.tried) + 1} 件"
        self.tried.append(title)
        form = {
            "csrfmiddlewaretoken": self.csrf[1],
            "source": "petition",
            "title": title,
            "summary": "反映采购拆分，已附合同复印件。" * 20,
            "discipline": "integrity",
            "subject_org": str(unit_id("YL-JT")),
        }
        try:
            status, text = self.ask("/leads/new/form/", form)
        except OSError:
            seen = GONE
        else:
            seen = str(status)
            if status == 302:
                self.acknowledged.append(title)
            elif status == 503:
                assert re.search(r"[\u4e00-\u9fff]{6}", text), "a refusal without a sentence"
        self.answers[seen] += 1
        return seen


@pytest.fixture(scope="module")
def launched() -> Iterator[Launched]:
    """The platform on a disk of its own, small enough to be filled."""
    if os.geteuid() != 0:
        pytest.skip("a small file system can be mounted by root only")
    disk = Path(tempfile.mkdtemp(prefix="lx-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=0711", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        disk.rmdir()
        pytest.skip("this machine lets nobody mount a file system")
    put_demo(disk / "数据")
    found = Launched(disk / "数据")
    try:
        found.wait_ready()
        yield found
    finally:
        if found.process.poll() is None:
            found.end(signal.SIGTERM)
        eventually(lambda: not processes_naming(found.folder))
        subprocess.run(["umount", "-l", str(disk)], check=False)
        with suppress(OSError):
            disk.rmdir()


def ask_database(launched: Launched, query: str) -> list[str]:
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "lianxun.config.launch", "pg"),
            *("--data", str(launched.folder), "--as", "postgres"),
            *("psql", "-d", "lianxun", "-Atc", query),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def whole(launched: Launched, clerks: list[Clerk]) -> None:
    """Rows = records; every acknowledged act is a row; no row that nobody asked for."""
    rows = dict(
        line.split("|", 1) for line in ask_database(launched, "select id, title from leads_lead")
    )
    bodies = ask_database(
        launched,
        "select convert_from(body, 'UTF8') from trace.entry union all "
        "select convert_from(body, 'UTF8') from trace.inbox",
    )
    records = [json.loads(line) for line in bodies]
    done = [r["obj_id"] for r in records if (r["act"], r["result"]) == ("leads.register", "allow")]
    acknowledged = [title for clerk in clerks for title in clerk.acknowledged]
    tried = {title for clerk in clerks for title in clerk.tried}
    assert Counter(done) == Counter(dict.fromkeys(rows, 1))
    assert set(acknowledged) <= set(rows.values())
    assert set(rows.values()) - tried == set()
    assert len(rows.values()) == len(set(rows.values())), "an act was done twice"


def pids(launched: Launched, name: str) -> list[int]:
    words = {"web": "granian", "worker": "procrastinate", "sequencer": "run_sequencer"}[name]
    listing = subprocess.run(
        ["pgrep", "-P", str(launched.process.pid), "-f", words],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) for line in listing.stdout.split()]


def kill(launched: Launched, name: str) -> None:
    if name == "database":
        postmaster = postmaster_of(launched.folder / "pg" / "data")
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
        return
    assert eventually(lambda: bool(pids(launched, name)), 60), name
    for process in pids(launched, name):
        os.kill(process, signal.SIGKILL)


def works_again(clerk: Clerk, seconds: float = 120) -> bool:
    return eventually(lambda: clerk.register() == "302", seconds)


def test_killed_processes_lose_nothing_that_was_acknowledged(launched: Launched) -> None:
    clerks = [Clerk(launched, name) for name in ("clerk", "coordinator")]
    over = threading.Event()

    def work(clerk: Clerk) -> None:
        while not over.is_set():
            clerk.register()
            time.sleep(0.05)

    threads = [threading.Thread(target=work, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    try:
        for name in ("sequencer", "web", "worker", "database", "web", "sequencer"):
            time.sleep(1.5)
            kill(launched, name)
        time.sleep(3)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    assert works_again(clerks[0]), launched.text()
    whole(launched, clerks)
    answers = clerks[0].answers + clerks[1].answers
    assert set(answers) <= {"302", "503", GONE}, answers
    assert answers["302"] >= 20, answers
    print(f"6 kills: {answers}")


def fill(folder: Path) -> Path:
    """Nothing is left of the disk."""
    ballast = folder.parent / "ballast"
    with ballast.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(1 << 20))
    with ballast.open("ab", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(512))
    assert shutil.disk_usage(folder).free < 64 * 1024
    return ballast


def test_a_full_disk_refuses_cleanly_and_recovers_by_itself(launched: Launched) -> None:
    ask_database(launched, "truncate leads_lead cascade")
    ask_database(launched, "truncate trace.inbox; delete from trace.entry")
    clerk = Clerk(launched, "clerk")
    for _ in range(5):
        assert clerk.register() == "302"
    ballast = fill(launched.folder)
    try:
        deadline = time.monotonic() + 60
        while clerk.answers["503"] < 5 and time.monotonic() < deadline:
            clerk.register()
            with suppress(AssertionError):  # use up what the database still had in hand
                ask_database(launched, "select pg_switch_wal()")
    finally:
        ballast.unlink()
    assert works_again(clerk), launched.text()
    whole(launched, [clerk])
    assert set(clerk.answers) <= {"302", "503", GONE}, clerk.answers
    assert clerk.answers["503"] >= 1, clerk.answers
    print(f"full disk: {clerk.answers}")


def test_a_database_that_fell_on_a_full_disk_is_back_when_there_is_room(launched: Launched) -> None:
    """It cannot even write its own number: the launcher keeps trying and stays."""
    clerk = Clerk(launched, "coordinator")
    assert clerk.register() == "302"
    ballast = fill(launched.folder)
    try:
        kill(launched, "database")
        said = "还不能重新启动"
        assert eventually(lambda: said in launched.text(), 30), launched.text()
        for _ in range(3):
            assert clerk.register() in {"503", GONE}
        assert launched.process.poll() is None
    finally:
        ballast.unlink()
    assert works_again(clerk), launched.text()
    assert launched.text().count("已重新启动") >= 1
    mine = [*clerk.acknowledged]
    kept = ask_database(launched, "select title from leads_lead")
    assert set(mine) <= set(kept)
