"""How far a round's work was done together: three synergies as dated, sourced ratios (R-3.3-1, R-3.3-2). Pure.

The plan names the three synergies and gives no formula; what is divided by what is data, with its source and
how sure it is. A ratio of fewer cases than ``least`` is not formed: it says “too few”, never nought or all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "data" / "synergy.yaml"


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole`` cases."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    def percent(self, least: int) -> int | None:
        """Whole percent, halves up; ``None`` below ``least`` cases."""
        if self.whole < max(least, 1):
            return None
        return (200 * self.part + self.whole) // (2 * self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """``counts`` names what rooms count by row; ``duties`` and ``met`` what is counted by clocks instead."""

    code: str
    group: str
    title: str
    part: str
    whole: str
    confidence: str
    counts: str = ""
    duties: tuple[str, ...] = ()
    met: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    title: str
    clause: str


@dataclass(frozen=True, slots=True)
class Formulas:
    version: int
    source: str
    least: int
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]

    @property
    def clocks(self) -> tuple[str, ...]:
        """Codes of all clocks that some ratio counts, once each."""
        return tuple(dict.fromkeys(code for x in self.indicators for code in x.duties))


@cache
def _versions() -> tuple[Any, ...]:
    return tuple(yaml.safe_load(_DATA.read_text("utf-8")))


def formulas(day: date) -> Formulas:
    """Those in force on a day: the round's first. LookupError before the first version."""
    given = max(
        (v for v in _versions() if v["valid_from"] <= day),
        key=lambda v: v["valid_from"],
        default=None,
    )
    if given is None:
        raise LookupError(f"no formulas of synergy for {day}")
    return Formulas(
        given["version"],
        given["source"],
        given["least"],
        tuple(Group(**group) for group in given["groups"]),
        tuple(
            Indicator(**{**row, "duties": tuple(row.get("duties", ()))})
            for row in given["indicators"]
        ),
    )


def clocked(indicator: Indicator, kept: Mapping[str, tuple[int, int, int]]) -> Share:
    """``kept``: clock → met in time, met late, overdue."""
    found = Share()
    for code in indicator.duties:
        in_time, late, overdue = kept.get(code, (0, 0, 0))
        met = in_time + late if indicator.met == "done" else in_time
        found += Share(met, in_time + late + overdue)
    return found
