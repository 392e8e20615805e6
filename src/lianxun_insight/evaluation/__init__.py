"""Judging a scan against the answer key of a generated province."""

from lianxun_insight.evaluation.measure import (
    Evaluation,
    SchemeResult,
    evaluate,
    settings_of,
    single_source,
)

__all__ = ["Evaluation", "SchemeResult", "evaluate", "settings_of", "single_source"]
