"""Read a delivered file in a process of its own, which cannot take much and does not live long.

What strangers send is parsed here: a parser that breaks, hangs or swells takes nothing with it. The clear
rows live in this process's memory alone (settled.md 27); out comes a report. Run as
``python -I -m lianxun.exchange.reader``: one JSON line on standard input, then the bytes of the file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, BinaryIO

from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.deliveries.loose import Kind, check_loose
from lianxun_insight.schemas import load_catalogue
from lianxun_insight.scratch import anonymous

CPU_SECONDS = 60
WALL_SECONDS = 120
MEMORY_BYTES = 3 << 30
COMMAND = [sys.executable, "-I", "-m", "lianxun.exchange.reader"]
_BLOCK = 1 << 20
_AT = b"AT "  # a line that says how far the reading is; the answer is JSON
_EVERY = 1.0  # seconds


class Unreadable(Exception):  # noqa: N818 - reads as words
    """The file cannot be taken; the text is a Chinese sentence for the person."""


def read(
    stream: BinaryIO,
    *,
    name: str,
    kind: Kind,
    code: str,
    asked: Sequence[str],
    declared_rows: int | None,
) -> dict[str, Any]:
    """Check a file in this process. Raises ``Unreadable``."""
    catalogue = load_catalogue()
    try:
        checked = check_loose(
            stream,
            name=name,
            kind=kind,
            data_class=catalogue.data_class(code),
            asked=asked,
            catalogue=catalogue,
            declared_rows=declared_rows,
        )
    except DeliveryError as problem:
        raise Unreadable(str(problem)) from None
    found = asdict(checked)
    return {**found, "issues": [asdict(issue) for issue in checked.issues]}


def read_apart(
    stream: BinaryIO, *, follow: Callable[[int], None] | None = None, **wish: Any
) -> dict[str, Any]:
    """The same in a child with limits. Raises ``Unreadable`` also when the child had to be ended.

    ``follow`` hears about once a second how much of the file was read, in percent.

    The child reads a file of ours that lies in memory only and has no name; its limits travel with the
    wish, before anything of the delivery is looked at.
    """
    limits = {"cpu": CPU_SECONDS, "memory": MEMORY_BYTES}
    with os.fdopen(os.memfd_create("delivery"), "w+b") as given:
        given.write(json.dumps({"limits": limits, **wish}).encode() + b"\n")
        while part := stream.read(_BLOCK):
            given.write(part)
        given.flush()
        given.seek(0)
        answer = _answer(given.fileno(), follow)
    try:
        told = json.loads(answer)
    except ValueError:
        raise Unreadable(
            f"文件 {wish['name']} 过于复杂或已损坏，读取时超过了时间或内存限制，没有接收；"
            "请另存为 CSV 后重新上传"
        ) from None
    if "problem" in told:
        raise Unreadable(told["problem"])
    return dict(told["found"])


def _answer(given: int, follow: Callable[[int], None] | None) -> bytes:
    """The last thing the child says; before it, how far it is. Nothing when it took too long."""
    answer = b""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        COMMAND, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        late = threading.Timer(WALL_SECONDS, child.kill)
        late.start()
        try:
            assert child.stdout is not None
            for said in child.stdout:
                if not said.startswith(_AT):
                    answer = said
                elif follow is not None:
                    follow(int(said[len(_AT) :]))
        except BaseException:
            child.kill()
            raise
        finally:
            late.cancel()
    return answer if child.returncode == 0 else b""


def main() -> int:
    """The child's side."""
    given = sys.stdin.buffer
    wish = json.loads(given.readline())
    _limit(**wish.pop("limits"))
    with anonymous() as copy:
        while part := given.read(_BLOCK):
            copy.write(part)
        size = copy.tell()
        copy.seek(0)
        with _telling(copy.fileno(), size):
            try:
                answer: dict[str, Any] = {"found": read(copy, **wish)}  # type: ignore[arg-type]
            except Unreadable as problem:
                answer = {"problem": str(problem)}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, default=str) + "\n")
    return 0


@contextmanager
def _telling(handle: int, size: int) -> Iterator[None]:
    """Say once a second how much of the file was read; silent again before the answer is written."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(_EVERY):
            at = os.lseek(handle, 0, os.SEEK_CUR)
            os.write(1, _AT + b"%d\n" % min(99, 100 * at // max(1, size)))

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _limit(*, cpu: int, memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
