"""Waits until nobody uses a server any more, then stops it. Run as a script of its own.

It holds `keeper.lock` and sleeps on `users.lock`; every user of the server holds the latter shared, so
the wait ends exactly when the last one released it or died. Standard library only, no package import:
it starts in some 30 ms and costs about 10 MB.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from typing import Any, TypedDict


class StopOrder(TypedDict):
    """How to stop one server: its folder, `pg_ctl stop -D …`, and as whom (None: as we are)."""

    home: str
    data: str
    command: list[str]
    uid: int | None
    gid: int | None


STARTING_SECONDS = 30.0  # how long a server may take until it can be told to stop


def is_starting(data: str) -> bool:
    """Whether somebody starts a server on this data directory: it has no `postmaster.pid` yet."""
    wanted = b"\0-D\0" + os.fsencode(data) + b"\0"
    for process in os.scandir("/proc"):
        if process.name.isdigit():
            try:
                with open(f"{process.path}/cmdline", "rb") as words:  # noqa: PTH123 - see above
                    line = words.read()
            except OSError:
                continue
            if line.endswith(wanted) and b"pg_ctl\0" not in line:
                return True
    return False


def stop(order: StopOrder) -> None:
    """Stop the server, one that is only just being started too. Harmless when none runs."""
    end = time.monotonic() + STARTING_SECONDS
    while not _stopped(order) and is_starting(order["data"]) and time.monotonic() < end:
        time.sleep(0.05)


def _stopped(order: StopOrder) -> bool:
    """Told to stop: politely, then at once; False when there was nobody to tell."""
    identity: dict[str, Any] = {}
    if order["uid"] is not None:
        identity = {"user": order["uid"], "group": order["gid"], "extra_groups": []}
    for mode in ("fast", "immediate"):
        done = subprocess.run(
            [*order["command"], "-m", mode, "-w", "-t", "60", "-s"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **identity,
        )
        if done.returncode == 0:
            return True
    return False


def main(order: StopOrder, ready: int) -> None:
    """Hold the keeper's lock, tell the starter, wait for the last user, stop the server."""
    own = os.open(os.path.join(order["home"], "keeper.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another keeper watches already
    os.close(ready)
    users = os.open(os.path.join(order["home"], "users.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_EX)
    stop(order)
    # Ours first: whoever gets `users.lock` next must see that no keeper watches any more.
    os.close(own)
    os.close(users)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), int(sys.argv[2]))
