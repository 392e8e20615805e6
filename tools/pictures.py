"""Make the pictures of README and tutorial anew from the sample province, in a real Chromium.

``.venv/bin/python tools/pictures.py`` starts a demonstration of its own, waits until its story is told, and
writes ``docs/pictures/*.png`` (two minutes). ``--only leader board`` makes some of them. The dates in them
are those of the day on which they were made.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "pictures"
PATIENCE = 600.0  # seconds until the story must be told


@dataclass(frozen=True)
class Picture:
    """``steps`` are selectors to click after ``path``; ``height`` is what is shown of the page."""

    name: str
    who: str
    path: str
    steps: tuple[str, ...] = ()
    width: int = 1280
    height: int = 900


PICTURES = (
    Picture("leader", "leader", "/"),
    Picture("coordinator", "coordinator", "/"),
    Picture("team", "team_head", "/"),
    Picture("workspace", "team_head", "/", ("main .lx-lane a",)),
    Picture("liaison", "development", "/"),
    Picture("clerk", "clerk", "/leads/new/form/"),
    Picture("contact", "other_contact", "/"),
    Picture("board", "leader", "/boards/unit/", height=760),
    Picture(
        "why-red",
        "leader",
        "/boards/province/",
        ('tbody a[href*="light=red"]', "tbody td[data-label='时限'] a"),
        height=620,
    ),
    Picture("leader-phone", "leader", "/", width=390, height=844),
    Picture("workspace-phone", "team_head", "/", ("main .lx-lane a",), width=390, height=844),
    Picture(
        "batch",
        "leader",
        "/approvals/",
        ("text=全选本页", 'main button[name="many"][value="agree"]'),
        height=560,
    ),
)


@contextmanager
def demonstration() -> Iterator[str]:
    """A throw-away instance with its story told; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="lianxun-pictures-") as folder:
        log = Path(folder) / "up.log"
        words = ["up", "--data", str(Path(folder) / "data"), "--port", str(port)]
        with log.open("wb") as stream:
            up = subprocess.Popen(  # noqa: S603 - our own launcher
                [sys.executable, "-P", "-m", "lianxun.config.launch", *words],
                cwd=ROOT,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            end = time.monotonic() + PATIENCE
            while "件办理" not in log.read_text("utf-8", "replace"):
                if up.poll() is not None or time.monotonic() > end:
                    raise SystemExit(log.read_text("utf-8", "replace")[-3000:])
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(up.pid, signal.SIGINT)
            up.wait(timeout=60)


def take(browser: Any, base: str, picture: Picture, password: str) -> None:
    """Sign in as the person, walk to the page, keep what is on the screen."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{base}/accounts/login/")
    page.fill("#id_login", picture.who)
    page.fill("#id_password", password)
    page.click("main button")
    page.wait_for_load_state()
    page.goto(base + picture.path)
    for selector in picture.steps:
        page.locator(selector).first.click()
        page.wait_for_load_state()
    page.screenshot(path=str(OUT / f"{picture.name}.png"))
    context.close()


def main() -> int:
    from playwright.sync_api import sync_playwright

    from lianxun.demo.people import SAMPLE_PASSWORD

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--only", nargs="*", choices=[p.name for p in PICTURES], default=[])
    parser.add_argument("--base", help="a running demonstration, instead of one of its own")
    wishes = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium on this machine: apt-get install chromium")
    wanted = [p for p in PICTURES if not wishes.only or p.name in wishes.only]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if wishes.base:
            _all(browser, wishes.base, wanted, SAMPLE_PASSWORD)
        else:
            with demonstration() as base:
                _all(browser, base, wanted, SAMPLE_PASSWORD)
        browser.close()
    return 0


def _all(browser: Any, base: str, wanted: list[Picture], password: str) -> None:
    for picture in wanted:
        take(browser, base, picture, password)
        sys.stdout.write(f"docs/pictures/{picture.name}.png\n")


if __name__ == "__main__":
    sys.exit(main())
