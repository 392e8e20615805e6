"""`./lianxun up` as a person meets it: real processes, real port, every way to end it."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lianxun.config import instance
from lianxun.config.launch.cluster import postmaster_of
from lianxun.demo.province import SAMPLE_PASSWORD
from tests.support.launched import Launched, eventually, processes_naming, put_demo


@pytest.fixture(scope="module")
def base() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lx-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(base: Path) -> Path:
    """A demo directory that was started and stopped once, in a path with Chinese and a space."""
    folder = base / "示范 数据"
    put_demo(folder)
    return folder


@pytest.fixture
def running(demo: Path) -> Iterator[Launched]:
    launched = Launched(demo)
    try:
        launched.wait_ready()
        yield launched
    finally:
        if launched.process.poll() is None:
            launched.end(signal.SIGTERM)


def test_ctrl_c_leaves_no_process_and_secrets_are_closed(demo: Path) -> None:
    assert processes_naming(demo) == []
    assert (demo / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert instance.load(demo).demo
    log = (demo / "logs" / "web.log").stat()
    assert log.st_mode & 0o777 == 0o600


def test_second_start_is_quick_and_prepares_nothing(running: Launched) -> None:
    assert "更新数据表" not in running.text()
    assert running.get("/healthz/") == 200
    assert sign_in(running, "leader") == 200


def test_killed_launcher_takes_everything_with_it(running: Launched) -> None:
    running.process.kill()
    running.process.wait()
    assert eventually(lambda: not processes_naming(running.folder)), processes_naming(
        running.folder
    )
    assert postmaster_of(running.folder / "pg" / "data") is None


def test_killed_children_and_database_come_back(running: Launched) -> None:
    for name in ("granian", "procrastinate"):
        listing = subprocess.run(
            ["pgrep", "-P", str(running.process.pid), "-f", name],
            capture_output=True,
            text=True,
            check=True,
        )
        os.kill(int(listing.stdout.split()[0]), signal.SIGKILL)
    assert eventually(lambda: running.text().count("意外结束") == 2), running.text()
    postmaster = postmaster_of(running.folder / "pg" / "data")
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    assert eventually(lambda: "数据库意外结束" in running.text()), running.text()
    assert eventually(lambda: _answers(running), 90), running.text()
    assert running.end(signal.SIGTERM) == 0
    assert eventually(lambda: not processes_naming(running.folder))


def _answers(running: Launched) -> bool:
    try:
        return running.get("/healthz/") == 200
    except OSError:
        return False


def test_two_launchers_on_one_directory_are_refused(running: Launched) -> None:
    second = Launched(running.folder)
    assert second.process.wait(30) == 1
    assert "已有一个联巡在运行" in second.text()
    assert running.get("/healthz/") == 200


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--bind", "0.0.0.0"], "只能在本机"),
        (["--no-demo"], "是演示数据目录"),
        (["--port", "70000"], "1–65535"),
        (["--colour"], "参数有误"),
        (["--dsn", "postgresql://postgres@db/lianxun"], "使用自带的数据库"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_two(
    demo: Path, options: list[str], sentence: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lianxun.config.launch", "up", "--data", str(demo), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_taken_port_is_named_before_anything_starts(demo: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [
                sys.executable,
                "-P",
                "-m",
                "lianxun.config.launch",
                "up",
                "--data",
                str(demo),
                "--port",
                port,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stdout


def test_a_folder_with_other_things_in_it_is_not_taken(base: Path) -> None:
    other = base / "other"
    other.mkdir()
    (other / "thesis.docx").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lianxun.config.launch", "up", "--data", str(other)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "不是空的" in done.stderr
    assert [child.name for child in other.iterdir()] == ["thesis.docx"]


def test_management_command_and_database_tools_reach_the_same_data(demo: Path) -> None:
    launcher = [sys.executable, "-P", "-m", "lianxun.config.launch"]
    counted = subprocess.run(
        [
            *launcher,
            "pg",
            "--data",
            str(demo),
            "psql",
            "-Atc",
            "select count(*) from access_account",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert counted.returncode == 0, counted.stderr
    assert int(counted.stdout) > 12
    checked = subprocess.run(
        [*launcher, "manage", "--data", str(demo), "migrate", "--check", "--database", "owner"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert processes_naming(demo) == []


def test_a_backup_restores_into_a_new_directory_and_people_can_sign_in(demo: Path) -> None:
    """The handbook's own lines (docs/handbook/operations.md, sections 6 and 7)."""
    dump, fresh = demo.parent / "备份.dump", demo.parent / "恢复"

    def tool(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "-P",
                "-m",
                "lianxun.config.launch",
                "pg",
                "--data",
                str(folder),
                *words,
            ],
            capture_output=True,
            text=True,
            check=False,
        )

    count = ("psql", "-Atc", "select count(*) from access_account")
    made = tool(demo, "pg_dump", "-Fc", "--exclude-table-data=lx.secret", "-f", str(dump))
    assert made.returncode == 0, made.stderr
    empty = Launched(fresh, "--empty")
    empty.wait_ready()
    assert "演示账号" not in empty.text()
    assert empty.end(signal.SIGINT) == 0
    assert int(tool(fresh, *count).stdout) < int(tool(demo, *count).stdout)
    restored = tool(
        fresh,
        "--as",
        "postgres",
        "pg_restore",
        "--clean",
        "--if-exists",
        "--create",
        "-d",
        "postgres",
        str(dump),
    )
    assert restored.returncode == 0, restored.stderr
    assert tool(fresh, *count).stdout == tool(demo, *count).stdout
    again = Launched(fresh)
    again.wait_ready()
    try:
        keys = tool(fresh, "--as", "lx_owner", "psql", "-Atc", "select count(*) from lx.secret")
        assert keys.stdout.strip() == "2", keys.stderr
        assert sign_in(again, "leader") == 200
        assert sign_in(again, "leader", password="wrong") == 0
    finally:
        again.end(signal.SIGINT)


def sign_in(launched: Launched, account: str, password: str = SAMPLE_PASSWORD) -> int:
    """Status of the home page after signing in as a person would; 0 when sign-in was refused."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    url = f"http://127.0.0.1:{launched.port}/accounts/login/"
    page = opener.open(url, timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "login": account, "password": password}
    answer = opener.open(url, urllib.parse.urlencode(form).encode(), timeout=30)
    return 0 if "/accounts/login" in answer.url else int(answer.status)


def test_the_story_is_told_once_behind_the_first_pages(demo: Path) -> None:
    """Last in this file: the directory has work in it from here on."""
    first = Launched(demo, "--story")
    try:
        first.wait_ready()
        told = eventually(lambda: "件办理" in first.text() or "没有补充完整" in first.text(), 180)
        assert told, first.text()
        assert "没有补充完整" not in first.text(), (demo / "story.log").read_text("utf-8")
    finally:
        assert first.end(signal.SIGINT) == 0
    again = Launched(demo, "--story")
    try:
        again.wait_ready()
        assert "正在后台补充" not in again.text()
    finally:
        assert again.end(signal.SIGINT) == 0
    assert eventually(lambda: not processes_naming(demo))
