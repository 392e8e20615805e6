"""Reads of the room, split by topic."""

from lianxun.advice.queries.about_lead import for_lead
from lianxun.advice.queries.reading_aloud import check_text

__all__ = ["check_text", "for_lead"]
