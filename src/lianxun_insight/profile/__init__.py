"""The profile of an organisation (never of a person), verdicts and what they teach.

facts.py   bodies, peers, what could be computed      stats.py        tails, ranks, FDR
build.py   from flags to profiles                     calibration.py  score to precision
verdicts.py  verdicts and precision per rule          sample.py       the 5 % audit sample
"""

from lianxun_insight.profile.build import (
    WORDING,
    Colour,
    FamilyResult,
    Profile,
    build_profiles,
    fairness,
)
from lianxun_insight.profile.facts import IndicatorRun, Organisation, Scan, read_scan
from lianxun_insight.profile.sample import MissEstimate, audit_sample, estimate_misses
from lianxun_insight.profile.verdicts import (
    Precision,
    Review,
    Verdict,
    VerdictStore,
    applied,
    precision_by_rule,
    review_of,
)

__all__ = [
    "WORDING",
    "Colour",
    "FamilyResult",
    "IndicatorRun",
    "MissEstimate",
    "Organisation",
    "Precision",
    "Profile",
    "Review",
    "Scan",
    "Verdict",
    "VerdictStore",
    "applied",
    "audit_sample",
    "build_profiles",
    "estimate_misses",
    "fairness",
    "precision_by_rule",
    "read_scan",
    "review_of",
]
