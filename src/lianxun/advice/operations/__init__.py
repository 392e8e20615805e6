"""Acts of the room, split by topic."""

from lianxun.advice.operations.deciding import HUMAN, accept, decide, record_element
from lianxun.advice.operations.preparing import prepare, request_again

__all__ = ["HUMAN", "accept", "decide", "prepare", "record_element", "request_again"]
