"""How alike two short Chinese texts read: the Jaccard index of their character pairs.

P. Jaccard (1901); character pairs because Chinese is written without spaces and a lead's wording changes
in words rather than in letters. It only orders what a person then reads.
"""

from __future__ import annotations

import re

_NOISE = re.compile(r"[\W_]+")


def pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, without spaces and punctuation."""
    plain = _NOISE.sub("", text).lower()
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def likeness(one: str, other: str) -> float:
    """0 (nothing in common) to 1 (the same pairs); 0 when either has no pair."""
    mine, theirs = pairs(one), pairs(other)
    if not mine or not theirs:
        return 0.0
    return len(mine & theirs) / len(mine | theirs)
