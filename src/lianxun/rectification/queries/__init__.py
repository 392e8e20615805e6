"""The front door for reading: items and assessments."""

from lianxun.rectification.queries.assessments import assessment, assessments, ready_to_assess
from lianxun.rectification.queries.items import find, item, items, items_named
from lianxun.rectification.queries.measures import after_presence, inherited, support, used
from lianxun.rectification.queries.proposing import (
    ready_to_supervise,
    suggested,
    supervision_of,
)
from lianxun.rectification.queries.supervisions import supervised, supervision, supervisions
from lianxun.rectification.queries.supports import (
    support_line,
    support_plan,
    support_plans,
    supports_of,
)

__all__ = [
    "after_presence",
    "assessment",
    "assessments",
    "find",
    "inherited",
    "item",
    "items",
    "items_named",
    "ready_to_assess",
    "ready_to_supervise",
    "suggested",
    "supervised",
    "supervision",
    "supervision_of",
    "supervisions",
    "support",
    "support_line",
    "support_plan",
    "support_plans",
    "supports_of",
    "used",
]
