from __future__ import annotations

from typing import Any

import pytest

from lianxun.leads import operations as do
from tests.leads.support import PASSPHRASE, Desk
from tests.support import recorded


@pytest.fixture
def desk(cast: Any) -> Desk:
    return Desk(cast)


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> recorded.Recorded:
    return recorded.listen(monkeypatch)


@pytest.fixture
def custodians(cast: Any) -> None:
    for key in ("custodian_1", "custodian_2"):
        do.enrol_custodian(actor=cast[key], now=cast.now, passphrase=PASSPHRASE)
