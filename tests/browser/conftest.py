"""A real Chromium for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.visitor import Person

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.fspath).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(
                pytest.mark.skipif(
                    CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
                )
            )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for a module; each test opens contexts of its own."""
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch:
        # The driver's loop runs beside Django's blocking calls.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield browser
            browser.close()


@pytest.fixture
def enter(story: Any, live_server: Any, chromium: Any) -> Iterator[Callable[..., Person]]:
    """``enter("leader")`` opens a browser and signs in."""
    inside: list[Person] = []

    def come(who: str, **more: Any) -> Person:
        person = Person(chromium, live_server.url, who, **more)
        inside.append(person)
        return person

    yield come
    for person in inside:
        person.leave()
        assert person.noise == []
