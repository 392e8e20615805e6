"""Worker processes that count stretches.

Plain child processes speaking pickle over pipes, not `multiprocessing`: a child must not import the
caller's main module (a notebook, an unguarded script), nor inherit the threads of a database engine.
Parent and child run the same code of the same user; nothing from outside is ever unpickled.
"""

from __future__ import annotations

import pickle
import queue
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from lianxun_insight.rules.ocds.settings import Settings
from lianxun_insight.rules.ocds.stretch import Stretch
from lianxun_insight.rules.ocds.tally import Tally

_COMMAND = "from lianxun_insight.rules.ocds.workers import serve; serve()"


class WorkerError(RuntimeError):
    """A worker process ended before it answered."""


class Crew:
    """Some worker processes, each used by one thread at a time."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._all: list[subprocess.Popen[bytes]] = []
        self._free: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        for _ in range(self.size):
            worker = subprocess.Popen(  # noqa: S603 - our own interpreter and constant text
                [sys.executable, "-c", _COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self._all.append(worker)
            self._free.put(worker)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._all:
            if worker.stdin:
                worker.stdin.close()
            if kind is not None:
                worker.terminate()
        for worker in self._all:
            worker.wait()
            if worker.stdout:
                worker.stdout.close()

    def count(self, stretch: Stretch, settings: Settings, currency: str | None) -> Tally:
        """Count a stretch in a free worker."""
        worker = self._free.get()
        try:
            return self._ask(worker, (stretch, settings, currency))
        finally:
            self._free.put(worker)

    @staticmethod
    def _ask(worker: subprocess.Popen[bytes], job: tuple[Any, ...]) -> Tally:
        if worker.stdin is None or worker.stdout is None:
            raise WorkerError("计算进程没有管道。")
        try:
            pickle.dump(job, worker.stdin, pickle.HIGHEST_PROTOCOL)
            worker.stdin.flush()
            answer = pickle.load(worker.stdout)  # noqa: S301 - written by our own child
        except (EOFError, OSError) as error:
            raise WorkerError("一个计算进程意外结束(可能是内存不足)，请重试。") from error
        if isinstance(answer, BaseException):
            raise answer
        tally: Tally = answer
        return tally


def serve() -> None:
    """Answer jobs from standard input until it closes."""
    from lianxun_insight.rules.ocds.stretch import count

    source, target = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            job = pickle.load(source)  # noqa: S301 - written by our own parent
        except EOFError:
            return
        try:
            answer: Any = count(*job)
        except OSError as error:
            answer = error
        pickle.dump(answer, target, pickle.HIGHEST_PROTOCOL)
        target.flush()
