"""Acts of the documents room, split by topic."""

from lianxun.documents.operations.disposal import (
    destroy_list,
    draw_lists,
    return_list,
    review_list,
)
from lianxun.documents.operations.files import handed_out
from lianxun.documents.operations.holds import lift_hold, place_hold
from lianxun.documents.operations.printing import (
    ask_print,
    refuse_print,
    release_print,
    settle_copies,
    take_print,
)
from lianxun.documents.operations.rule_texts import issue_rules
from lianxun.documents.operations.sweeping import sweep

__all__ = [
    "ask_print",
    "destroy_list",
    "draw_lists",
    "handed_out",
    "issue_rules",
    "lift_hold",
    "place_hold",
    "refuse_print",
    "release_print",
    "return_list",
    "review_list",
    "settle_copies",
    "sweep",
    "take_print",
]
