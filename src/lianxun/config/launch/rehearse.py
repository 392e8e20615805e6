"""`./lianxun rehearse`: start a throw-away demo instance, play, check, say what holds."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from lianxun.config.instance import exists, load
from lianxun.config.launch import planted
from lianxun.config.launch.provision import conninfo
from lianxun.config.launch.up import port_number
from lianxun.demo.rehearsal.checks import Invariant, check
from lianxun.demo.rehearsal.script import play
from lianxun.demo.rehearsal.stage import Stage
from lianxun.demo.rehearsal.strangers import Strangers
from lianxun.demo.rehearsal.visitor import RehearsalError

START_SECONDS = 180
SHOWN = 12  # sentences printed of one broken invariant


def main(arguments: list[str]) -> int:
    """Exit code 0 only if the whole inspection was played and every invariant holds."""
    parser = argparse.ArgumentParser(
        prog="./lianxun rehearse", description="排练一次完整的巡视，并逐条检查不变量。"
    )
    parser.add_argument(
        "--data", type=Path, metavar="目录", help="数据目录（缺省用临时目录，结束后删除）"
    )
    parser.add_argument(
        "--port", type=port_number, metavar="端口", help="网页端口（缺省任选一个空闲的）"
    )
    parser.add_argument(
        "--plant",
        nargs="+",
        choices=sorted(planted.FAULTS),
        default=[],
        metavar="毛病",
        help="检查之前故意埋一处毛病，看排练能否发现（应当以退出码 1 结束）："
        + "；".join(f"{name} {fault.title}" for name, fault in sorted(planted.FAULTS.items())),
    )
    wishes = parser.parse_args(arguments)
    port = wishes.port or _free_port()
    if wishes.data is not None:
        wrong = _unfit(wishes.data, spoil=bool(wishes.plant))
        if wrong:
            parser.error(wrong)
        return _run(wishes.data, port, wishes.plant)
    with tempfile.TemporaryDirectory(prefix="lianxun-rehearsal-") as folder:
        return _run(Path(folder) / "data", port, wishes.plant)


def _unfit(folder: Path, *, spoil: bool) -> str:
    """Why nothing is played in this folder; empty if it may be. The clock is moved, and a planted fault
    spoils the instance for good: neither ever happens to data that somebody works with."""
    if not exists(folder):
        return ""
    if not load(folder).demo:
        return f"{folder} 不是演示数据目录，不能在其中排练；请换一个目录，或不写 --data。"
    if spoil:
        return f"{folder} 已有数据；故意埋下毛病只能在新目录里进行，请换一个目录，或不写 --data。"
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(data: Path, port: int, plant: list[str]) -> int:
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
        return _play(data, base, plant)
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


def _play(data: Path, base: str, plant: list[str]) -> int:
    instance = load(data)
    with psycopg.connect(conninfo(instance, "lx_owner"), autocommit=True) as owner:

        def move(days: int) -> None:
            owner.execute(
                "update lx.clock set offset_seconds = offset_seconds + %s", [days * 86_400]
            )

        row = owner.execute("select lx.today()").fetchone()
        assert row is not None
        stage = Stage(base=base, move=move, today=row[0])
        strangers = Strangers(stage)
        stage.meanwhile = strangers.look
        try:
            work = play(stage, ocds=_public_ocds())
            for name in plant:
                planted.plant(name, instance, work)
                sys.stdout.write(f"\n故意埋下：{planted.FAULTS[name].title}\n")
            found = check(stage, work, strangers)
        except RehearsalError as stop:
            sys.stdout.write(f"排练中断：{stop}\n")
            return 1
    return _tell(stage, found)


def _tell(stage: Stage, found: list[Invariant]) -> int:
    """The invariants one by one, with how much each looked at; 0 only if all hold."""
    visits = sum(p.visits for p in stage.people.values())
    acts = sum(p.acts for p in stage.people.values())
    seconds = time.monotonic() - stage.started
    sys.stdout.write(
        f"\n{len(stage.people)} 人参演，办理 {acts} 件，{visits} 次请求，{len(stage.story)} 幕，"
        f"{seconds:.0f} 秒。\n\n"
    )
    for invariant in found:
        sys.stdout.write(invariant.line() + "\n")
        for sentence in invariant.wrong[:SHOWN]:
            sys.stdout.write(f"        {sentence}\n")
        if len(invariant.wrong) > SHOWN:
            sys.stdout.write(f"        另有 {len(invariant.wrong) - SHOWN} 处\n")
    broken = sum(not invariant.holds for invariant in found)
    sys.stdout.write("\n全部不变量成立。\n" if not broken else f"\n{broken} 条不变量不成立。\n")
    return 1 if broken else 0


def _public_ocds() -> Path | None:
    """Real procurement files, where the public data lies beside the checkout."""
    root = Path(
        os.environ.get("LIANXUN_DATA", Path(__file__).resolve().parents[4] / "../shared/data")
    )
    folder = root / "ocds" / "real-examples"
    return folder if folder.is_dir() else None
