"""Verdicts of reviewers come back: who found what, when and why, and how good a rule was.

The store is an append-only file of JSON lines. A later verdict on the same flag does not erase the
earlier one; the last one counts. Before a rule runs again its precision so far is shown; a rule
under 5 % precision after 50 reviews goes back to design.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from scipy import special

from lianxun_insight.flags import Flag, HumanDecision, Status
from lianxun_insight.read.plain import json_value, own_text

BACK_TO_DESIGN_AFTER = 50
BACK_TO_DESIGN_BELOW = 0.05


class Verdict(StrEnum):
    """What the check of a doubt showed."""

    CONFIRMED = "属实"
    PARTLY = "部分属实"
    UNFOUNDED = "不实"
    UNVERIFIABLE = "无法核实"

    @property
    def status(self) -> Status:
        """The status a flag takes on."""
        return {
            Verdict.CONFIRMED: Status.CONFIRMED,
            Verdict.PARTLY: Status.PARTLY,
            Verdict.UNFOUNDED: Status.UNFOUNDED,
            Verdict.UNVERIFIABLE: Status.UNVERIFIABLE,
        }[self]


@dataclass(frozen=True, slots=True)
class Review:
    """One verdict. `audit_sample` marks a body without flags that was drawn at random."""

    flag_id: str
    indicator: str
    version: str
    org: str
    verdict: Verdict
    who: str
    when: str
    reason: str
    audit_sample: bool = False

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.reason.strip():
            raise ValueError("核实结论必须写明核实人和理由。")
        if datetime.fromisoformat(self.when).tzinfo is None:
            raise ValueError(f"核实时间“{self.when}”必须带时区，例如 2026-03-01T09:00:00+08:00。")


def review_of(flag: Flag, verdict: Verdict, *, who: str, when: datetime, reason: str) -> Review:
    """The verdict on a flag."""
    return Review(
        flag.flag_id, flag.indicator.id, flag.indicator.version, flag.subject.org,
        verdict, who, when.isoformat(), reason,
    )  # fmt: skip


def applied(flag: Flag, review: Review) -> Flag:
    """The flag with its verdict beside it; its identifier stays."""
    if review.flag_id != flag.flag_id:
        raise ValueError(f"核实结论属于疑点 {review.flag_id}，不属于 {flag.flag_id}。")
    return flag.decided(
        review.verdict.status, HumanDecision(review.who, review.when, review.reason)
    )


class VerdictStore:
    """Append-only file of reviews."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, review: Review) -> None:
        """Append one review and force it to disk."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(review), ensure_ascii=False, sort_keys=True) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def history(self) -> Iterator[Review]:
        """All reviews in the order they came; raises ValueError naming a line that is broken."""
        if not self._path.exists():
            return
        for number, line in enumerate(own_text(self._path, "核实结论文件").splitlines(), start=1):
            try:
                data = json_value(line)
                yield Review(**{**data, "verdict": Verdict(data["verdict"])})
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(
                    f"核实结论文件 {self._path.name} 第 {number} 行损坏：{error}。请从备份恢复。"
                ) from error

    def latest(self) -> dict[str, Review]:
        """The last review of each flag."""
        return {review.flag_id: review for review in self.history()}


@dataclass(frozen=True, slots=True)
class Precision:
    """How a rule has done so far. `share` counts 部分属实 as half; 无法核实 does not count.

    `low` and `high` bound the precision with 95 % (Jeffreys interval).
    """

    indicator: str
    version: str
    reviewed: int
    confirmed: int
    partly: int
    unverifiable: int
    share: float | None
    low: float
    high: float

    @property
    def back_to_design(self) -> bool:
        """True when enough reviews show that the rule is not worth anybody's time."""
        return (
            self.reviewed >= BACK_TO_DESIGN_AFTER
            and self.share is not None
            and self.share < BACK_TO_DESIGN_BELOW
        )

    def sentence(self) -> str:
        """What is shown before the rule runs again."""
        if self.share is None:
            return f"规则 {self.indicator}（{self.version} 版）尚无核实结论。"
        text = (
            f"规则 {self.indicator}（{self.version} 版）已核实 {self.reviewed} 条，"
            f"属实 {self.confirmed} 条、部分属实 {self.partly} 条，"
            f"准确率 {self.share:.0%}（95% 区间 {self.low:.0%}–{self.high:.0%}）。"
        )
        return text + ("准确率过低，退回重新设计，暂停使用。" if self.back_to_design else "")


def precision_by_rule(reviews: Iterable[Review]) -> dict[tuple[str, str], Precision]:
    """Precision of every (rule, version) from the last verdict of each flag."""
    groups: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for review in {r.flag_id: r for r in reviews if not r.audit_sample}.values():
        groups[review.indicator, review.version].append(review.verdict)
    return {key: _precision(*key, verdicts) for key, verdicts in groups.items()}


def _precision(indicator: str, version: str, verdicts: list[Verdict]) -> Precision:
    confirmed = verdicts.count(Verdict.CONFIRMED)
    partly = verdicts.count(Verdict.PARTLY)
    decided = len(verdicts) - verdicts.count(Verdict.UNVERIFIABLE)
    worth = confirmed + 0.5 * partly
    low, high = _jeffreys(worth, decided)
    return Precision(
        indicator, version, decided, confirmed, partly, len(verdicts) - decided,
        worth / decided if decided else None, low, high,
    )  # fmt: skip


def _jeffreys(worth: float, decided: int) -> tuple[float, float]:
    a, b = worth + 0.5, decided - worth + 0.5
    return float(special.betaincinv(a, b, 0.025)), float(special.betaincinv(a, b, 0.975))
