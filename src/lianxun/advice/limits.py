"""The room's limits, read once from ``data/limits.yaml``."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def limits() -> dict[str, Any]:
    text = files("lianxun.advice").joinpath("data", "limits.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
