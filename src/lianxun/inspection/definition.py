"""The definition an engagement runs under: gates and the political checklist, as dated, sourced data.

An engagement keeps the version it was opened under; a new version is a new block in the files and binds
what is opened after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class GateTemplate:
    """One line before stage ``stage``; ``political`` = 政治责任清单."""

    code: str
    stage: str
    text: str
    source: str
    political: bool = False


@dataclass(frozen=True, slots=True)
class CheckTemplate:
    """One line of the political checklist of a round."""

    code: str
    phase: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    version: int
    valid_from: date
    gates: tuple[GateTemplate, ...]
    checks: tuple[CheckTemplate, ...]


@cache
def current() -> Definition:
    """The definition new engagements are opened under."""
    gates = yaml.safe_load((_DATA / "gates.yaml").read_text("utf-8"))
    checks = yaml.safe_load((_DATA / "political.yaml").read_text("utf-8"))
    return Definition(
        version=gates["version"],
        valid_from=gates["valid_from"],
        gates=tuple(GateTemplate(**g) for g in gates["gates"]),
        checks=tuple(CheckTemplate(**c) for c in checks["checks"]),
    )
