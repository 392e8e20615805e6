"""The front door for writing: issue, plan, do, check, close, press, use, assess, supervise."""

from lianxun.rectification.common import EXTENSION, KIND, load
from lianxun.rectification.operations.assessing import merge_scores, open_assessment, score
from lianxun.rectification.operations.changing import (
    agree_change,
    apply_change,
    change_support,
    refuse_change,
)
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
from lianxun.rectification.operations.escalating import (
    ask_again,
    escalate_supervision,
    interview_head,
)
from lianxun.rectification.operations.helping import (
    agree_support,
    check_support,
    decline_support,
    name_helpers,
    report_support,
    withdraw_support,
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
from lianxun.rectification.operations.responding import (
    find_on_site,
    lift_supervision,
    look_on_site,
    receive_notice,
    reply_supervision,
)
from lianxun.rectification.operations.supervising import (
    leave_group,
    name_supervisor,
    propose_supervision,
    send_notice,
)
from lianxun.rectification.operations.supporting import (
    add_support,
    ask_supports,
    draft_support_plan,
    drop_support_plan,
    end_support_plan,
    issue_support_plan,
    submit_support_plan,
)

__all__ = [
    "EXTENSION",
    "KIND",
    "add_evidence",
    "add_support",
    "agree_change",
    "agree_support",
    "answer_objection",
    "answer_press",
    "apply_change",
    "ask_again",
    "ask_extension",
    "ask_supports",
    "bring_back",
    "bring_extension",
    "change_support",
    "check",
    "check_support",
    "conclude_assessment",
    "decide_plan",
    "decline_support",
    "draft_plan",
    "draft_support_plan",
    "drop_support_plan",
    "end_support_plan",
    "escalate_supervision",
    "find_on_site",
    "interview_head",
    "invite",
    "issue_item",
    "issue_support_plan",
    "leave_group",
    "lift_supervision",
    "load",
    "look_on_site",
    "merge_scores",
    "name_helpers",
    "name_supervisor",
    "object_assessment",
    "open_assessment",
    "press",
    "print_assessment",
    "print_close_out",
    "print_plan",
    "propose_supervision",
    "receive_notice",
    "record_use",
    "refuse_change",
    "reopen",
    "reply_supervision",
    "report_progress",
    "report_support",
    "review_plan",
    "score",
    "send_notice",
    "sign_close_out",
    "start",
    "submit",
    "submit_plan",
    "submit_support_plan",
    "withdraw_support",
]
