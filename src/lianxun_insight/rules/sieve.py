"""Counting codes without sorting them: a table of buckets by hash lets almost only the wanted ones through.

Permutation baselines count a million codes a hundred times over. Sorting them would be most of the work,
although next to none of them is ever wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Ints = np.ndarray[Any, np.dtype[np.int64]]
_ODD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4)."""
SPARE = 3
"""Bits of table beyond the number of codes: 8 to 16 buckets a code."""


def _buckets(count: int) -> tuple[int, Callable[[Ints], Any]]:
    bits = max(10, min(29, count.bit_length() + SPARE))
    shift = np.uint64(64 - bits)
    return 1 << bits, lambda codes: (codes.astype(np.uint64) * _ODD) >> shift


def among(known: Ints) -> Callable[[Ints], Any]:
    """A test that lets every known code through and few others."""
    size, bucket = _buckets(len(known))
    seen = np.zeros(size, dtype=bool)
    seen[bucket(known)] = True
    return lambda codes: seen[bucket(codes)]


def repeated(codes: Ints, least: int) -> Ints:
    """The distinct codes that occur at least `least` times, sorted."""
    if not len(codes):
        return codes
    size, bucket = _buckets(len(codes))
    place = bucket(codes).astype(np.int64)
    several = np.bincount(place, minlength=size) >= least
    rest, counts = np.unique(codes[several[place]], return_counts=True)
    return rest[counts >= least]
