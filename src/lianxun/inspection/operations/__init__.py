"""Acts of the inspection room, split by topic."""

from lianxun.inspection.operations.asks import decline_look_back, take_look_back
from lianxun.inspection.operations.consult import (
    add_line,
    draft_plan,
    issue_list,
    issue_minutes,
    issue_plan,
    record_consultation,
    submit_plan,
)
from lianxun.inspection.operations.corroboration import (
    answer_corroboration,
    ask_corroboration,
    withdraw_corroboration,
)
from lianxun.inspection.operations.cross_checks import cross_check
from lianxun.inspection.operations.dates import change_round_dates
from lianxun.inspection.operations.evaluation import issue_evaluation
from lianxun.inspection.operations.focus import drop_focus, propose_member_change, set_focus
from lianxun.inspection.operations.joint import (
    accept_joint_task,
    assign_joint_task,
    plan_joint_task,
    reassign_joint_task,
    split_joint_task,
)
from lianxun.inspection.operations.joint_work import (
    close_joint_task,
    link_joint_request,
    record_joint_entry,
    return_joint_task,
    submit_joint_task,
    verify_joint_task,
)
from lianxun.inspection.operations.look_back import record_look_back
from lianxun.inspection.operations.obstacles import record_obstacle, remove_obstacle
from lianxun.inspection.operations.papers import (
    carry_forward,
    draft_paper,
    return_paper,
    revise_paper,
    sign_paper,
)
from lianxun.inspection.operations.pauses import ask_pause, ask_resume
from lianxun.inspection.operations.phases import (
    add_phase_task,
    issue_preparation_list,
    lay_out_phases,
    report_phase_task,
    return_phase_task,
    strike_phase_task,
    withdraw_phase_task,
)
from lianxun.inspection.operations.rounds import (
    close_round,
    open_round,
    pass_check,
    plan_engagement,
    submit_round,
)
from lianxun.inspection.operations.secondment import issue_secondment
from lianxun.inspection.operations.stages import (
    advance,
    ask_extension,
    give_feedback,
    pass_gate,
    reschedule,
    submit_report,
)
from lianxun.inspection.operations.taking_back import drop_line, withdraw_gate
from lianxun.inspection.operations.team import (
    Pick,
    confirm_team,
    object_to_seat,
    propose_seat,
    propose_team,
    replace_seat,
    settle_objection,
    stand_down,
)

__all__ = [
    "Pick",
    "accept_joint_task",
    "add_line",
    "add_phase_task",
    "advance",
    "answer_corroboration",
    "ask_corroboration",
    "ask_extension",
    "ask_pause",
    "ask_resume",
    "assign_joint_task",
    "carry_forward",
    "change_round_dates",
    "close_joint_task",
    "close_round",
    "confirm_team",
    "cross_check",
    "decline_look_back",
    "draft_paper",
    "draft_plan",
    "drop_focus",
    "drop_line",
    "give_feedback",
    "issue_evaluation",
    "issue_list",
    "issue_minutes",
    "issue_plan",
    "issue_preparation_list",
    "issue_secondment",
    "lay_out_phases",
    "link_joint_request",
    "object_to_seat",
    "open_round",
    "pass_check",
    "pass_gate",
    "plan_engagement",
    "plan_joint_task",
    "propose_member_change",
    "propose_seat",
    "propose_team",
    "reassign_joint_task",
    "record_consultation",
    "record_joint_entry",
    "record_look_back",
    "record_obstacle",
    "remove_obstacle",
    "replace_seat",
    "report_phase_task",
    "reschedule",
    "return_joint_task",
    "return_paper",
    "return_phase_task",
    "revise_paper",
    "set_focus",
    "settle_objection",
    "sign_paper",
    "split_joint_task",
    "stand_down",
    "strike_phase_task",
    "submit_joint_task",
    "submit_plan",
    "submit_report",
    "submit_round",
    "take_look_back",
    "verify_joint_task",
    "withdraw_corroboration",
    "withdraw_gate",
    "withdraw_phase_task",
]
