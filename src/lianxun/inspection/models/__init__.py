"""Rounds and engagements, and what belongs to one engagement."""

from lianxun.inspection.models.asks import LookBackAsk
from lianxun.inspection.models.dates import RoundDates
from lianxun.inspection.models.engagement import Engagement, Gate, LookBackFinding, Obstacle, Pause
from lianxun.inspection.models.focus import Focus, MemberChange
from lianxun.inspection.models.joint import JointEntry, JointTask
from lianxun.inspection.models.papers import Corroboration, CrossCheck, Paper, Signature
from lianxun.inspection.models.phases import PhaseTask
from lianxun.inspection.models.preparing import Consultation, ListLine, Plan
from lianxun.inspection.models.rounds import Round, RoundCheck
from lianxun.inspection.models.team import Seat

__all__ = [
    "Consultation",
    "Corroboration",
    "CrossCheck",
    "Engagement",
    "Focus",
    "Gate",
    "JointEntry",
    "JointTask",
    "ListLine",
    "LookBackAsk",
    "LookBackFinding",
    "MemberChange",
    "Obstacle",
    "Paper",
    "Pause",
    "PhaseTask",
    "Plan",
    "Round",
    "RoundCheck",
    "RoundDates",
    "Seat",
    "Signature",
]
