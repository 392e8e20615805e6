"""The front door for reading: everything the room shows."""

from lianxun.inspection.queries.asks import (
    asked_by_cause,
    asked_for_task,
    look_back_ask,
    look_back_asks,
)
from lianxun.inspection.queries.burden import burden, support
from lianxun.inspection.queries.collaboration import collaboration
from lianxun.inspection.queries.courses import courses
from lianxun.inspection.queries.dates import preview_round_dates, round_dates
from lianxun.inspection.queries.depth import (
    corroboration,
    corroborations,
    coverage,
    earlier_papers,
    obstacles,
    seat,
)
from lianxun.inspection.queries.joint import joint_task, joint_tasks
from lianxun.inspection.queries.linkage import linkage
from lianxun.inspection.queries.lists import (
    engagement,
    engagements,
    find,
    paper,
    round_page,
    rounds,
    workspaces,
)
from lianxun.inspection.queries.phases import phase_task, round_chart
from lianxun.inspection.queries.synergy import rounds_of_year, together
from lianxun.inspection.queries.team import suggest_team

__all__ = [
    "asked_by_cause",
    "asked_for_task",
    "burden",
    "collaboration",
    "corroboration",
    "corroborations",
    "courses",
    "coverage",
    "earlier_papers",
    "engagement",
    "engagements",
    "find",
    "joint_task",
    "joint_tasks",
    "linkage",
    "look_back_ask",
    "look_back_asks",
    "obstacles",
    "paper",
    "phase_task",
    "preview_round_dates",
    "round_chart",
    "round_dates",
    "round_page",
    "rounds",
    "rounds_of_year",
    "seat",
    "suggest_team",
    "support",
    "together",
    "workspaces",
]
