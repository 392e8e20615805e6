"""Wall time, processor time and peak memory of a command with all its children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple


class Measured(NamedTuple):
    """`wall`, `cpu`: seconds; `peak`: bytes, the largest sum over the process and its children."""

    answer: Any
    wall: float
    cpu: float
    peak: int


def _resident(pid: int) -> int:
    """Proportional memory of a process and its children, in bytes; 0 when it is gone."""
    total = 0
    waiting = [pid]
    while waiting:
        each = waiting.pop()
        try:
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
            for task in Path(f"/proc/{each}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return total


def measure(module: str, *arguments: str) -> Measured:
    """Run `python -m module arguments`; its last line of output is the JSON answer."""
    before = os.times()
    started = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True
    )
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, _resident(child.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    output, _ = child.communicate()
    wall = time.monotonic() - started
    done.set()
    watcher.join()
    if child.returncode:
        raise SystemExit(f"{module} failed with {child.returncode}")
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Measured(json.loads(output.strip().splitlines()[-1]), wall, cpu, peak)
