"""The wish to stop (Ctrl-C, SIGTERM, a closed terminal), which must never get lost. Standard library only.

A signal handler that only raises is not enough: Python drops an exception that is raised inside a
finaliser or inside what runs around a fork (`sys.unraisablehook`), and one raised between the start of a
child and the line that remembers it leaves the child to nobody. So a wish is noted first, raised where it
may be raised, held back where a child is being started, and asked for again in every waiting loop.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

KINDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the launcher to end."""


class Wish:
    """Whether this process was asked to stop, and whether that may interrupt it now."""

    def __init__(self) -> None:
        self.asked = False
        self._raised = False
        self._held = 0
        self._ending = False

    def listen(self) -> None:
        """From now on the signals are wishes. Who was started with `nohup` stays when its terminal goes."""
        for kind in KINDS:
            if kind is signal.SIGHUP and signal.getsignal(kind) == signal.SIG_IGN:
                continue
            signal.signal(kind, self._hear)
        let_through()

    def check(self) -> None:
        """`Stopped` when somebody asked, however long ago."""
        if self.asked and not self._held and not self._ending:
            self._raised = True
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Sleep, but not past a wish."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, 0.05))
        self.check()

    @contextmanager
    def held(self) -> Iterator[None]:
        """A wish waits for the end of the block: what is begun in it is also remembered."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        self.check()

    def end(self) -> None:
        """The orderly stop begins; nothing interrupts it, neither here nor in what it starts."""
        self._ending = True
        for kind in KINDS:
            signal.signal(kind, signal.SIG_IGN)

    def _hear(self, _number: int, _frame: object) -> None:
        # Raised once: a second, impatient Ctrl-C must not interrupt the tidying up after the first.
        self.asked = True
        if not self._raised:
            self.check()


def hold_back() -> None:
    """Around `exec` and while importing: a signal waits in the kernel until the program listens."""
    signal.pthread_sigmask(signal.SIG_BLOCK, KINDS)


def let_through() -> None:
    """The end of `hold_back`; what waited arrives now."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, KINDS)


WISH = Wish()  # of this process
