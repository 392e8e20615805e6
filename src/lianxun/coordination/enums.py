"""States of a meeting and of what it decided; which bodies meet."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine
from lianxun.organisation.enums import ONCE_PER_REGION

# The bodies of 4.1 meet; a team or a single unit does not convene others.
BODIES = tuple(kind.value for kind in ONCE_PER_REGION)


class MeetingKind(models.TextChoices):
    """Only ``REGULAR`` fulfils the standing time limit of the body's quarterly meeting."""

    REGULAR = "regular", "定期会商"
    JOINT = "joint", "联席会议"
    INQUIRY = "inquiry", "联合研判"


class MeetingState(models.TextChoices):
    CONVENED = "convened", "已通知"
    HELD = "held", "纪要待确认"
    RETURNED = "returned", "纪要退回修改"
    CLOSED = "closed", "纪要已确认"
    CANCELLED = "cancelled", "已取消"


class DecisionState(models.TextChoices):
    """A decision binds from the moment somebody else confirmed the minutes."""

    DRAFT = "draft", "随纪要待确认"
    DROPPED = "dropped", "已撤下"
    OPEN = "open", "办理中"
    REPORTED = "reported", "待核验"
    DONE = "done", "已办结"


class PlanState(models.TextChoices):
    DRAFT = "draft", "起草"
    PROPOSED = "proposed", "委员会审议中"
    AGREED = "agreed", "报领导小组批准"
    APPROVED = "approved", "已批准"


class PlanSource(models.TextChoices):
    """Where a line of the year's plan comes from."""

    ROUND = "round", "巡视轮次"
    ENGAGEMENT = "engagement", "巡视任务"
    STANDING = "standing", "常态职责"
    CARRIED = "carried", "上年结转"


class LineState(models.TextChoices):
    DRAFT = "draft", "随计划待批准"
    OPEN = "open", "办理中"
    REPORTED = "reported", "待销号"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已撤出"


class Stance(models.TextChoices):
    """What a unit says about the question of an inquiry (W15): agreement or dissent, never a vote."""

    AGREE = "agree", "同意研判意见"
    PARTLY = "partly", "部分同意"
    DISSENT = "dissent", "不同意"


# What an inquiry can be about.
INQUIRED = (
    "inspection.engagement",
    "inspection.joint_task",
    "inspection.paper",
    "leads.lead",
    "rectification.item",
)


class Attendance(models.TextChoices):
    PRESENT = "present", "参加"
    EXCUSED = "excused", "请假"
    ABSENT = "absent", "未参加"


MEETING_TRANSITIONS = (
    (MeetingState.CONVENED, MeetingState.HELD),
    (MeetingState.CONVENED, MeetingState.CANCELLED),
    (MeetingState.HELD, MeetingState.RETURNED),
    (MeetingState.HELD, MeetingState.CLOSED),
    (MeetingState.RETURNED, MeetingState.HELD),
)
DECISION_TRANSITIONS = (
    (DecisionState.DRAFT, DecisionState.DROPPED),
    (DecisionState.DRAFT, DecisionState.OPEN),
    (DecisionState.OPEN, DecisionState.REPORTED),
    (DecisionState.REPORTED, DecisionState.OPEN),
    (DecisionState.REPORTED, DecisionState.DONE),
)
PLAN_TRANSITIONS = (
    (PlanState.DRAFT, PlanState.PROPOSED),
    (PlanState.PROPOSED, PlanState.DRAFT),
    (PlanState.PROPOSED, PlanState.AGREED),
    (PlanState.AGREED, PlanState.DRAFT),
    (PlanState.AGREED, PlanState.APPROVED),
)
LINE_TRANSITIONS = (
    (LineState.DRAFT, LineState.OPEN),
    (LineState.DRAFT, LineState.WITHDRAWN),
    (LineState.OPEN, LineState.REPORTED),
    (LineState.OPEN, LineState.WITHDRAWN),
    (LineState.REPORTED, LineState.OPEN),
    (LineState.REPORTED, LineState.CLOSED),
    (LineState.REPORTED, LineState.WITHDRAWN),  # only by being carried into the next plan
)
MACHINES = {
    "coordination_yearplan": Machine.of(PlanState.DRAFT, moves=PLAN_TRANSITIONS),
    "coordination_planline": Machine.of(LineState.DRAFT, moves=LINE_TRANSITIONS),
    "coordination_meeting": Machine.of(MeetingState.CONVENED, moves=MEETING_TRANSITIONS),
    "coordination_decision": Machine.of(DecisionState.DRAFT, moves=DECISION_TRANSITIONS),
}
