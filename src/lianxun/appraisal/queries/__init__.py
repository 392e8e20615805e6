"""The front door for reading: everything the room shows."""

from lianxun.appraisal.queries.desk import desk, suggestions
from lianxun.appraisal.queries.periods import period, periods, rankings, scheme, schemes
from lianxun.appraisal.queries.sheets import late_cases, line_cases, objection, sheet, sheets
from lianxun.appraisal.queries.uses import outcome, outcomes, report, reports

__all__ = [
    "desk",
    "late_cases",
    "line_cases",
    "objection",
    "outcome",
    "outcomes",
    "period",
    "periods",
    "rankings",
    "report",
    "reports",
    "scheme",
    "schemes",
    "sheet",
    "sheets",
    "suggestions",
]
