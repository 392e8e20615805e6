"""`safe_open`: read a file from outside in a child process with limits.

The caller's process never parses the file. Whatever happens to the child — memory, time, a crash of
a parser — becomes one Chinese sentence.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from lianxun_insight.read.model import Document, UnreadableError
from lianxun_insight.read.safe import DEFAULT_LIMITS, Kind, Limits, inspect

_TOO_LONG: Final = "文件解析超过时限，已停止，请拆分后再读。"
_CRASHED: Final = "文件解析异常中止，未读出内容，请用办公软件另存后再读。"
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
) -> Document:
    """The text and places of a file, read in a confined child process.

    `name` is shown in messages instead of the stored name. `ocr_pages` scales the time limit of
    pictures and scans (seconds a page are in `limits`). Raises `UnreadableError` with a Chinese
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
    answer = _run(request, wall)
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


def _run(request: dict[str, Any], wall_seconds: int) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "lianxun_insight.read.child", json.dumps(request)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=wall_seconds,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ParserError(_TOO_LONG, "wall clock") from error
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise ParserError(_TOO_LONG, f"signal {-done.returncode}")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        cause = done.stderr.decode("utf-8", "replace")[-500:]
        if "MemoryError" in cause or "bad_alloc" in cause:
            raise ParserError("文件解析所需内存超过限制，请拆分后再读。", cause) from error
        raise ParserError(_CRASHED, f"exit {done.returncode}: {cause}") from error
    return answer
