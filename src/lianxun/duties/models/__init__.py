"""Templates, duties, their history, letters and the table of working days."""

from lianxun.duties.models.clocks import (
    CalendarVersion,
    Duty,
    DutyChange,
    DutyPause,
    DutyTemplate,
    OfObject,
    WorkDay,
)
from lianxun.duties.models.telling import Answering, Dispatch, DispatchLine, Letter, Notice

__all__ = [
    "Answering",
    "CalendarVersion",
    "Dispatch",
    "DispatchLine",
    "Duty",
    "DutyChange",
    "DutyPause",
    "DutyTemplate",
    "Letter",
    "Notice",
    "OfObject",
    "WorkDay",
]
