"""The same platform without need-to-know: what the ratios are taken against."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from lianxun.config import guard
from lianxun.fabric import scope


def install() -> None:
    """Let the start-up check pass and take the application's half of the predicate away."""
    guard._checked.add("default")
    everything: Any = lambda actor, **_: Q()  # noqa: E731
    for module in _using(scope.within_reach):
        module.within_reach = everything


def _using(function: Any) -> list[Any]:
    import sys

    return [
        m
        for name, m in list(sys.modules.items())
        if name.startswith("lianxun.") and getattr(m, "within_reach", None) is function
    ]
