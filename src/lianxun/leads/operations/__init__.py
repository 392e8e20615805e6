"""Acts on leads, split by topic."""

from lianxun.leads.operations.copies import check_copy, copy_keys, restore_keys
from lianxun.leads.operations.custody import (
    ask_recovery,
    change_passphrase,
    enrol_custodian,
    enrol_escrow,
    finish_recovery,
    release_pieces,
    reseal,
)
from lianxun.leads.operations.disposal import dispose, feed_back, finish, record_result
from lianxun.leads.operations.identity import (
    ask_identity,
    attach_sealed,
    decide_opening,
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
from lianxun.leads.operations.material import attach
from lianxun.leads.operations.receipt import object_transfer, receive, receive_many
from lianxun.leads.operations.transfer import hand_over, transfer

__all__ = [
    "approve",
    "ask_identity",
    "ask_recovery",
    "attach",
    "attach_sealed",
    "change_passphrase",
    "check_copy",
    "copy_keys",
    "decide_opening",
    "dispose",
    "enrol_custodian",
    "enrol_escrow",
    "feed_back",
    "finish",
    "finish_recovery",
    "forward",
    "hand_over",
    "object_transfer",
    "open_identity",
    "receive",
    "receive_many",
    "record_result",
    "refuse_sealed",
    "register",
    "release_pieces",
    "reseal",
    "restore_keys",
    "return_lead",
    "screen",
    "shred_identity",
    "study",
    "transfer",
]
