"""The front door for reading: items and assessments."""

from lianxun.rectification.queries.assessments import assessment, assessments, ready_to_assess
from lianxun.rectification.queries.items import find, item, items

__all__ = ["assessment", "assessments", "find", "item", "items", "ready_to_assess"]
