"""Rows of the room: requests with what was delivered and said, and standing agreements of sharing."""

from lianxun.exchange.models.requests import (
    Delivery,
    Incoming,
    InfoRequest,
    Question,
    RefusalReceipt,
    Statement,
    UnitKey,
)
from lianxun.exchange.models.sharing import FirstReading, Sharing

__all__ = [
    "Delivery",
    "FirstReading",
    "Incoming",
    "InfoRequest",
    "Question",
    "RefusalReceipt",
    "Sharing",
    "Statement",
    "UnitKey",
]
