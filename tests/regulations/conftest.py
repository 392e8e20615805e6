from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from lianxun.kernel.actor import Actor
from lianxun.regulations import index
from lianxun.regulations import shelf as shelf_cache
from tests.regulations import support


@pytest.fixture(autouse=True)
def fresh_index() -> Iterator[None]:
    """Each test starts without an index in memory: the rows of the last one are gone."""
    index.reset()
    shelf_cache.reset()
    yield
    index.reset()
    shelf_cache.reset()


@pytest.fixture
def keeper(cast: Any) -> Actor:
    found: Actor = cast["coordinator"]
    return found


@pytest.fixture
def now(cast: Any) -> datetime:
    found: datetime = cast.now
    return found


@pytest.fixture
def shelf(keeper: Actor, now: datetime) -> None:
    """Law, regulation in two versions, and the measures it repealed."""
    support.shelve(keeper, now, support.LAW, support.WELL, support.OLD)
    support.shelve(keeper, now, support.WELL_2024)
