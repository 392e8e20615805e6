"""The launcher as a person meets it: real processes on a real port, and a demo directory to begin from.

Preparing a demo takes twenty seconds and is the same for every module: it is done once a run, cold, by
whoever needs it first, and copied from there. A data directory may lie anywhere, so a copy is one.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from lianxun.config.launch.locks import alone

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_naming(folder: Path) -> list[int]:
    """Every process whose command line or environment names the data directory."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(int(process.name))
    return found


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


class Launched:
    """One run of the launcher on `folder`, its output in a file."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.output = folder.parent / f"up-{self.port}.txt"
        with self.output.open("wb") as stream:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "lianxun.config.launch",
                    "up",
                    "--data",
                    str(folder),
                    "--port",
                    str(self.port),
                    *options,
                    *([] if "--story" in options else ["--no-story"]),
                ],
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={k: v for k, v in os.environ.items() if not k.startswith("DJANGO")},
            )

    def text(self) -> str:
        return self.output.read_text("utf-8", "replace")

    def wait_ready(self, seconds: float = 240) -> None:
        ready = eventually(
            lambda: "按 Ctrl-C 停止" in self.text() or self.process.poll() is not None, seconds
        )
        assert ready, self.text()
        assert self.process.poll() is None, self.text()

    def get(self, path: str) -> int:
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


def _place() -> Path:
    """Where this run keeps its prepared demo; enterable by the server's user when the tests run as root."""
    return Path(tempfile.gettempdir()) / f"lx-sample-{os.environ['LIANXUN_TEST_DB']}"


def put_demo(folder: Path) -> None:
    """A demo directory that was started and stopped once, without the story, at ``folder``."""
    place = _place()
    place.mkdir(mode=0o711, exist_ok=True)
    with alone(place / "made.lock"):
        if not (place / "made").exists():
            _prepare(place / "示范 数据")
            (place / "made").touch()
    subprocess.run(["cp", "-a", str(place / "示范 数据"), str(folder)], check=True)


def _prepare(folder: Path) -> None:
    """From nothing to the first page and to the end, as on a new machine."""
    first = Launched(folder)
    try:
        first.wait_ready()
        assert first.get("/accounts/login/") == 200
        assert "演示账号" in first.text()
        assert "系统管理员" in first.text()
    finally:
        assert first.end(signal.SIGINT) == 0
    assert eventually(lambda: not processes_naming(folder))


def forget_demo() -> None:
    shutil.rmtree(_place(), ignore_errors=True)
