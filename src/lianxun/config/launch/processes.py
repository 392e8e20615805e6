"""The process tree of `up`: one table of children, and the loop that keeps them alive.

Children end with the launcher: by SIGTERM when it stops, by the kernel (PR_SET_PDEATHSIG) when it is
killed. Each leads a process group of its own, so nothing a child started stays behind either.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from lianxun.config.launch.stopping import WISH

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 10 * 1024 * 1024  # bytes; a larger log is set aside at the next start
STOP_SECONDS = 5.0  # then by force: the whole stop, database included, takes at most about ten


@dataclass(frozen=True, slots=True)
class Context:
    """What a child needs to know."""

    folder: Path
    address: str
    port: int
    workers: int


@dataclass(frozen=True, slots=True)
class Child:
    """A long-running process. `needs` names the module without which it is left out."""

    name: str
    title: str
    arguments: Callable[[Context], list[str]]
    needs: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> bool:
        if self.needs is None:
            return True
        try:
            return importlib.util.find_spec(self.needs) is not None
        except ModuleNotFoundError:
            return False


def _web(context: Context) -> list[str]:
    return [
        *("-m", "granian", "--interface", "wsgi", "lianxun.config.wsgi:application"),
        *("--host", context.address, "--port", str(context.port), "--no-ws"),
        *("--workers", str(context.workers), "--blocking-threads", "8"),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]


def _manage(*words: str) -> Callable[[Context], list[str]]:
    return lambda _: ["-m", "django", *words]


# One row for each process; a room that needs a process of its own adds its row here.
CHILDREN: tuple[Child, ...] = (
    Child("sequencer", "留痕排序进程", _manage("run_sequencer")),
    Child("web", "网页服务", _web, environment={"LIANXUN_POOL": "1"}),
    Child("worker", "任务进程", _manage("procrastinate", "worker", "--concurrency", "2")),
)


class Supervisor:
    """Starts the children, starts them again when they die, stops them all at the end."""

    def __init__(self, context: Context, say: Callable[[str], None]) -> None:
        self._context = context
        self._say = say
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._children = {child.name: child for child in CHILDREN if child.wanted}
        self._failures: dict[str, list[float]] = {}
        self._due: dict[str, float] = {}

    def start(self, *names: str) -> None:
        """Start these children, or all that do not run yet. From the main thread (see `_tether`)."""
        self._context.folder.joinpath("logs").mkdir(parents=True, exist_ok=True)
        for name in names or self._children:
            if name not in self._running and name not in self._due:
                self._start(name)

    def tend(self) -> None:
        """Look once at every child; a dead one is started again, ever later the oftener it dies."""
        now = time.monotonic()
        for name, process in list(self._running.items()):
            code = process.poll()
            if code is not None:
                _end_group(process.pid, signal.SIGKILL)
                del self._running[name]
                self._again(name, f"意外结束（{_how(code)}）")
        for name, due in list(self._due.items()):
            if now >= due:
                del self._due[name]
                try:
                    self._start(name)
                except OSError as error:  # no room for a log, no memory for a process
                    self._again(name, f"没有启动（{error.strerror}）")

    def _again(self, name: str, what: str) -> None:
        now = time.monotonic()
        recent = [moment for moment in self._failures.get(name, []) if now - moment < 120]
        self._failures[name] = [*recent, now]
        pause = min(30.0, 0.5 * 2 ** len(recent))
        self._due[name] = now + pause
        self._say(
            f"{self._children[name].title}{what}，{pause:.0f} 秒后重新启动；日志：{self.log(name)}"
        )

    def alive(self, name: str) -> bool:
        """Whether the child runs at this moment."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def log(self, name: str) -> Path:
        return self._context.folder / "logs" / f"{name}.log"

    def stop(self) -> None:
        """End every child: ask, wait, then force."""
        for process in self._running.values():
            _end_group(process.pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
            _end_group(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()
        self._due.clear()

    def _start(self, name: str) -> None:
        child = self._children[name]
        command = [sys.executable, "-P", *child.arguments(self._context)]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lianxun.config.settings",
            "LIANXUN_INSTANCE": str(self._context.folder),
            "PYTHONUNBUFFERED": "1",
            **child.environment,
        }
        with WISH.held(), _open_log(self.log(name)) as log:
            self._running[name] = spawn(
                command,
                env=environment,
                cwd=self._context.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )


def spawn(command: list[str], **options: Any) -> subprocess.Popen[Any]:
    """Start a child in a group of its own, tied to this process; call it where a wish is held."""
    return subprocess.Popen(
        command,
        start_new_session=True,  # a Ctrl-C goes to the launcher alone, which ends the children in order
        preexec_fn=_tether(os.getpid()),  # noqa: PLW1509 - the launcher has one thread
        **options,
    )


def end(process: subprocess.Popen[Any], seconds: float = STOP_SECONDS) -> None:
    """End a child and what it started: ask, wait, then force."""
    if process.poll() is None:
        _end_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    _end_group(process.pid, signal.SIGKILL)
    process.wait()


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".old.log"))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.fdopen(handle, "ab")


def _tether(parent: int) -> Callable[[], None]:
    """Ask the kernel to end the child when the thread that starts it ends, kill -9 included."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "prctl"):
        return lambda: None

    def tie() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # the launcher died before the line above
            os._exit(1)

    return tie


def _end_group(group: int, kind: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, kind)


def _how(code: int) -> str:
    return f"信号 {-code}" if code < 0 else f"退出码 {code}"
