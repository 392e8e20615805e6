"""Scores of the joint assessment (整改联合评估): several units deduct, one result. Pure.

The scheme — indicators, weights, grades, veto, cap — is dated, sourced data (``data/schemes.yaml``).
Points are tenths of a point as ``Decimal``; a result never depends on the order of the units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("data") / "schemes.yaml"
TENTH = Decimal("0.1")
LONGEST_REASON = 300
Deductions = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Indicator:
    """``weight`` = full marks in points; ``asks`` = what to look at."""

    code: str
    name: str
    weight: int
    asks: str


@dataclass(frozen=True, slots=True)
class Grade:
    """Reached from ``lowest`` points on."""

    name: str
    lowest: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to assess. ``spread_percent`` of an indicator's weight is how far units may lie apart
    before whoever merges has to say why; ``worst`` is what the lowest grade suggests to people."""

    code: str
    name: str
    version: int
    valid_from: date
    source: str
    least_units: int
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]  # best first
    veto_sham_times: int
    cap_indicator: str
    cap_below_percent: int
    cap_best: str
    spread_percent: int
    worst: str

    def indicator(self, code: str) -> Indicator:
        return next(i for i in self.indicators if i.code == code)


@dataclass(frozen=True, slots=True)
class Part:
    """One indicator of a result: mean points, and how far the units lie apart."""

    indicator: Indicator
    points: Decimal
    spread: Decimal
    apart: bool


@dataclass(frozen=True, slots=True)
class Result:
    """``total`` of 100; ``veto`` and ``cap`` say why the grade is not what the points alone give."""

    parts: tuple[Part, ...]
    total: Decimal
    grade: str
    veto: str = ""
    cap: str = ""

    @property
    def apart(self) -> tuple[str, ...]:
        return tuple(p.indicator.name for p in self.parts if p.apart)


@cache
def schemes() -> tuple[Scheme, ...]:
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_scheme(row, int(data["version"])) for row in data["schemes"])


def scheme(code: str) -> Scheme | None:
    return next((s for s in schemes() if s.code == code), None)


def _scheme(row: dict[str, Any], version: int) -> Scheme:
    return Scheme(
        code=row["code"],
        name=row["name"],
        version=version,
        valid_from=row["valid_from"],
        source=row["source"],
        least_units=row["least_units"],
        indicators=tuple(Indicator(**i) for i in row["indicators"]),
        grades=tuple(Grade(g["name"], g["from"]) for g in row["grades"]),
        veto_sham_times=row["veto"]["sham_times"],
        cap_indicator=row["cap"]["indicator"],
        cap_below_percent=row["cap"]["below_percent"],
        cap_best=row["cap"]["best"],
        spread_percent=row["spread_percent"],
        worst=row["worst"],
    )


def problems(
    wanted: Scheme, given: Mapping[str, str], reasons: Mapping[str, str]
) -> tuple[dict[str, Decimal], dict[str, str]]:
    """(deductions by indicator, problem by place): every place that does not hold is named at once."""
    found, wrong = {}, {}
    for one in wanted.indicators:
        try:
            points = Decimal(str(given.get(one.code, "")).strip())
            fits = points.is_finite() and 0 <= points <= one.weight
        except InvalidOperation:
            points, fits = Decimal(0), False
        if not fits:
            wrong[f"points_{one.code}"] = f"“{one.name}”扣分应为 0—{one.weight} 的数。"
            continue
        if points != points.quantize(TENTH):
            wrong[f"points_{one.code}"] = f"“{one.name}”扣分最多保留一位小数。"
            continue
        said = reasons.get(one.code, "").strip()
        if points and not said:
            wrong[f"reason_{one.code}"] = f"“{one.name}”扣了 {points} 分，请写明扣分依据。"
        elif len(said) > LONGEST_REASON:
            wrong[f"reason_{one.code}"] = (
                f"“{one.name}”扣分依据不超过 {LONGEST_REASON} 字，现有 {len(said)} 字。"
            )
        found[one.code] = points
    return found, wrong


def merged(wanted: Scheme, scores: Sequence[Deductions], *, sham_times: int) -> Result:
    """The result of several units' deductions. Raises ``ValueError`` without a score."""
    if not scores:
        raise ValueError("no score to merge")
    parts = tuple(_part(wanted, one, scores) for one in wanted.indicators)
    total = sum((p.points for p in parts), Decimal(0))
    grade = _grade(wanted, total)
    if sham_times >= wanted.veto_sham_times:
        veto = f"虚假整改 {sham_times} 次，达到 {wanted.veto_sham_times} 次，一票否决，计 0 分。"
        return Result(parts, Decimal("0.0"), wanted.grades[-1].name, veto=veto)
    weak = next(p for p in parts if p.indicator.code == wanted.cap_indicator)
    floor = Decimal(weak.indicator.weight * wanted.cap_below_percent) / 100
    names = [g.name for g in wanted.grades]
    if weak.points < floor and names.index(grade) < names.index(wanted.cap_best):
        cap = f"“{weak.indicator.name}”得分低于满分的 {wanted.cap_below_percent}%，等次最高为“{wanted.cap_best}”。"
        return Result(parts, total, wanted.cap_best, cap=cap)
    return Result(parts, total, grade)


def _part(wanted: Scheme, one: Indicator, scores: Sequence[Deductions]) -> Part:
    taken = [score[one.code] for score in scores]
    mean = sum(taken, Decimal(0)) / len(taken)
    spread = max(taken) - min(taken)
    return Part(
        one,
        (one.weight - mean).quantize(TENTH, ROUND_HALF_UP),
        spread,
        spread * 100 > one.weight * wanted.spread_percent,
    )


def _grade(wanted: Scheme, total: Decimal) -> str:
    return next(g.name for g in wanted.grades if total >= g.lowest)
