"""Rows of the room; read and written here alone."""

from lianxun.appraisal.models.outcomes import Outcome, QuarterReport, Ranking
from lianxun.appraisal.models.periods import Correction, Line, Objection, Period, Sheet
from lianxun.appraisal.models.schemes import Scheme

__all__ = [
    "Correction",
    "Line",
    "Objection",
    "Outcome",
    "Period",
    "QuarterReport",
    "Ranking",
    "Scheme",
    "Sheet",
]
