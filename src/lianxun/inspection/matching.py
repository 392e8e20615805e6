"""Who might sit in the team: skills × availability × recusal × load, explained. Pure; a human decides.

Hard conditions exclude, points only order. Seats are filled scarcest first (the seat with the fewest
people who fit), so that a rare skill is not spent on a seat that many could take.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from lianxun.inspection.enums import TeamRole
from lianxun.organisation.enums import PoolKind, Skill

ALTERNATES_PER_ROLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the matching reads of a person. ``recused`` is yes or no, never why (settled.md 29)."""

    person: UUID
    name: str
    unit: UUID
    unit_name: str
    pool: str
    skills: frozenset[str]
    years: int
    available_from: date
    available_to: date | None
    tasks: int = 0
    busy_with: str = ""
    recused: bool = False
    has_account: bool = True
    declared: bool = False
    seated: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One seat to fill; ``skill`` empty = anybody of the role."""

    role: str
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    version: int
    points: Mapping[str, float]
    years_cap: int
    roles: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One person for one seat, with the points and the sentences behind them."""

    candidate: Candidate
    role: str
    skill: str
    points: float
    reasons: tuple[str, ...]

    @property
    def role_label(self) -> str:
        return TeamRole(self.role).label

    @property
    def text(self) -> str:
        return "；".join(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """``excluded`` counts people by the condition that ruled them out: recusal without any name."""

    seats: tuple[Suggestion, ...]
    alternates: tuple[Suggestion, ...]
    unfilled: tuple[str, ...]
    excluded: tuple[tuple[str, int], ...]
    method: int


@cache
def rules() -> Rules:
    """The points in force."""
    raw = yaml.safe_load((Path(__file__).parent / "data" / "matching.yaml").read_text("utf-8"))
    return Rules(raw["version"], raw["points"], raw["years_cap"], raw["roles"])


def propose(
    needs: Sequence[Need],
    candidates: Sequence[Candidate],
    *,
    entry_on: date,
    end_on: date,
    partners: Collection[UUID] = (),
    given: Rules | None = None,
) -> Proposal:
    """Fill ``needs`` for the days between ``entry_on`` and ``end_on``.

    Nobody gets two seats; nobody who must step aside gets any. Each role gets alternates from those who
    are left. The same input gives the same proposal.
    """
    method = given or rules()
    fit, excluded = _sieve(candidates, entry_on, end_on)
    wanted = frozenset(n.skill for n in needs if n.skill)

    def ranked(need: Need, free: Collection[Candidate]) -> list[Suggestion]:
        return _ranked(need, free, wanted=wanted, partners=partners, method=method)

    order = sorted(range(len(needs)), key=lambda i: (len(ranked(needs[i], fit)), i))
    free = {c.person: c for c in fit}
    chosen: dict[int, Suggestion] = {}
    for index in order:
        best = next(iter(ranked(needs[index], free.values())), None)
        if best is not None:
            chosen[index] = best
            del free[best.candidate.person]
    alternates: list[Suggestion] = []
    for need in dict.fromkeys(needs):
        for best in ranked(need, free.values())[:ALTERNATES_PER_ROLE]:
            alternates.append(best)
            del free[best.candidate.person]
    return Proposal(
        seats=tuple(chosen[i] for i in range(len(needs)) if i in chosen),
        alternates=tuple(alternates),
        unfilled=tuple(_words(needs[i]) for i in range(len(needs)) if i not in chosen),
        excluded=excluded,
        method=method.version,
    )


def _sieve(
    candidates: Sequence[Candidate], entry_on: date, end_on: date
) -> tuple[list[Candidate], tuple[tuple[str, int], ...]]:
    """Who may sit at all, and how many may not for which reason (the first that holds)."""
    fit: list[Candidate] = []
    counts: dict[str, int] = {}
    for c in candidates:
        why = _barred(c, entry_on, end_on)
        if why:
            counts[why] = counts.get(why, 0) + 1
        elif all(c.person != other.person for other in fit):
            fit.append(c)
    return fit, tuple(sorted(counts.items()))


def _barred(c: Candidate, entry_on: date, end_on: date) -> str:
    if c.seated:
        return "已在本任务中"
    if c.recused:
        return "须回避"
    if c.busy_with:
        return "驻点期间在其他任务"
    if c.available_from > entry_on or (c.available_to is not None and c.available_to < end_on):
        return "驻点期间不可抽调"
    return "" if c.has_account else "没有账号"


def _ranked(
    need: Need,
    free: Collection[Candidate],
    *,
    wanted: Collection[str],
    partners: Collection[UUID],
    method: Rules,
) -> list[Suggestion]:
    role = method.roles[need.role]
    found = [
        _suggestion(need, c, wanted=wanted, partners=partners, method=method)
        for c in free
        if c.pool in role["pools"]
        and c.years >= role["min_years"]
        and (not need.skill or need.skill in c.skills)
    ]
    return sorted(found, key=lambda s: (-s.points, s.candidate.name, str(s.candidate.person)))


def _suggestion(
    need: Need,
    c: Candidate,
    *,
    wanted: Collection[str],
    partners: Collection[UUID],
    method: Rules,
) -> Suggestion:
    point = method.points
    total = point["year"] * min(c.years, method.years_cap) + point["load"] * c.tasks
    reasons = []
    if need.skill:
        total += point["skill"]
        reasons.append(f"专长“{Skill(need.skill).label}”为本席位所需")
    more = sorted((c.skills & frozenset(wanted)) - {need.skill})
    if more:
        total += point["extra_skill"] * len(more)
        reasons.append("另有全组所需的" + "、".join(Skill(s).label for s in more))
    if c.pool == PoolKind.FULL_TIME:
        total += point["full_time"]
    if c.pool == PoolKind.EXPERT and need.role == TeamRole.EXPERT:
        total += point["expert"]
    if c.unit in partners:
        total += point["partner"]
        reasons.append(f"来自联合单位{c.unit_name}")
    if c.declared:
        total += point["declared"]
    reasons.append(f"{PoolKind(c.pool).label}，从业 {c.years} 年")
    reasons.append(f"在办任务 {c.tasks} 项，驻点期间可抽调")
    reasons.append("回避：否" + ("（已申报）" if c.declared else "（尚未申报，请补报）"))
    return Suggestion(
        candidate=c,
        role=need.role,
        skill=need.skill,
        points=round(total, 1),
        reasons=tuple(reasons),
    )


def _words(need: Need) -> str:
    skill = f"（{Skill(need.skill).label}）" if need.skill else ""
    return f"{TeamRole(need.role).label}{skill}"
