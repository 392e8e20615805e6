"""`./lianxun rehearse`: start a throw-away demo instance, play, check, say what holds."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from lianxun.config.instance import load
from lianxun.config.launch.provision import conninfo
from lianxun.demo.rehearsal.checks import check
from lianxun.demo.rehearsal.script import play
from lianxun.demo.rehearsal.stage import Stage
from lianxun.demo.rehearsal.visitor import RehearsalError

START_SECONDS = 180


def main(arguments: list[str]) -> int:
    """Exit code 0 only if the whole inspection was played and every invariant holds."""
    parser = argparse.ArgumentParser(prog="./lianxun rehearse", description="排练一次完整的巡视")
    parser.add_argument("--data", type=Path, help="数据目录（缺省用临时目录，结束后删除）")
    parser.add_argument("--port", type=int, default=8790)
    wishes = parser.parse_args(arguments)
    if wishes.data is not None:
        return _run(wishes.data, wishes.port)
    with tempfile.TemporaryDirectory(prefix="lianxun-rehearsal-") as folder:
        return _run(Path(folder) / "data", wishes.port)


def _run(data: Path, port: int) -> int:
    root = Path(__file__).resolve().parents[4]
    up = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "lianxun.config.launch",
            "up",
            "--data",
            str(data),
            "--port",
            str(port),
            "--no-story",
        ],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(up, base)
        return _play(data, base)
    finally:
        if up.poll() is None:
            os.killpg(up.pid, signal.SIGINT)
        try:
            up.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(up.pid, signal.SIGKILL)


def _wait(up: subprocess.Popen[bytes], base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if up.poll() is not None:
            raise SystemExit("排练：平台没有启动，请先运行 ./lianxun up 查看原因。")
        try:
            with urllib.request.urlopen(f"{base}/accounts/login/", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit("排练：平台启动超时。")


def _play(data: Path, base: str) -> int:
    with psycopg.connect(conninfo(load(data), "lx_owner"), autocommit=True) as owner:

        def move(days: int) -> None:
            owner.execute(
                "update lx.clock set offset_seconds = offset_seconds + %s", [days * 86_400]
            )

        row = owner.execute("select lx.today()").fetchone()
        assert row is not None
        stage = Stage(base=base, move=move, today=row[0])
        try:
            work = play(stage, ocds=_public_ocds())
            wrong = check(stage, work)
        except RehearsalError as stop:
            sys.stdout.write(f"排练中断：{stop}\n")
            return 1
    visits = sum(p.visits for p in stage.people.values())
    sys.stdout.write(f"\n{len(stage.people)} 人参演，{visits} 次请求，{len(stage.story)} 幕。\n")
    for line in wrong:
        sys.stdout.write(f"不成立：{line}\n")
    sys.stdout.write("全部不变量成立。\n" if not wrong else f"{len(wrong)} 条不变量不成立。\n")
    return 1 if wrong else 0


def _public_ocds() -> Path | None:
    """Real procurement files, where the public data lies beside the checkout."""
    root = Path(
        os.environ.get("LIANXUN_DATA", Path(__file__).resolve().parents[4] / "../shared/data")
    )
    folder = root / "ocds" / "real-examples"
    return folder if folder.is_dir() else None
