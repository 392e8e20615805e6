from __future__ import annotations

import pytest

from tests.support.recorded import Recorded, listen


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """What the trace takes in from here on."""
    return listen(monkeypatch)
