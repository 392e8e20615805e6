"""What a page's test asks of every page: no variable that nothing gives, no part of a list in any order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lianxun.config.settings_test import UNKNOWN_VARIABLES
from tests.support import ordered


@pytest.fixture
def whole_pages() -> Iterator[None]:
    """Fails the test whose pages asked for unknown variables or fetched a slice in no total order."""
    UNKNOWN_VARIABLES.clear()
    with pytest.MonkeyPatch.context() as patch:
        ordered.watch(patch)
        yield
    assert sorted(set(UNKNOWN_VARIABLES)) == [], "templates ask for what nothing gives them"
