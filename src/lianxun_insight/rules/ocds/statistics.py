"""Quantiles, fences and rounding of the OCDS indicators."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction


def quantile(ordered: Sequence[float], p: float) -> float:
    """Type-8 quantile (Hyndman & Fan, 1996) of values sorted in rising order.

    Returns not-a-number for no values or p > 1. It is not numpy's default (type 7).
    """
    n = len(ordered)
    if n == 0 or p > 1 or math.isnan(p):
        return math.nan
    third = 1.0 / 3.0
    h = (n + third) * p + third
    k = math.floor(h)
    if k <= 0 or p <= 0:
        return float(ordered[0])
    if k >= n or p == 1:
        return float(ordered[n - 1])
    low = float(ordered[k - 1])
    return low + (h - k) * (float(ordered[k]) - low)


def _fused(base: float, factor: float, spread: float) -> float:
    """base + factor·spread with one rounding at the end."""
    if not (math.isfinite(base) and math.isfinite(spread)):
        return base + factor * spread
    try:
        return float(Fraction(base) + Fraction(factor) * Fraction(spread))
    except OverflowError:
        return base + factor * spread


def lower_fence(q1: float, q3: float) -> float:
    """Tukey's lower fence Q1 - 1.5·(Q3 - Q1), rounded once."""
    return _fused(q1, -1.5, q3 - q1)


def upper_fence(q1: float, q3: float) -> float:
    """Tukey's upper fence Q3 + 1.5·(Q3 - Q1), rounded once."""
    return _fused(q3, 1.5, q3 - q1)


def rounded(value: float) -> float | None:
    """`value` to four decimals, half away from zero; None where it is not a finite number."""
    if not math.isfinite(value):
        return None
    scaled = value * 10000.0
    if not math.isfinite(scaled):
        return value
    whole = math.trunc(scaled)
    if abs(scaled - whole) >= 0.5:
        whole += 1 if scaled > 0 else -1
    return whole / 10000.0
