"""The front door for writing: issue, plan, do, check, close, press, use, assess."""

from lianxun.rectification.common import EXTENSION, KIND, load
from lianxun.rectification.operations.assessing import merge_scores, open_assessment, score
from lianxun.rectification.operations.checking import check, print_close_out, sign_close_out
from lianxun.rectification.operations.concluding import (
    answer_objection,
    conclude_assessment,
    object_assessment,
    print_assessment,
)
from lianxun.rectification.operations.doing import (
    add_evidence,
    ask_extension,
    bring_extension,
    report_progress,
    submit,
)
from lianxun.rectification.operations.issuing import bring_back, invite, issue_item, reopen
from lianxun.rectification.operations.planning import (
    decide_plan,
    draft_plan,
    print_plan,
    review_plan,
    start,
    submit_plan,
)
from lianxun.rectification.operations.pressing import answer_press, press, record_use

__all__ = [
    "EXTENSION",
    "KIND",
    "add_evidence",
    "answer_objection",
    "answer_press",
    "ask_extension",
    "bring_back",
    "bring_extension",
    "check",
    "conclude_assessment",
    "decide_plan",
    "draft_plan",
    "invite",
    "issue_item",
    "load",
    "merge_scores",
    "object_assessment",
    "open_assessment",
    "press",
    "print_assessment",
    "print_close_out",
    "print_plan",
    "record_use",
    "reopen",
    "report_progress",
    "review_plan",
    "score",
    "sign_close_out",
    "start",
    "submit",
    "submit_plan",
]
