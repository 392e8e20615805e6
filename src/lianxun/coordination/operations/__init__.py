"""The front door for acting: meetings and what they decided."""

from lianxun.coordination.operations.convening import add_item, cancel, convene, invite
from lianxun.coordination.operations.deciding import (
    add_decision,
    check_decision,
    drop_decision,
    report_decision,
)
from lianxun.coordination.operations.inquiring import convene_inquiry, opine
from lianxun.coordination.operations.minuting import confirm, record, return_minutes
from lianxun.coordination.operations.plan_paper import issue_year_plan
from lianxun.coordination.operations.planning import (
    add_plan_line,
    carry_over,
    draft_year_plan,
    report_plan_line,
    return_plan_line,
    strike_plan_line,
    submit_year_plan,
    withdraw_plan_line,
)

__all__ = [
    "add_decision",
    "add_item",
    "add_plan_line",
    "cancel",
    "carry_over",
    "check_decision",
    "confirm",
    "convene",
    "convene_inquiry",
    "draft_year_plan",
    "drop_decision",
    "invite",
    "issue_year_plan",
    "opine",
    "record",
    "report_decision",
    "report_plan_line",
    "return_minutes",
    "return_plan_line",
    "strike_plan_line",
    "submit_year_plan",
    "withdraw_plan_line",
]
