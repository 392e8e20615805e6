"""The front door for reading: everything the room shows."""

from lianxun.duties.calendar_table import current_calendar as calendar
from lianxun.duties.queries.answering import answering, chain, my_post
from lianxun.duties.queries.boards import province_board, task_board, unit_board
from lianxun.duties.queries.desk import (
    Late,
    burning,
    clocks_of,
    late,
    running,
    timeline,
    timelines,
)
from lianxun.duties.queries.dispatch import dispatch, dispatch_desk, dispatch_line, dispatches
from lianxun.duties.queries.feed import calendar_feed, calendar_page, calendar_versions
from lianxun.duties.queries.lists import (
    FILTERS,
    amount_of,
    duties,
    duties_of,
    duty,
    letters,
    my_duties,
    template,
    templates,
    titles,
)
from lianxun.duties.queries.preview import (
    on_site_end,
    preview_extension,
    preview_pause,
    preview_resume,
    preview_shift,
    preview_template,
)
from lianxun.duties.queries.rates import kept, rates, warned
from lianxun.duties.queries.telling import notices

__all__ = [
    "FILTERS",
    "Late",
    "amount_of",
    "answering",
    "burning",
    "calendar",
    "calendar_feed",
    "calendar_page",
    "calendar_versions",
    "chain",
    "clocks_of",
    "dispatch",
    "dispatch_desk",
    "dispatch_line",
    "dispatches",
    "duties",
    "duties_of",
    "duty",
    "kept",
    "late",
    "letters",
    "my_duties",
    "my_post",
    "notices",
    "on_site_end",
    "preview_extension",
    "preview_pause",
    "preview_resume",
    "preview_shift",
    "preview_template",
    "province_board",
    "rates",
    "running",
    "task_board",
    "template",
    "templates",
    "timeline",
    "timelines",
    "titles",
    "unit_board",
    "warned",
]
