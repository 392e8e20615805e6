"""Rows of the rectification room."""

from lianxun.rectification.models.assessments import Assessment, Score
from lianxun.rectification.models.items import (
    Check,
    CloseOut,
    Item,
    Press,
    Reopening,
    Report,
    Review,
    Use,
)
from lianxun.rectification.models.supervising import (
    Escalation,
    Reply,
    SiteFinding,
    Supervised,
    Supervision,
    Supervisor,
)
from lianxun.rectification.models.supporting import Helper, Support, SupportChange, SupportPlan

__all__ = [
    "Assessment",
    "Check",
    "CloseOut",
    "Escalation",
    "Helper",
    "Item",
    "Press",
    "Reopening",
    "Reply",
    "Report",
    "Review",
    "Score",
    "SiteFinding",
    "Supervised",
    "Supervision",
    "Supervisor",
    "Support",
    "SupportChange",
    "SupportPlan",
    "Use",
]
