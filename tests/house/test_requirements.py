"""Every requirement has a status; what is called done or begun names a room and tests that exist."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS: dict[str, Any] = tomllib.loads((ROOT / "docs" / "requirements.toml").read_text("utf-8"))


def test_there_are_all_of_them() -> None:
    assert len(ROWS) >= 140
    assert {r["status"] for r in ROWS.values()} <= {"open", "first form", "done"}


@pytest.mark.parametrize("number", [n for n, r in ROWS.items() if r["status"] != "open"])
def test_what_is_begun_names_its_room_and_existing_tests(number: str) -> None:
    row = ROWS[number]
    place = ROOT / "src" / ("" if row["room"] == "lianxun_insight" else "lianxun") / row["room"]
    assert place.is_dir(), place
    for test in row["tests"]:
        assert "def test_" in (ROOT / test).read_text("utf-8"), f"{test} holds no test"
    if row["status"] == "done":
        assert row["tests"], f"{number} is called done without a test"


def test_the_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("page", ROOT / "tools" / "requirements_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "requirements.md").read_text("utf-8") == module.page(), (
        "run: python tools/requirements_page.py"
    )
