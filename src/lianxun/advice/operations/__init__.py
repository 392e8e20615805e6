"""Acts of the room, split by topic."""

from lianxun.advice.operations.asking import ask_similar
from lianxun.advice.operations.deciding import HUMAN, accept, decide, record_element
from lianxun.advice.operations.learning import cancel_training, start_training
from lianxun.advice.operations.preparing import prepare, request_again, sweep
from lianxun.advice.operations.releasing import (
    confirm_release,
    propose_release,
    reject_release,
    rollback,
)

__all__ = [
    "HUMAN",
    "accept",
    "ask_similar",
    "cancel_training",
    "confirm_release",
    "decide",
    "prepare",
    "propose_release",
    "record_element",
    "reject_release",
    "request_again",
    "rollback",
    "start_training",
    "sweep",
]
