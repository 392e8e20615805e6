"""The front door for reading: items and assessments."""

from lianxun.rectification.queries.assessments import assessment, assessments, ready_to_assess
from lianxun.rectification.queries.items import find, item, items
from lianxun.rectification.queries.measures import inherited, support

__all__ = [
    "assessment",
    "assessments",
    "find",
    "inherited",
    "item",
    "items",
    "ready_to_assess",
    "support",
]
