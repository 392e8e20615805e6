"""Every page in a real Chromium: no accessibility violation (axe-core), an empty console, both widths."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.test_pages import PAGES

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
    ),
    pytest.mark.django_db(transaction=True),
]
AXE = Path(__file__).parents[1] / "support" / "vendor" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


def sign_in(page: Any, base: str, who: str) -> None:
    from lianxun.demo.people import SAMPLE_PASSWORD

    page.goto(f"{base}/accounts/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", SAMPLE_PASSWORD)
    page.click("main button")
    page.wait_for_load_state()


@pytest.mark.parametrize("who", ["coordinator", "contact", "audit_admin"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_and_quiet(
    live_server: Any, chromium: Any, who: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    noise: list[str] = []
    page.on("console", lambda m: noise.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: noise.append(str(e)))
    sign_in(page, live_server.url, who)
    found = []
    for url in PAGES[who]:
        page.goto(f"{live_server.url}{url}")
        assert page.locator("h1").count() == 1, url
        page.evaluate(AXE.read_text())
        result = page.evaluate("axe.run()")
        found += [f"{url}: {v['id']} {v['nodes'][0]['html'][:100]}" for v in result["violations"]]
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if overflow > 1:
            found.append(f"{url}: {overflow} px wider than the screen")
    context.close()
    assert found == []
    assert noise == []
