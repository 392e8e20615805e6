"""What a web process makes ready before it serves."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from lianxun.config import serving
from lianxun.regulations import index


@pytest.fixture
def thawed() -> Iterator[None]:
    """A test leaves the collector as it found it."""
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_the_pages_and_the_index_are_out_of_the_collectors_sight(
    thawed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = threading.Event()
    monkeypatch.setattr(index, "warm", opened.set)
    before = gc.get_freeze_count()
    serving.prepare()
    assert opened.wait(10)
    for thread in threading.enumerate():
        if thread.name == "regulations-index":
            thread.join(20)
    assert before == 0
    assert gc.get_freeze_count() > 100_000  # the pages alone are more
    assert len(gc.get_objects()) < gc.get_freeze_count() / 10
