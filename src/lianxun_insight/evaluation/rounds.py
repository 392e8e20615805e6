"""Does the list of organisations get better when verdicts come back? A second round, simulated.

The teams check the leads within the budget; the answer key says what they would find. The verdicts
sharpen the null of every rule (`profile.build`), and the next list is judged by the same key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lianxun_insight.evaluation.measure import budget_of
from lianxun_insight.flags import Flag
from lianxun_insight.generator.truth import Planted
from lianxun_insight.profile import Precision, Review, Verdict, build_profiles, precision_by_rule
from lianxun_insight.profile.facts import Scan
from lianxun_insight.profile.leads import rank_leads

WHEN = "2026-03-01T09:00:00+08:00"


@dataclass(frozen=True, slots=True)
class ListQuality:
    """The list of one round: bodies listed, red ones, and how many of each have a planted scheme."""

    round: int
    listed: int
    listed_right: int
    red: int
    red_right: int
    guilty: int


def two_rounds(
    truth: Sequence[Planted], flags: Sequence[Flag], scan: Scan, *, budget: int | None = None
) -> tuple[ListQuality, ListQuality]:
    """The list before any verdict, and after the leads of the first round were checked."""
    reviews = checked(truth, flags, scan, budget=budget)
    return (
        _quality(1, truth, flags, scan, {}),
        _quality(2, truth, flags, scan, precision_by_rule(reviews)),
    )


def checked(
    truth: Sequence[Planted], flags: Sequence[Flag], scan: Scan, *, budget: int | None = None
) -> list[Review]:
    """Verdicts on every flag of the leads within the budget, as the answer key has them."""
    real = {a for p in truth if p.kind == "scheme" for a in p.records + p.needs}
    by_id = {flag.flag_id: flag for flag in flags}
    leads = rank_leads(flags, scan)[: budget_of(scan) if budget is None else budget]
    wanted = sorted({flag_id for lead in leads for flag_id in lead.flags})
    return [_review(by_id[flag_id], real) for flag_id in wanted]


def _review(flag: Flag, real: set[str]) -> Review:
    hit = any(record.address in real for record in flag.records)
    return Review(
        flag.flag_id, flag.indicator.id, flag.indicator.version, flag.subject.org,
        Verdict.CONFIRMED if hit else Verdict.UNFOUNDED, "真值文件", WHEN, "按真值文件核对",
    )  # fmt: skip


def _quality(
    number: int,
    truth: Sequence[Planted],
    flags: Sequence[Flag],
    scan: Scan,
    precision: Mapping[tuple[str, str], Precision],
) -> ListQuality:
    guilty = {p.unit for p in truth if p.kind == "scheme"}
    profiles = build_profiles(flags, scan, precision=precision)
    listed = [p for p in profiles if p.listed]
    red = [p for p in listed if p.colour.value == "red"]
    return ListQuality(
        round=number,
        listed=len(listed),
        listed_right=sum(p.org.org in guilty for p in listed),
        red=len(red),
        red_right=sum(p.org.org in guilty for p in red),
        guilty=len(guilty),
    )
