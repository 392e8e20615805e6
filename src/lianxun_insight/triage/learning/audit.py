"""One lead in twenty is shown without suggestions, to see how far suggestions pull decisions."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass

SHARE = 0.05
Z95 = 1.959964


def held_back(lead_id: str, key: bytes, share: float = SHARE) -> bool:
    """Is this lead decided without seeing suggestions?

    A keyed hash of the id: the same answer each time, and nobody without the key can foresee it.
    """
    digest = hmac.new(key, lead_id.encode("utf-8"), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


@dataclass(frozen=True)
class Shown:
    """A decided lead: was the suggestion shown, and is the decision the model's first guess?"""

    lead_id: str
    shown: bool
    agrees: bool


@dataclass(frozen=True)
class BiasReport:
    """Shares of decisions that agree with the model; ``difference`` with a 95 % interval.

    A difference above 0 whose interval leaves out 0 says that people follow what they are shown.
    """

    shown: int
    hidden: int
    agree_shown: float
    agree_hidden: float
    difference: float
    interval: tuple[float, float]


def automation_bias(decisions: Iterable[Shown]) -> BiasReport | None:
    """Agreement with and without the suggestion; None while either side is empty.

    Interval by Agresti and Caffo (2000), which holds for small samples.
    """
    rows = list(decisions)
    seen, unseen = [d.agrees for d in rows if d.shown], [d.agrees for d in rows if not d.shown]
    if not seen or not unseen:
        return None
    p, q = sum(seen) / len(seen), sum(unseen) / len(unseen)
    a, m = (sum(seen) + 1) / (len(seen) + 2), len(seen) + 2
    b, n = (sum(unseen) + 1) / (len(unseen) + 2), len(unseen) + 2
    half = Z95 * math.sqrt(a * (1 - a) / m + b * (1 - b) / n)
    interval = (max(-1.0, a - b - half), min(1.0, a - b + half))
    return BiasReport(len(seen), len(unseen), p, q, p - q, interval)
