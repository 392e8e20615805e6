"""Folders and servers for the tests of the launcher."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lianxun.config.launch.binaries import find_programs

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A short folder that the server's user may enter (pytest's own is closed for others)."""
    folder = Path(tempfile.mkdtemp(prefix="lx-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["wheel", "debian-15"])
def programs(request: pytest.FixtureRequest) -> Path:
    """PostgreSQL from the wheel (18), and Debian's 15 where it is installed."""
    if request.param == "wheel":
        return find_programs()
    if not (DEBIAN_15 / "postgres").exists():
        pytest.skip("PostgreSQL 15 is not installed: apt-get install postgresql-15")
    return DEBIAN_15
