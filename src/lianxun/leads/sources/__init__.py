"""Sealed identities of reporters (settled.md 22). Imported by ``leads.operations`` and ``leads.queries`` alone.

One data key for each sealed item. The ciphertext lies in the vault schema, the key outside of the
database, wrapped to each custodian's public key and in pieces to three escrow holders, so that erasing
the key files survives every backup of the database. The server without a custodian's passphrase cannot
read an identity.
"""

from lianxun.leads.sources.custody import change_passphrase, enrol, enrol_escrow, ready
from lianxun.leads.sources.keys import CustodyError
from lianxun.leads.sources.keystore import copies
from lianxun.leads.sources.keystore import copy as copy_keys
from lianxun.leads.sources.keystore import damaged as damaged_copy
from lianxun.leads.sources.keystore import restore as restore_keys
from lianxun.leads.sources.vault import (
    Checked,
    Identity,
    Original,
    Recovery,
    Sealed,
    Waiting,
    ask,
    ask_recovery,
    check_copy,
    decide,
    erase_keys,
    finish_recovery,
    forget,
    items,
    items_of,
    lost,
    open_granted,
    outdated,
    put,
    put_original,
    recoveries,
    release,
    reseal,
    shred,
    waiting,
)

__all__ = [
    "Checked",
    "CustodyError",
    "Identity",
    "Original",
    "Recovery",
    "Sealed",
    "Waiting",
    "ask",
    "ask_recovery",
    "change_passphrase",
    "check_copy",
    "copies",
    "copy_keys",
    "damaged_copy",
    "decide",
    "enrol",
    "enrol_escrow",
    "erase_keys",
    "finish_recovery",
    "forget",
    "items",
    "items_of",
    "lost",
    "open_granted",
    "outdated",
    "put",
    "put_original",
    "ready",
    "recoveries",
    "release",
    "reseal",
    "restore_keys",
    "shred",
    "waiting",
]
