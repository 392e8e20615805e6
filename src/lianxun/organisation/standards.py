"""Pool and training against what the plan asks for (6.1): counts beside dated targets, with the reason.

Pure. A target says what a region should have; whether and how to reach it people decide. Nobody is
scored: only heads, fields and forms of training are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianxun.organisation.enums import PoolKind, Skill, TrainingKind, TrainingMethod
from lianxun.organisation.rules import parameters


@dataclass(frozen=True, slots=True)
class Pooled:
    """One entry of the pool as the rule sees it; ``years`` of experience."""

    tier: str
    kind: str
    skills: Collection[str]
    years: int
    senior: bool


@dataclass(frozen=True, slots=True)
class Standard:
    """A target of one region: how many there should be, how many there are, and how both were counted.

    ``rows`` are the filters of the list that shows exactly those counted; empty where there is none.
    """

    label: str
    wanted: int
    have: int
    why: str
    rows: str = ""

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.have)


def pool_standards(entries: Iterable[Pooled], tier: str, on: date) -> list[Standard]:
    """Full-time staff with their years, then each field of the experts, for one tier on a day."""
    asked = parameters("standards", on)
    own = [e for e in entries if e.tier == tier]
    return [_full_time(own, tier, asked), *_experts(own, tier, asked)]


def _full_time(own: list[Pooled], tier: str, asked: Mapping[str, Any]) -> Standard:
    wanted = asked["full_time"]
    years = wanted["years"]
    every = [e for e in own if e.kind == PoolKind.FULL_TIME]
    fit = sum(e.years >= years for e in every)
    why = f"专职 {len(every)} 人，从业满 {years} 年的 {fit} 人计入"
    if tier in asked["proposed"]:
        why += "；本级目标为建议值，由各地核定"
    rows = f"kind={PoolKind.FULL_TIME}&years={years}&tier={tier}"
    return Standard(f"专职人员（从业满 {years} 年）", wanted[tier], fit, f"{why}。", rows)


def _experts(own: list[Pooled], tier: str, asked: Mapping[str, Any]) -> list[Standard]:
    wanted = asked["experts"]
    if tier not in wanted["tiers"]:
        return []
    found = []
    for field in wanted["fields"]:
        fit = sum(e.kind == PoolKind.EXPERT and e.senior and field in e.skills for e in own)
        label = Skill(field).label
        why = f"专家库中专长含“{label}”且有高级职称的计入；一人有几项专长的，各项都计。"
        rows = f"kind={PoolKind.EXPERT}&skill={field}&tier={tier}"
        found.append(Standard(f"{label}专家（高级职称）", wanted["each"], fit, why, rows))
    return found


def training_standards(held: Iterable[Collection[str]], year: int, on: date) -> list[Standard]:
    """How many trainings the year saw, and how many of the asked forms; ``held``: the forms of each."""
    asked = parameters("standards", on)["training"]
    trainings = list(held)
    used = {method for methods in trainings for method in methods}
    lacking = [TrainingMethod(m).label for m in asked["methods"] if m not in used]
    said = f"尚未采用{'、'.join(lacking)}" if lacking else "三种形式都已采用"
    return [
        Standard(
            f"{year} 年培训次数",
            asked["times"],
            len(trainings),
            "同名同日的培训计一次。",
        ),
        Standard(
            "培训形式",
            len(asked["methods"]),
            len(asked["methods"]) - len(lacking),
            f"{said}。",
        ),
    ]


def methods_of(kind: str, methods: Iterable[str]) -> frozenset[str]:
    """The forms of a training; a drill is one whatever was ticked."""
    return frozenset(methods) | (
        {TrainingMethod.DRILL.value} if kind == TrainingKind.DRILL else set()
    )
