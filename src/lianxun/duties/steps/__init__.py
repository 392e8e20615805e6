"""What upper rooms call inside their own operation: open, fulfil, pause, shift. Same transaction.

An upper room opens a duty when an act starts a clock and fulfils it when the act that the clock waits
for happens. It never computes a date itself.
"""

from lianxun.duties.steps.closing import cancel, fulfil, fulfil_duty
from lianxun.duties.steps.counting import Kept, KeptCase, counted_from, kept_cases, kept_counts
from lianxun.duties.steps.ending import Ends, ends_of
from lianxun.duties.steps.milestones import (
    ENGAGEMENT_KIND,
    hand_over,
    milestone_templates,
    open_milestones,
    planned,
    shift,
    shift_agreed,
    wanted_occurrences,
)
from lianxun.duties.steps.noticing import notify
from lianxun.duties.steps.opening import (
    due_day,
    open_duty,
    open_ids,
    open_occurrences,
    relabel,
    template_named,
)
from lianxun.duties.steps.pausing import (
    extend,
    pause_all,
    pause_object,
    resume_all,
    resume_object,
)
from lianxun.duties.steps.recorded import Standing, fulfil_quarter, fulfil_standing, quarterly

__all__ = [
    "ENGAGEMENT_KIND",
    "Ends",
    "Kept",
    "KeptCase",
    "Standing",
    "cancel",
    "counted_from",
    "due_day",
    "ends_of",
    "extend",
    "fulfil",
    "fulfil_duty",
    "fulfil_quarter",
    "fulfil_standing",
    "hand_over",
    "kept_cases",
    "kept_counts",
    "milestone_templates",
    "notify",
    "open_duty",
    "open_ids",
    "open_milestones",
    "open_occurrences",
    "pause_all",
    "pause_object",
    "planned",
    "quarterly",
    "relabel",
    "resume_all",
    "resume_object",
    "shift",
    "shift_agreed",
    "template_named",
    "wanted_occurrences",
]
