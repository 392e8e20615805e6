"""From a fresh clone to the first page, and from the second start to the first page.

``python -m benchmarks.start`` (about two minutes). Targets: cold ≤ 30 s with packages in the installer's
cache, warm ≤ 6 s. “First page” is the sign-in page over HTTP with status 200. The clone lies in a path with
a space and Chinese in it; its own environment is made from the locks. ``--light`` measures the small one.
After each stop every process that names the directory is counted: there must be none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.table import at_most, render

ROOT = Path(__file__).resolve().parents[1]
COLD, WARM = 30.0, 6.0  # seconds
PATIENCE = 600.0


def processes_naming(folder: Path) -> int:
    """Processes whose command line or environment names ``folder``."""
    found = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        found += os.fsencode(folder) in words
    return found


def first_page(clone: Path, options: list[str]) -> tuple[float, int]:
    """Seconds from the command line to the sign-in page, and processes left after Ctrl-C."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LIANXUN", "DJANGO"))}
    environment.pop("VIRTUAL_ENV", None)
    log = clone.parent / "up.log"
    began = time.monotonic()
    with log.open("ab") as stream:
        up = subprocess.Popen(
            [sys._base_executable, str(clone / "lianxun"), "up", "--port", str(port), *options],  # type: ignore[attr-defined]
            cwd=clone,
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        seconds = _wait(up, f"http://127.0.0.1:{port}/accounts/login/", began, log)
    finally:
        os.killpg(up.pid, signal.SIGINT)
        up.wait(timeout=60)
    end = time.monotonic() + 15
    while processes_naming(clone) and time.monotonic() < end:
        time.sleep(0.1)
    return seconds, processes_naming(clone)


def _wait(up: subprocess.Popen[bytes], url: str, began: float, log: Path) -> float:
    while time.monotonic() - began < PATIENCE:
        if up.poll() is not None:
            raise SystemExit(log.read_text("utf-8", "replace")[-3000:])
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"no page within {PATIENCE:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--light", action="store_true", help="without the analysis packages")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    wishes = parser.parse_args()
    options = ["--no-story", *(["--light"] if wishes.light else [])]
    folder = Path(tempfile.mkdtemp(prefix="lx-start-"))
    folder.chmod(0o755)
    clone = folder / "联巡 试装"
    try:
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        cold, left_cold = first_page(clone, options)
        warm, left_warm = min(first_page(clone, options) for _ in range(3))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = [
        at_most("clone to first page, packages cached (s)", COLD, cold),
        at_most("second start to first page, best of 3 (s)", WARM, warm),
        at_most("processes left after Ctrl-C", 0, max(left_cold, left_warm)),
    ]
    sys.stdout.write(render(rows) + "\n")
    if wishes.json:
        wishes.json.write_text(json.dumps({"cold_s": cold, "warm_s": warm}))
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
