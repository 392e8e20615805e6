"""File locks that the kernel drops when their holder dies. Standard library only."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Lock:
    """One `flock` on `path`; shared by default. Closing the descriptor gives it back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self, *, exclusive: bool = False, wait: bool = True) -> bool:
        """Get the lock; False only when `wait` is off and somebody else is in the way."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        try:
            fcntl.flock(handle, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    @property
    def held(self) -> bool:
        """Whether this object holds the lock now."""
        return self._handle is not None

    def give_back(self) -> None:
        """Release; harmless when nothing is held."""
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
            self._handle = None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold `path` exclusively for the block."""
    lock = Lock(path)
    lock.take(exclusive=True)
    try:
        yield
    finally:
        lock.give_back()


def is_held(path: Path) -> bool:
    """Whether somebody holds `path` exclusively at this moment."""
    probe = Lock(path)
    if not probe.take(wait=False):
        return True
    probe.give_back()
    return False


def wait_until_free(path: Path, seconds: float) -> bool:
    """Wait until nobody holds `path` exclusively; False after `seconds`."""
    end = time.monotonic() + seconds
    while is_held(path):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
