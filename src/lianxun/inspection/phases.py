"""The four phases of a round: where they lie, whether they last as long as the plan says, what each asks.

Pure: dates and dated data in, explained results out. A phase that is too short or too long is shown, not
forbidden: the leading group decides with the round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lianxun.inspection.enums import Force, RoundPhase
from lianxun.kernel.calendar import add_months
from lianxun.organisation.enums import UnitKind

_DATA = Path(__file__).parent / "data" / "phases.yaml"
_DAY = timedelta(days=1)
BODIES: dict[str, UnitKind] = {
    Force.GROUP: UnitKind.LEADING_GROUP,
    Force.COORDINATION: UnitKind.COORDINATION_GROUP,
    Force.LEADS: UnitKind.LEAD_GROUP,
    Force.RECTIFICATION: UnitKind.RECTIFICATION_GROUP,
}
"""1+3 (6.4): the group is the leading group's own, each 专班 one of the three task groups of 4.1."""
ANCHORS = {
    "starts_on": "全面实施开始日",
    "ends_on": "全面实施结束日",
    "summary_end": "总结提升结束日",
}


@dataclass(frozen=True, slots=True)
class LineTemplate:
    """One line of the standard programme; ``days`` from ``anchor``, negative = counted backwards."""

    code: str
    phase: str
    force: str
    anchor: str
    days: int
    title: str
    goal: bool = False

    @property
    def basis(self) -> str:
        if self.days == 0:
            return f"{ANCHORS[self.anchor]}当日"
        side = "前" if self.days < 0 else "后"
        return f"{ANCHORS[self.anchor]}{side} {abs(self.days)} 日"


@dataclass(frozen=True, slots=True)
class PhaseRule:
    """How long a phase lasts, in months: at least, at most; both ``None`` where it has no end."""

    least: int | None
    most: int | None
    clause: str
    clocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    source: str
    phases: Mapping[str, PhaseRule]
    lines: tuple[LineTemplate, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A phase between its first and its last day; the last phase has no end. ``fits``: as the plan asks."""

    phase: RoundPhase
    first: date
    last: date | None
    fits: bool
    said: str
    clause: str


@cache
def _versions() -> tuple[Any, ...]:
    return tuple(yaml.safe_load(_DATA.read_text("utf-8")))


def programme(on: date) -> Programme:
    """The newest version valid on a day; the oldest for days before all."""
    fitting = [v for v in _versions() if v["valid_from"] <= on] or _versions()[:1]
    found = max(fitting, key=lambda v: v["valid_from"])
    rules = {
        name: PhaseRule(least, most, p["clause"], tuple(p.get("clocks", ())))
        for name, p in found["phases"].items()
        for least, most in [p["months"] or (None, None)]
    }
    lines = tuple(
        LineTemplate(**{("anchor" if k == "from" else k): v for k, v in line.items()})
        for line in found["lines"]
    )
    return Programme(found["source"], rules, lines)


def anchors(starts_on: date, ends_on: date) -> dict[str, date]:
    """The days lines are counted from: the round's own, and the last of the month of summary."""
    return {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "summary_end": add_months(ends_on + _DAY, 1) - _DAY,
    }


def spans(*, opened_on: date, starts_on: date, ends_on: date, today: date) -> list[Span]:
    """The four phases of a round, one after the other. Preparation runs from the day the round was
    opened; after the month of summary the standing phase has no end."""
    rules = programme(today).phases
    summary_end = anchors(starts_on, ends_on)["summary_end"]
    days = {
        RoundPhase.PREPARE: (min(opened_on, starts_on), starts_on - _DAY),
        RoundPhase.IMPLEMENT: (starts_on, ends_on),
        RoundPhase.SUMMARY: (ends_on + _DAY, summary_end),
        RoundPhase.STANDING: (summary_end + _DAY, None),
    }
    return [_judged(phase, *days[phase], rules[phase]) for phase in RoundPhase]


def _judged(phase: RoundPhase, first: date, last: date | None, rule: PhaseRule) -> Span:
    """Months are counted from either end: a February shortens no phase."""
    if last is None or rule.least is None or rule.most is None:
        return Span(phase, first, None, True, "长期", rule.clause)
    over = last + _DAY
    if over < add_months(first, rule.least) and first > add_months(over, -rule.least):
        return Span(phase, first, last, False, f"不足 {rule.least} 个月", rule.clause)
    if over > add_months(first, rule.most) and first < add_months(over, -rule.most):
        return Span(phase, first, last, False, f"超过 {rule.most} 个月", rule.clause)
    asked = f"{rule.least}—{rule.most}" if rule.least < rule.most else f"{rule.most}"
    return Span(phase, first, last, True, f"符合 {asked} 个月的要求", rule.clause)


def phase_on(found: list[Span], day: date) -> RoundPhase | None:
    """The phase a day lies in; ``None`` before preparation begins."""
    return next(
        (s.phase for s in found if s.first <= day and (s.last is None or day <= s.last)), None
    )
