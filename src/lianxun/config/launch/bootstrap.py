"""Make `.venv` what the asked-for subcommand needs, then hand over to it. Standard library only.

A second start costs one hash of two small files. An environment is never made smaller: who ran the
tests once keeps the test tools when starting the server.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from lianxun.config.launch import stopping
from lianxun.config.launch.commands import Command, Lock, UsageError, find, overview

ROOT = Path(__file__).resolve().parents[4]
LOCKS: dict[Lock, str] = {
    "light": "requirements-light.lock",
    "base": "requirements.lock",
    "dev": "requirements-dev.lock",
    "long": "requirements-long.lock",
}
ORDER: tuple[Lock, ...] = ("light", "base", "dev", "long")
# One distribution that only this environment and larger ones hold, looked for when there is no
# stamp (an environment made by another tool).
TELLTALE: dict[Lock, str] = {"base": "splink", "dev": "pytest", "long": "pyspark"}


class EnvironmentSetupError(Exception):
    """The environment could not be made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks of the environment, and what is left for the subcommand."""

    command: Command
    rest: tuple[str, ...] = ()
    light: bool = False
    wheelhouse: Path | None = None

    @property
    def needs(self) -> Lock:
        if self.command.name == "test" and "--long" in self.rest:
            return "long"
        return "light" if self.light and self.command.needs == "base" else self.command.needs


def parse(arguments: Sequence[str]) -> Request:
    """Take the launcher's own options out of the line; the rest belongs to the subcommand."""
    command = find(arguments[0])
    rest: list[str] = []
    light, wheelhouse = False, None
    remaining = iter(arguments[1:])
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument == "--light":
            light = True
        elif argument == "--wheelhouse" or argument.startswith("--wheelhouse="):
            folder = argument.partition("=")[2] or next(remaining, "")
            wheelhouse = Path(folder).expanduser()
            if not folder or not wheelhouse.is_dir():
                raise UsageError(f"--wheelhouse 后面要写一个已有的文件夹（现为“{folder}”）。")
        else:
            rest.append(argument)
    return Request(command, tuple(rest), light, wheelhouse)


@dataclass(frozen=True, slots=True)
class Environment:
    """The virtual environment of one checkout."""

    root: Path = ROOT
    folder: Path = field(
        default_factory=lambda: Path(os.environ.get("LIANXUN_VENV", ROOT / ".venv"))
    )

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.folder / "lianxun-environment.json"

    def digest(self, lock: Lock) -> str:
        """Changes when a pin, the project's metadata or the interpreter changes."""
        digest = hashlib.sha256(f"{sys.version_info[:2]} {self.root}".encode())
        for name in ("requirements-bootstrap.lock", LOCKS[lock], "pyproject.toml"):
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def present(self) -> tuple[Lock | None, str]:
        """Which lock the environment was made from, and the digest recorded then."""
        try:
            stamp = json.loads(self.stamp.read_text("utf-8"))
            return cast(Lock, stamp["lock"]), stamp["digest"]
        except (OSError, ValueError, KeyError):
            return self._guess(), ""

    def _guess(self) -> Lock | None:
        if not self.python.exists():
            return None
        found: Lock = "light"
        for lock, distribution in TELLTALE.items():
            if any(self.folder.glob(f"lib/python3*/site-packages/{distribution}-*.dist-info")):
                found = lock
        return found

    def ensure(self, needs: Lock, wheelhouse: Path | None) -> None:
        """Create or update the environment; does nothing when it already fits."""
        have, digest = self.present()
        lock = max(needs, have or needs, key=ORDER.index)
        if self.python.exists() and digest == self.digest(lock):
            return
        with _only_one(self.folder.with_name(self.folder.name + ".lock")):
            have, digest = self.present()
            lock = max(needs, have or needs, key=ORDER.index)
            if not (self.python.exists() and digest == self.digest(lock)):
                self._build(lock, wheelhouse)

    def _build(self, lock: Lock, wheelhouse: Path | None) -> None:
        offline = ["--no-index", "--find-links", str(wheelhouse)] if wheelhouse else []
        uv = self.folder / "bin" / "uv"
        if not self.python.exists():
            _say("建立运行环境 .venv …")
            self._create()
        if not uv.exists():
            self._install_uv(offline)
        _say(f"按 {LOCKS[lock]} 安装组件 …")
        reach = {} if wheelhouse else _reach_of_pip(self.python)
        _run(
            [
                str(uv),
                "pip",
                "sync",
                "-q",
                "--python",
                str(self.python),
                "--require-hashes",
                *offline,
                *(["--offline"] if wheelhouse else []),
                str(self.root / "requirements-bootstrap.lock"),
                str(self.root / LOCKS[lock]),
            ],
            "安装组件",
            reach,
        )
        _run(
            [
                str(uv),
                "pip",
                "install",
                "-q",
                "--python",
                str(self.python),
                "--no-deps",
                "--no-build-isolation",
                "--offline",
                "-e",
                str(self.root),
            ],
            "登记本项目",
        )
        self.stamp.write_text(json.dumps({"lock": lock, "digest": self.digest(lock)}), "utf-8")

    def _create(self) -> None:
        # Installing a pip of its own would double the time; the interpreter's own can serve.
        own = not _works([sys.executable, "-m", "pip", "--python", sys.executable, "--version"])
        try:
            venv.create(self.folder, with_pip=own, symlinks=True, clear=self.folder.exists())
        except (OSError, subprocess.CalledProcessError) as error:
            raise EnvironmentSetupError(
                f"无法建立虚拟环境（{error}）。Debian/Ubuntu 请先安装 python3-venv，再重试。"
            ) from error

    def _install_uv(self, offline: list[str]) -> None:
        """uv alone, at the pinned hash; it installs the rest many times faster than pip."""
        pip = [str(self.python), "-m", "pip"]
        if not _works([*pip, "--version"]):
            pip = [sys.executable, "-m", "pip", "--python", str(self.python)]
            if not _works([*pip, "--version"]):
                _run([str(self.python), "-m", "ensurepip", "--default-pip"], "安装 pip")
                pip = [str(self.python), "-m", "pip"]
        lock = (self.root / "requirements-bootstrap.lock").read_text("utf-8")
        stanza = re.search(r"^uv==(?:.*\\\n)*.*\n", lock, re.MULTILINE)
        if stanza is None:
            raise EnvironmentSetupError("requirements-bootstrap.lock 里没有 uv，请恢复该文件。")
        wanted = self.folder / "uv.txt"
        wanted.write_text(stanza.group(), "utf-8")
        words = ["install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        _run([*pip, *words, "-r", str(wanted), *offline], "安装 uv")


def _works(command: list[str]) -> bool:
    quiet = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return quiet.returncode == 0


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _say(line: str) -> None:
    sys.stderr.write(f"联巡：{line}\n")


def _reach_of_pip(python: Path) -> dict[str, str]:
    """What uv must be told to reach what pip reaches: certificates and index.

    uv brings certificates of its own and does not read pip's configuration; many offices have a proxy
    with an authority of their own in the system's store, and their mirror in pip's configuration only.
    """
    found = {"UV_SYSTEM_CERTS": os.environ.get("UV_SYSTEM_CERTS", "1")}
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return found
    for key in ("install.index-url", "global.index-url", ":env:.index-url"):
        asked = subprocess.run(
            [str(python), "-m", "pip", "config", "get", key],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode == 0 and asked.stdout.strip():
            return {**found, "UV_DEFAULT_INDEX": asked.stdout.strip()}
    return found


def _run(command: list[str], doing: str, extra: dict[str, str] | None = None) -> None:
    environment = {**os.environ, **(extra or {})}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode:
        raise EnvironmentSetupError(
            f"{doing}失败（见上文）。不能联网时，请在能联网的机器上运行 ./lianxun wheelhouse 文件夹，"
            "拷来后加 --wheelhouse 文件夹 重试。"
        )


def main(arguments: Sequence[str]) -> int:
    """Entry of the root script: an exit code, unless the subcommand takes this process over."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(overview() + "\n")
        return 0
    # As Ctrl-C does: what installs meanwhile is ended first (`subprocess.run` sees to it).
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        request = parse(arguments)
        environment = Environment()
        environment.ensure(request.needs, request.wheelhouse)
    except UsageError as error:
        _say(str(error))
        return 2
    except EnvironmentSetupError as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    return _become(environment.python, request)


def _become(python: Path, request: Request) -> int:
    """Hand this process over to the environment's Python; never returns."""
    words = [str(python), "-P", "-m", "lianxun.config.launch", request.command.name, *request.rest]
    sys.stderr.flush()
    environment = dict(os.environ)
    if environment.pop("PYTHONDONTWRITEBYTECODE", None):
        # Nothing beside the sources, as wished; but compiling everything again would cost each of our
        # processes a second of every start.
        environment.setdefault("PYTHONPYCACHEPREFIX", str(python.parents[1] / "bytecode"))
    stopping.hold_back()
    os.execve(python, words, environment)
