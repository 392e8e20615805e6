from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.documents.support import Store
from tests.support import recorded


@pytest.fixture
def shelf(cast: Any, tmp_path: Path, settings: Any) -> Store:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.LIANXUN_KEYSTORE = tmp_path / "keys"
    return Store(cast)


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> recorded.Recorded:
    return recorded.listen(monkeypatch)
