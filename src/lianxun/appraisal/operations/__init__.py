"""The front door for acting: schemes, periods, review, sign-off, use, quarterly reports."""

from lianxun.appraisal.operations.calculating import calculate, recount, show
from lianxun.appraisal.operations.reporting import report_quarter
from lianxun.appraisal.operations.reviewing import (
    close_review,
    confirm_sheet,
    decide_objection,
    object_to,
)
from lianxun.appraisal.operations.schemes import draft_scheme, submit_scheme
from lianxun.appraisal.operations.signing import finish, print_sheet, publish, submit_period
from lianxun.appraisal.operations.using import (
    complete_outcome,
    decide_talk,
    drop_outcome,
    propose,
    submit_outcome,
)

__all__ = [
    "calculate",
    "close_review",
    "complete_outcome",
    "confirm_sheet",
    "decide_objection",
    "decide_talk",
    "draft_scheme",
    "drop_outcome",
    "finish",
    "object_to",
    "print_sheet",
    "propose",
    "publish",
    "recount",
    "report_quarter",
    "show",
    "submit_outcome",
    "submit_period",
    "submit_scheme",
]
