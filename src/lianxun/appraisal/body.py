"""The indicators as data: the shipped body, and the one frozen into a year's scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lianxun.appraisal.enums import Direction, Met

_FILE = Path(__file__).parent / "data" / "scheme.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    code: str
    title: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """``duties``: templates whose clocks are counted; ``met``: which of them count as met."""

    code: str
    group: str
    weight: int
    title: str
    definition: str
    numerator: str
    denominator: str
    duties: tuple[str, ...]
    met: str
    direction: str
    source: str
    confidence: str

    @property
    def direction_label(self) -> str:
        return Direction(self.direction).label

    @property
    def met_label(self) -> str:
        return Met(self.met).label


@dataclass(frozen=True, slots=True)
class Grade:
    label: str
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One body of indicators. ``share``: its weight in a unit's annual assessment, in percent; ``least``: how
    many cases an indicator needs to be scored."""

    version: int
    name: str
    share: int
    most: int
    share_clause: str
    least: int
    least_clause: str
    spread: str
    formula: str
    grades_source: str
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]

    @property
    def duties(self) -> tuple[str, ...]:
        """Every kind of clock that is counted."""
        return tuple(dict.fromkeys(code for i in self.indicators for code in i.duties))

    def grade_of(self, total: float) -> str:
        return next(g.label for g in self.grades if total >= g.least)


@cache
def _versions() -> tuple[Mapping[str, Any], ...]:
    return tuple(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def shipped(on: date) -> dict[str, Any]:
    """The newest shipped body valid on a day, as plain data that a scheme can keep."""
    fitting = [v for v in _versions() if v["valid_from"] <= on]
    found = max(fitting, key=lambda v: v["valid_from"]) if fitting else _versions()[0]
    return {**found, "valid_from": found["valid_from"].isoformat()}


def body_of(data: Mapping[str, Any], *, share: int, weights: Mapping[str, int]) -> Body:
    """``data`` as it is shipped, with the weights and the share that were decided."""
    return Body(
        version=data["version"],
        name=data["name"],
        share=share,
        most=data["share"]["most"],
        share_clause=data["share"]["clause"],
        least=data["least"]["count"],
        least_clause=data["least"]["clause"],
        spread=data["spread"],
        formula=data["formula"],
        grades_source=data["grades"]["source"],
        groups=tuple(Group(**g) for g in data["groups"]),
        indicators=_indicators(data, weights),
        grades=tuple(Grade(g["label"], g["from"]) for g in data["grades"]["bands"]),
    )


def _indicators(data: Mapping[str, Any], weights: Mapping[str, int]) -> tuple[Indicator, ...]:
    lines: Sequence[Mapping[str, Any]] = data["indicators"]
    found = []
    for line in lines:
        values = {**data["defaults"], **line, "duties": tuple(line["duties"])}
        values["weight"] = weights.get(line["code"], line["weight"])
        found.append(Indicator(**values))
    return tuple(found)


def shipped_indicators(on: date) -> tuple[Indicator, ...]:
    """The indicators that are shipped for a day, with the weights they are shipped with."""
    return _indicators(shipped(on), {})
