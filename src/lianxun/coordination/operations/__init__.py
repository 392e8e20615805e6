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

__all__ = [
    "add_decision",
    "add_item",
    "cancel",
    "check_decision",
    "confirm",
    "convene",
    "convene_inquiry",
    "drop_decision",
    "invite",
    "opine",
    "record",
    "report_decision",
    "return_minutes",
]
