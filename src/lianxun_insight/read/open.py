"""`safe_open`: read a file from outside in a child process with limits.

The caller's process never parses the file. Whatever happens to the child — memory, time, a crash of
a parser — becomes one Chinese sentence.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from lianxun_insight.read.model import Document, UnreadableError
from lianxun_insight.read.safe import DEFAULT_LIMITS, Kind, Limits, inspect

_TOO_LONG: Final = "文件解析超过时限，已停止，请拆分后再读。"
_CRASHED: Final = "文件解析异常中止，未读出内容，请用办公软件另存后再读。"
#: Called with (pages read, pages of the file) while a file is read.
Follow = Callable[[int, int], None]
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")


class ParserError(UnreadableError):
    """A parser failed on the file; `cause` is for the log, never for the screen."""

    def __init__(self, message: str, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause


def safe_open(
    path: Path,
    *,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    ocr: bool = True,
    ocr_pages: int = 20,
    follow: Follow | None = None,
) -> Document:
    """The text and places of a file, read in a confined child process.

    `name` is shown in messages instead of the stored name. `ocr_pages` scales the time limit of
    pictures and scans (seconds a page are in `limits`). `follow` hears of every page. Raises `UnreadableError` with a Chinese
    sentence when the file is refused, damaged, too large, or the parser fails.
    """
    kind = inspect(path, name, limits)
    recognising = ocr and kind in (Kind.IMAGE, Kind.PDF)
    cpu = limits.cpu_seconds
    memory = limits.memory_bytes
    wall = limits.wall_seconds
    if recognising:
        extra = limits.ocr_cpu_seconds_a_page * (1 if kind is Kind.IMAGE else ocr_pages)
        cpu, wall = cpu + extra, wall + 2 * extra
        memory = max(memory, limits.ocr_memory_bytes)
    request = {
        "path": str(path.resolve()),
        "limits": asdict(limits),
        "ocr": ocr,
        "cpu_seconds": cpu,
        "memory_bytes": memory,
    }
    answer = _run(request, wall, follow)
    if "document" in answer:
        return Document.from_json(answer["document"])
    raise ParserError(str(answer["error"]), str(answer.get("cause", "")))


def _environment() -> dict[str, str]:
    """No secrets, no proxies; one thread, so that limits of time mean something."""
    kept = {k: v for k, v in os.environ.items() if k in _PASSED_ON}
    return {
        **kept,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _run(request: dict[str, Any], wall_seconds: int, follow: Follow | None) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "lianxun_insight.read.child", json.dumps(request)]
    late = threading.Event()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
        ) as child,
    ):

        def stop() -> None:
            late.set()
            child.kill()

        alarm = threading.Timer(wall_seconds, stop)
        alarm.start()
        try:
            last = _listen(child, follow)
        except BaseException:
            child.kill()  # the caller's `follow` failed: nobody waits for the answer
            raise
        finally:
            alarm.cancel()
        code = child.wait()
        errors.seek(0)
        cause = errors.read()[-500:].decode("utf-8", "replace")
    if late.is_set():
        raise ParserError(_TOO_LONG, "wall clock")
    return _understood(last, code, cause)


def _listen(child: subprocess.Popen[bytes], follow: Follow | None) -> bytes:
    """Passes progress on; returns the last line, which is the answer."""
    last = b""
    for line in child.stdout or ():
        last = line
        if follow is not None and line.startswith(b'{"page"'):
            said = json.loads(line)
            follow(int(said["page"]), int(said["of"]))
    return last


def _understood(last: bytes, code: int, cause: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(last)
    except ValueError:
        answer = {}
    if "document" in answer or "error" in answer:
        return answer
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise ParserError(_TOO_LONG, f"signal {-code}")
    if "MemoryError" in cause or "bad_alloc" in cause:
        raise ParserError("文件解析所需内存超过限制，请拆分后再读。", cause)
    raise ParserError(_CRASHED, f"exit {code}: {cause}")
