"""Start the sandbox, follow it, stop it: the job's side of a training. No database in here."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

LOOK_SECONDS = 1.0


class StoppedError(Exception):
    """The sandbox was ended: ``str()`` is a Chinese sentence, ``cancelled`` says by a person."""

    def __init__(self, message: str, *, cancelled: bool = False) -> None:
        super().__init__(message)
        self.cancelled = cancelled


def environment() -> dict[str, str]:
    """What a child may know: where programs and packages are, one thread, no secret."""
    kept = {k: os.environ[k] for k in ("PATH", "LANG", "LD_LIBRARY_PATH") if k in os.environ}
    return kept | {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def run(
    folder: Path,
    *,
    wall_seconds: float,
    follow: Callable[[int, str], bool],
) -> dict[str, Any]:
    """Run the sandbox on ``folder``; its answer. Raises :class:`StoppedError`.

    ``follow(progress, stage)`` is called about once a second; ``False`` ends the child.
    """
    command = [sys.executable, "-P", "-m", "lianxun.advice.sandbox", str(folder)]
    with (folder / "errors.log").open("wb") as errors:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(),
            cwd=folder,
            start_new_session=True,
        )
    try:
        _follow(child, time.monotonic() + wall_seconds, follow)
    finally:
        _end(child)
    answer = folder / "answer.json"
    if not answer.exists():
        raise StoppedError(_why(child.returncode))
    found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    if "error" in found:
        raise StoppedError(found["error"])
    return found


def _follow(child: subprocess.Popen[bytes], end: float, follow: Callable[[int, str], bool]) -> None:
    assert child.stdout is not None
    progress, stage = 0, "启动沙箱"
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ)
        while child.poll() is None:
            if ready.select(LOOK_SECONDS):
                progress, stage = _last_line(child.stdout, (progress, stage))
            if not follow(progress, stage):
                raise StoppedError("已按要求取消训练，现用模型不变。", cancelled=True)
            if time.monotonic() > end:
                raise StoppedError("训练超过时限，已停止，现用模型不变。")


def _last_line(stream: IO[bytes], before: tuple[int, str]) -> tuple[int, str]:
    line = stream.readline()
    with suppress(ValueError, KeyError):
        said = json.loads(line)
        return int(said["progress"]), str(said["stage"])
    if not line:
        time.sleep(0.05)  # the child closed its end and is about to leave
    return before


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; its process group is its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _why(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "训练超过处理器或内存限额，已停止，现用模型不变。"
    return "训练程序异常结束，现用模型不变；详情见任务日志。"
