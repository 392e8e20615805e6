"""The front door for reading: requests, questions, receipts, keys, what a pack would ask."""

from lianxun.exchange.queries.questions import question, questions
from lianxun.exchange.queries.registers import keys, pack_lines, providers, receipts
from lianxun.exchange.queries.requests import (
    asked_about,
    find,
    held_already,
    incoming,
    request,
    requests,
    unjustly_refused,
)
from lianxun.exchange.queries.sharing import shared_data, sharing, sharings

__all__ = [
    "asked_about",
    "find",
    "held_already",
    "incoming",
    "keys",
    "pack_lines",
    "providers",
    "question",
    "questions",
    "receipts",
    "request",
    "requests",
    "shared_data",
    "sharing",
    "sharings",
    "unjustly_refused",
]
