"""When an item may be brought under joint supervision (联合督办), and how far it climbs afterwards. Pure.

The triggers, the least number of units and the ladder are dated, sourced data (``data/supervision.yaml``;
domain.md §3 SM-6). Nothing here supervises anybody: a list says what may be proposed and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lianxun.rectification.enums import ItemState, Rung

_FILE = Path(__file__).with_name("data") / "supervision.yaml"
RED, SHAM, DATA, WORST = "SV-RED", "SV-SHAM", "SV-DATA", "SV-WORST"
# An item in one of these states is not the unit's to move: nothing about it is late or false any more.
SETTLED = (ItemState.CONFIRMED, ItemState.CLOSED)


@dataclass(frozen=True, slots=True)
class Trigger:
    """``days`` = calendar days behind the due day, where the trigger counts some."""

    code: str
    name: str
    source: str
    days: int = 0
    confidence: str = "P"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder: what it asks of people."""

    code: str
    asks: str
    source: str


@dataclass(frozen=True, slots=True)
class Scheme:
    version: int
    valid_from: date
    least_units: int
    least_units_source: str
    triggers: tuple[Trigger, ...]
    ladder: tuple[Step, ...]

    def trigger(self, code: str) -> Trigger:
        return next(t for t in self.triggers if t.code == code)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands: ``clock_red`` = its light is red today (a paused or extended one is not);
    ``refused`` = requests the unit had no ground to refuse; ``grade`` = of an assessment in force."""

    state: str
    due_on: date
    clock_red: bool
    sham_times: int = 0
    refused: Sequence[str] = ()
    grade: str = ""
    worst: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item may be proposed: the trigger, and what it rests on in this case."""

    trigger: Trigger
    words: str


@cache
def scheme() -> Scheme:
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Scheme(
        version=int(data["version"]),
        valid_from=data["valid_from"],
        least_units=data["least_units"],
        least_units_source=data["least_units_source"],
        triggers=tuple(Trigger(**row) for row in data["triggers"]),
        ladder=tuple(Step(**row) for row in data["ladder"]),
    )


def reasons(item: Standing, today: date, by: Scheme | None = None) -> tuple[Reason, ...]:
    """Every trigger that holds for an item today, in the order of the rules; empty once it is settled."""
    rules = by or scheme()
    if item.state in SETTLED:
        return ()
    late = (today - item.due_on).days
    # Handed in and waiting for its check, an item is late at the checker's, not at the unit's.
    waits = item.state == ItemState.SUBMITTED
    held = {
        RED: f"超期 {late} 日（期限 {item.due_on:%Y年%m月%d日}）"
        if item.clock_red and not waits and late > rules.trigger(RED).days
        else "",
        SHAM: f"核验发现虚假整改 {item.sham_times} 次" if item.sham_times else "",
        DATA: f"应提供而未提供：{'、'.join(item.refused)}" if item.refused else "",
        WORST: f"整改评估等次为“{item.grade}”" if item.grade and item.grade == item.worst else "",
    }
    return tuple(Reason(t, held[t.code]) for t in rules.triggers if held.get(t.code))


def rung_after(taken: Sequence[str], by: Scheme | None = None) -> Step | None:
    """The next rung of the ladder; each is climbed once, none is left out. ``None`` above the last."""
    ladder = (by or scheme()).ladder
    return ladder[len(taken)] if len(taken) < len(ladder) else None


def position_of(rung: Rung) -> int:
    """1 for the lowest rung."""
    return [s.code for s in scheme().ladder].index(rung) + 1
