"""Acts on leads, split by topic."""

from lianxun.leads.operations.disposal import dispose, feed_back, finish, record_result
from lianxun.leads.operations.identity import (
    ask_identity,
    decide_opening,
    enrol_custodian,
    open_identity,
    shred_identity,
)
from lianxun.leads.operations.intake import (
    approve,
    forward,
    refuse_sealed,
    register,
    return_lead,
    screen,
    study,
)
from lianxun.leads.operations.receipt import object_transfer, receive, receive_many
from lianxun.leads.operations.transfer import hand_over, transfer

__all__ = [
    "approve",
    "ask_identity",
    "decide_opening",
    "dispose",
    "enrol_custodian",
    "feed_back",
    "finish",
    "forward",
    "hand_over",
    "object_transfer",
    "open_identity",
    "receive",
    "receive_many",
    "record_result",
    "refuse_sealed",
    "register",
    "return_lead",
    "screen",
    "shred_identity",
    "study",
    "transfer",
]
