"""The calculation, line by line. Pure: counted cases in, scores out; everything in whole hundredths of a point.

An indicator with fewer cases than ``least`` is not scored (settled 29: small numbers): its weight goes, in
proportion, to the scored indicators of its group; of a group in which nothing is scored, to all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from lianxun.appraisal.body import Body, Indicator
from lianxun.appraisal.enums import Met, Treatment

WHOLE = 100_00  # hundredths of a point


@dataclass(frozen=True, slots=True)
class Case:
    """One counted clock: when it fell due, when it was done, whether that was in time."""

    id: UUID
    due_on: date
    done_on: date | None
    in_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One line. ``weight`` is what the body gives, ``effective`` and ``score`` are hundredths; both ``None``
    where there were too few cases."""

    code: str
    weight: int
    met: int
    due: int
    effective: int | None = None
    score: int | None = None


def tally(indicator: Indicator, cases: Sequence[Case], treated: Mapping[str, str]) -> Scored:
    """How many of the cases were due and met, after what was decided about single ones (``treated``)."""
    counted = [c for c in cases if treated.get(str(c.id)) != Treatment.DROP]
    met = sum(
        treated.get(str(c.id)) == Treatment.KEPT
        or c.in_time
        or (indicator.met == Met.DONE and c.done_on is not None)
        for c in counted
    )
    return Scored(code=indicator.code, weight=indicator.weight, met=met, due=len(counted))


def spread(body: Body, lines: Sequence[Scored]) -> list[Scored]:
    """Give each line its effective weight and its score; what adds up to 100 points is what is printed."""
    group_of = {i.code: i.group for i in body.indicators}
    scored = {x.code for x in lines if x.due >= body.least and x.weight > 0}
    if not scored:
        return [replace(x, effective=None, score=None) for x in lines]
    exact: dict[str, Fraction] = {}
    empty = Fraction(0)
    for group in body.groups:
        members = [x for x in lines if group_of[x.code] == group.code]
        inside = [x for x in members if x.code in scored]
        whole = sum(x.weight for x in members)
        base = sum(x.weight for x in inside)
        if not inside:
            empty += whole
        for x in inside:
            exact[x.code] = Fraction(x.weight * whole, base)
    rest = sum(exact.values(), Fraction(0))
    shares = {code: part + part * empty / rest for code, part in exact.items()}
    effective = _whole_hundredths(shares)
    return [
        replace(x, effective=effective[x.code], score=_half_up(effective[x.code], x.met, x.due))
        if x.code in scored
        else replace(x, effective=None, score=None)
        for x in lines
    ]


def _whole_hundredths(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Points as whole hundredths that add up exactly (largest remainder, then the order of the lines)."""
    total = sum(shares.values(), Fraction(0))
    exact = {code: part * WHOLE / total for code, part in shares.items()}
    found = {code: int(value) for code, value in exact.items()}
    missing = WHOLE - sum(found.values())
    by_rest = sorted(exact, key=lambda code: found[code] - exact[code])
    for code in by_rest[:missing]:
        found[code] += 1
    return found


def _half_up(weight: int, met: int, due: int) -> int:
    return (2 * weight * met + due) // (2 * due)


def total(lines: Sequence[Scored]) -> int | None:
    """The points of a sheet in hundredths: the sum of what its lines show. ``None`` where nothing is scored."""
    found = [x.score for x in lines if x.score is not None]
    return sum(found) if found else None


def contribution(points: int | None, share: int) -> int | None:
    """What the sheet brings into the unit's annual assessment, in hundredths: points × share %."""
    return None if points is None else (2 * points * share + 100) // 200


def late_twice(reports: Sequence[tuple[date, date | None]], today: date) -> bool:
    """Were the last two quarterly reports that fell due both late? ``reports``: (due, handed in or ``None``)."""
    due = sorted(r for r in reports if r[0] < today or r[1] is not None)
    last = due[-2:]
    return len(last) == 2 and all(done is None or done > day for day, done in last)
