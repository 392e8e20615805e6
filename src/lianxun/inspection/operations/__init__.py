"""Acts of the inspection room, split by topic."""

from lianxun.inspection.operations.consult import (
    add_line,
    draft_plan,
    issue_list,
    record_consultation,
    submit_plan,
)
from lianxun.inspection.operations.obstacles import record_obstacle, remove_obstacle
from lianxun.inspection.operations.papers import (
    carry_forward,
    corroborate,
    draft_paper,
    return_paper,
    revise_paper,
    sign_paper,
)
from lianxun.inspection.operations.pauses import ask_pause, resume
from lianxun.inspection.operations.rounds import open_round, plan_engagement, submit_round
from lianxun.inspection.operations.stages import (
    advance,
    ask_extension,
    give_feedback,
    pass_gate,
    reschedule,
    submit_report,
)
from lianxun.inspection.operations.team import (
    confirm_team,
    object_to_seat,
    propose_seat,
    replace_seat,
)

__all__ = [
    "add_line",
    "advance",
    "ask_extension",
    "ask_pause",
    "carry_forward",
    "confirm_team",
    "corroborate",
    "draft_paper",
    "draft_plan",
    "give_feedback",
    "issue_list",
    "object_to_seat",
    "open_round",
    "pass_gate",
    "plan_engagement",
    "propose_seat",
    "record_consultation",
    "record_obstacle",
    "remove_obstacle",
    "replace_seat",
    "reschedule",
    "resume",
    "return_paper",
    "revise_paper",
    "sign_paper",
    "submit_plan",
    "submit_report",
    "submit_round",
]
