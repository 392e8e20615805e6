"""Set-up of the whole suite: the database only when a test asks for it, the network never."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from tests.support import cluster, launched
from tests.support.pages import whole_pages  # noqa: F401 - a fixture for every room

cluster.announce()
# The same examples every time, and no deadline: a busy machine must not fail a test.
hypothesis.settings.register_profile("lianxun", derandomize=True, deadline=None)
hypothesis.settings.load_profile("lianxun")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        skip = pytest.mark.skip(reason="long: run ./lianxun test --long")
        for item in items:
            if "long" in item.keywords:
                item.add_marker(skip)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        launched.forget_demo()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Clone the migrated template for this process; every alias keeps its own role in the clone."""
    from django.db import connections
    from django.test import TransactionTestCase

    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    name = f"test_{os.environ['LIANXUN_TEST_DB']}_{worker}"
    running = cluster.start()
    cluster.clone(name)
    for alias in connections:
        connections[alias].settings_dict.update(NAME=name, HOST=running.host)

    def clone_again(_: TransactionTestCase) -> None:
        """Flushing would lose the rows that migrations made, and leave those outside of `public`."""
        connections.close_all()
        cluster.clone(name)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", clone_again)
    yield
    patch.undo()
    with django_db_blocker.unblock():
        connections.close_all()
    cluster.drop(name)
    cluster.stop()


@pytest.fixture
def cast(db: None) -> Any:
    """The people of the sample province (tests/support/cast.py)."""
    from tests.support.cast import Cast

    return Cast()


@pytest.fixture
def story(transactional_db: None) -> Any:
    """The cast in a province in which the story was told (tests/support/story.py).

    The database is this process's own clone: what a test commits is gone afterwards.
    """
    from django.db import connections

    from tests.support import story as told
    from tests.support.cast import Cast

    name = str(connections["default"].settings_dict["NAME"])
    connections.close_all()
    told.clone_into(name)
    return Cast()
