"""How evenly the offers of one section are spaced, and how often chance alone does as well (P08, K05).

Offers in arithmetic steps have equal differences, offers in geometric steps equal differences of their
logarithms. The coefficient of variation (CV) of the *ratios* themselves would not do: offers close
together all have ratios near 1, so that every tight field of bidders would look like a progression.
"""

from __future__ import annotations

import math
from typing import Any

import ibis


def spaced(t: Any) -> Any:
    """Bids with `step` (fen) and `log_step` to the next lower offer of their section."""
    order = ibis.window(group_by="section_id", order_by=["bid_price", "bidder_code"])
    t = t.mutate(before=t.bid_price.lag().over(order))
    logarithm, before = t.bid_price.cast("float64").ln(), t.before.cast("float64").ln()
    return t.mutate(step=t.bid_price - t.before, log_step=logarithm - before)


def unevenness(t: Any) -> dict[str, Any]:
    """Aggregates of `spaced` bids: CV of the steps and of the logarithmic steps (0 = perfectly even)."""
    return {
        "step_cv": t.step.std(how="pop") / t.step.mean().nullif(0.0),
        "ratio_cv": t.log_step.std(how="pop") / t.log_step.mean().nullif(0.0),
    }


def chance_of_even(offers: int, cv: float) -> float:
    """Chance that `offers` made independently of each other are as even as `cv`, in either scale.

    Between the lowest and the highest, offers that know nothing of each other fall anywhere: their
    k = offers - 1 steps, as shares of the whole, are uniform on a simplex (Devroye, Non-Uniform Random
    Variate Generation, 1986, ch. V). CV <= c is a ball of radius c/sqrt(k) around its centre; the chance
    is the ball's share of the simplex, doubled because steps and logarithms are both looked at.
    """
    k = offers - 1
    if k < 2:
        return 1.0
    radius = cv / math.sqrt(k)
    ball = math.pi ** ((k - 1) / 2) / math.gamma((k + 1) / 2) * radius ** (k - 1)
    simplex = math.sqrt(k) / math.factorial(k - 1)
    return float(min(1.0, 2 * ball / simplex))
