"""The audit sample: a random 5 % of bodies without a flag, to estimate what was missed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import special

from lianxun_insight.profile.verdicts import Review, Verdict

SHARE = 0.05


def audit_sample(unflagged: Iterable[str], round_key: str, share: float = SHARE) -> list[str]:
    """Draw `share` of the bodies (at least one), the same ones whenever the round key is the same.

    The draw is a keyed hash: nobody can choose a sample by trying again, and anybody can check it.
    """
    orgs = sorted(set(unflagged))
    if not orgs:
        return []
    count = max(1, round(share * len(orgs)))
    ranked = sorted(orgs, key=lambda org: hashlib.sha256(f"{round_key}/{org}".encode()).digest())
    return sorted(ranked[:count])


@dataclass(frozen=True, slots=True)
class MissEstimate:
    """Bodies without a flag that had something after all, estimated from the sample."""

    sampled: int
    found: int
    unflagged: int
    rate: float | None
    low: float
    high: float

    def sentence(self) -> str:
        """One sentence for the report."""
        if self.rate is None:
            return "尚未核实随机抽样单位，漏检率未知。"
        return (
            f"在 {self.unflagged} 个未提示单位中随机抽查 {self.sampled} 个，{self.found} 个查有问题，"
            f"漏检率估计 {self.rate:.1%}（95% 区间 {self.low:.1%}–{self.high:.1%}），"
            f"约 {self.rate * self.unflagged:.0f} 个单位。"
        )


def estimate_misses(reviews: Sequence[Review], unflagged: int) -> MissEstimate:
    """Estimate the misses among `unflagged` bodies from reviews marked as audit sample."""
    last = {r.org: r for r in reviews if r.audit_sample}
    decided = [r for r in last.values() if r.verdict is not Verdict.UNVERIFIABLE]
    found = sum(r.verdict in (Verdict.CONFIRMED, Verdict.PARTLY) for r in decided)
    a, b = found + 0.5, len(decided) - found + 0.5
    return MissEstimate(
        sampled=len(decided),
        found=found,
        unflagged=unflagged,
        rate=found / len(decided) if decided else None,
        low=float(special.betaincinv(a, b, 0.025)) if decided else 0.0,
        high=float(special.betaincinv(a, b, 0.975)) if decided else 1.0,
    )
