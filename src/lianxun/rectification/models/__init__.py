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

__all__ = [
    "Assessment",
    "Check",
    "CloseOut",
    "Item",
    "Press",
    "Reopening",
    "Report",
    "Review",
    "Score",
    "Use",
]
