"""Reads of the room, split by topic."""

from lianxun.advice.queries.about_lead import for_lead
from lianxun.advice.queries.alike import similar_leads
from lianxun.advice.queries.desk import desk, queue
from lianxun.advice.queries.models import bias, model, models, release, training
from lianxun.advice.queries.reading_aloud import check_text

__all__ = [
    "bias",
    "check_text",
    "desk",
    "for_lead",
    "model",
    "models",
    "queue",
    "release",
    "similar_leads",
    "training",
]
