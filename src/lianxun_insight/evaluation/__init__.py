"""Judging a scan against the answer key of a generated province."""

from lianxun_insight.evaluation.measure import (
    Evaluation,
    SchemeResult,
    evaluate,
    settings_of,
    single_source,
)
from lianxun_insight.evaluation.rounds import ListQuality, two_rounds

__all__ = [
    "Evaluation",
    "ListQuality",
    "SchemeResult",
    "evaluate",
    "settings_of",
    "single_source",
    "two_rounds",
]
