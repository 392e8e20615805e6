"""The front door for writing. Upper rooms open and close duties through ``steps``."""

from lianxun.duties.operations.acts import (
    acknowledge_letter,
    extend_duty,
    mark_read,
    reassign,
    revise_template,
)
from lianxun.duties.operations.answering import confirm_responsibility
from lianxun.duties.operations.bulletin import issue_bulletin
from lianxun.duties.operations.calendar import import_calendar
from lianxun.duties.operations.dispatch import (
    answer_instruction,
    begin_dispatch,
    close_dispatch,
    instruct,
    renew_dispatch,
    take_instruction,
    waive_line,
)
from lianxun.duties.operations.letters import print_letters
from lianxun.duties.operations.standing import open_standing, open_standing_years, report_done
from lianxun.duties.operations.tick import tick

__all__ = [
    "acknowledge_letter",
    "answer_instruction",
    "begin_dispatch",
    "close_dispatch",
    "confirm_responsibility",
    "extend_duty",
    "import_calendar",
    "instruct",
    "issue_bulletin",
    "mark_read",
    "open_standing",
    "open_standing_years",
    "print_letters",
    "reassign",
    "renew_dispatch",
    "report_done",
    "revise_template",
    "take_instruction",
    "tick",
    "waive_line",
]
