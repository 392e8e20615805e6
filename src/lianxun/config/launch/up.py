"""`./lianxun up`: database, roles, tables, sample province, processes, address."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psycopg

from lianxun.config import fingerprint
from lianxun.config.instance import DEFAULT_FOLDER, Instance, InstanceError, exists
from lianxun.config.launch import setup
from lianxun.config.launch.binaries import PostgresError
from lianxun.config.launch.commands import UsageError
from lianxun.config.launch.locks import Lock
from lianxun.config.launch.processes import Context, Supervisor, end, spawn
from lianxun.config.launch.provision import conninfo
from lianxun.config.launch.stopping import WISH, Stopped
from lianxun.config.launch.telling import Telling
from lianxun.config.launch.tending import DatabaseWatch
from lianxun.config.prepare import MARK_SQL, mark_of, store_keys
from lianxun.config.rooms import ROOMS

LOCAL = "127.0.0.1"
DEFAULT_PORT = 8000
FIRST_PAGE_SECONDS = 180


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./lianxun up", description="启动联巡。按 Ctrl-C 停止。")
    parser.add_argument("--data", type=Path, metavar="目录", help="数据目录（默认 .lianxun）")
    parser.add_argument(
        "--port", type=port_number, metavar="端口", help=f"网页端口（默认 {DEFAULT_PORT}）"
    )
    parser.add_argument(
        "--bind", metavar="地址", help=f"监听地址（默认 {LOCAL}；演示目录只能用它）"
    )
    parser.add_argument("--empty", action="store_true", help="不建立示范省，供正式使用")
    parser.add_argument(
        "--dsn", metavar="连接串", help="外部 PostgreSQL 15–18 的管理员连接串（只在第一次需要）"
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help="新数据目录是否标为演示（演示目录只供本机访问，可免第二因素）",
    )
    parser.add_argument(
        "--story",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="示范省里是否补充几轮巡视的办理情况（缺省补充；全部虚构）",
    )
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("端口应是 1–65535 的整数")
    return int(text)


def main(arguments: Sequence[str]) -> int:
    """Run until Ctrl-C or SIGTERM; 0 after an orderly stop, 1 when starting failed."""
    WISH.listen()
    try:
        return _main(options(arguments))
    except Stopped:
        return 0


def _main(wishes: argparse.Namespace) -> int:
    folder: Path = Path(os.path.abspath(wishes.data or DEFAULT_FOLDER))
    if exists(folder):
        demo = wishes.demo
    else:
        demo = wishes.demo if wishes.demo is not None else not wishes.empty
    instance = setup.describe(folder, demo=demo, dsn=wishes.dsn)
    if instance.demo and wishes.bind not in {None, LOCAL}:
        raise UsageError(f"演示数据目录只能在本机（{LOCAL}）访问，不能用 --bind {wishes.bind}。")
    folder.mkdir(parents=True, exist_ok=True)
    alone = Lock(folder / "up.lock")
    if not alone.take(exclusive=True, wait=False):
        say(f"{folder} 已有一个联巡在运行；请先停止它，或用 --data 另选一个目录。")
        return 1
    try:
        address = wishes.bind or LOCAL
        port = choose_port(address, wishes.port)
        sample = instance.demo and not wishes.empty
        told = sample and wishes.story
        return _run(instance, wishes.dsn, address, port, sample=sample, told=told)
    except (PostgresError, InstanceError) as error:
        say(str(error))
        return 1
    finally:
        alone.give_back()


def _run(
    instance: Instance, dsn: str | None, address: str, port: int, *, sample: bool, told: bool
) -> int:
    began = time.monotonic()
    say("启动数据库 …" if instance.embedded else "连接数据库 …")
    cluster = setup.cluster_of(instance.folder)
    with setup.opened(instance, dsn, cluster=cluster) as ready:
        if not _prepare(ready, sample=sample):
            return 1
        workers = 1 if ready.demo else max(1, min(4, os.cpu_count() or 1))
        supervisor = Supervisor(Context(ready.folder, address, port, workers), say)
        telling, database = Telling(ready.folder, say), DatabaseWatch(cluster, say)
        say("启动网页服务与任务进程 …")
        try:
            supervisor.start("web")  # alone: nobody competes with the first page
            if not _wait_for_page(supervisor, address, port):
                return 1
            supervisor.start()
            _welcome(ready, address, port, time.monotonic() - began)
            if told:
                telling.begin()
            while True:
                WISH.pause(0.2)
                supervisor.tend()
                telling.tend()
                if ready.embedded:
                    database.tend()
        finally:
            if WISH.asked:
                say("正在停止 …")
            WISH.end()
            telling.stop()
            supervisor.stop()


def choose_port(address: str, wished: int | None) -> int:
    """The wished port, else the first free one from the default; PostgresError when taken."""
    for port in [wished] if wished else range(DEFAULT_PORT, DEFAULT_PORT + 50):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except PermissionError as error:
                raise InstanceError(
                    f"没有权限使用端口 {port}；请用 --port 换一个 1024 以上的端口。"
                ) from error
            except OSError:
                continue
            return port
    raise InstanceError(f"端口 {wished or DEFAULT_PORT} 已被占用；请用 --port 换一个端口。")


def _prepare(instance: Instance, *, sample: bool) -> bool:
    """Tables and static files, side by side, each only when something changed."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianxun.config.settings",
        "LIANXUN_INSTANCE": str(instance.folder),
    }
    python = [sys.executable, "-P", "-m"]
    todo: list[tuple[str, list[str]]] = []
    stamp, wanted = instance.static / "made-from.txt", fingerprint.of_static()
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        shutil.rmtree(instance.static, ignore_errors=True)
        words = [*python, "django", "collectstatic", "--noinput", "--verbosity", "0"]
        todo.append(("整理页面资源", words))
    if not _is_current(instance, sample=sample):
        words = [*python, "lianxun.config.prepare", *(["--sample"] if sample else [])]
        todo.append(("准备数据表", words))
    if not _done(todo, environment):
        return False
    keys = (instance.secrets["context"], instance.secrets["context-inner"])
    with psycopg.connect(conninfo(instance, "lx_owner")) as owner:
        store_keys(owner.execute, *keys)
    if instance.static.is_dir():
        stamp.write_text(wanted, "utf-8")
    return True


def _done(wanted: list[tuple[str, list[str]]], environment: dict[str, str]) -> bool:
    """Run these side by side; False, and said which, when one failed. None outlives the wait."""
    jobs: list[tuple[str, subprocess.Popen[bytes]]] = []
    try:
        with WISH.held():
            for title, words in wanted:
                job = spawn(words, env=environment, stdin=subprocess.DEVNULL)
                jobs.append((title, job))
        for title, job in jobs:
            while job.poll() is None:
                WISH.pause(0.02)
            if job.returncode:
                say(f"{title}失败，原因见上文。")
                return False
        return True
    finally:
        for _, job in jobs:
            end(job)


def _is_current(instance: Instance, *, sample: bool) -> bool:
    with psycopg.connect(conninfo(instance, "lx_owner")) as connection:
        row = connection.execute(MARK_SQL).fetchone()
    return row is not None and row[0] in {
        mark_of(ROOMS, sample=sample),
        mark_of(ROOMS, sample=True),
    }


def _wait_for_page(supervisor: Supervisor, address: str, port: int) -> bool:
    url = f"http://{_visitable(address)}:{port}/healthz/"
    end = time.monotonic() + FIRST_PAGE_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            if not supervisor.alive("web"):
                break
        WISH.pause(0.05)
    say(f"网页服务没有启动。日志 {supervisor.log('web')} 的末尾：")
    sys.stderr.write(supervisor.log("web").read_text("utf-8", "replace")[-3000:] + "\n")
    return False


def _visitable(address: str) -> str:
    if address in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return LOCAL
    return f"[{address}]" if ":" in address else address


def _welcome(instance: Instance, address: str, port: int, seconds: float) -> None:
    say(f"就绪（{seconds:.1f} 秒）：http://{_visitable(address)}:{port}/")
    accounts = instance.folder / "demo-accounts.json"
    if instance.demo and accounts.exists():
        rows = json.loads(accounts.read_text("utf-8"))
        sys.stdout.write("\n演示账号（所有单位与人员均为虚构，只供本机试用）：\n")
        columns = ("role", "username", "password", "unit")
        widths = [max(_width(str(row.get(name, ""))) for row in rows) for name in columns]
        for row in rows:
            cells = [
                str(row.get(name, "")) + " " * (width - _width(str(row.get(name, ""))))
                for name, width in zip(columns, widths, strict=True)
            ]
            sys.stdout.write("  " + "  ".join(cells).rstrip() + "\n")
        sys.stdout.write("\n")
    say("按 Ctrl-C 停止。")


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def say(line: str) -> None:
    """One progress line for people."""
    with suppress(OSError):  # a terminal that went away keeps nobody from stopping in order
        sys.stdout.write(f"联巡：{line}\n")
        sys.stdout.flush()
