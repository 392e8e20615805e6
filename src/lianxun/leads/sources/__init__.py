"""Sealed identities of reporters (settled.md 22). Imported by ``leads.operations`` and ``leads.queries`` alone.

One data key per lead. The ciphertext lies in the vault schema, the key outside of the database, wrapped
to each custodian's public key, so that erasing the key files survives every backup of the database.
The server without a custodian's passphrase cannot read an identity.
"""

from lianxun.leads.sources.custody import CustodyError, enrol, ready
from lianxun.leads.sources.vault import (
    Identity,
    Waiting,
    ask,
    decide,
    open_granted,
    put,
    shred,
    waiting,
)

__all__ = [
    "CustodyError",
    "Identity",
    "Waiting",
    "ask",
    "decide",
    "enrol",
    "open_granted",
    "put",
    "ready",
    "shred",
    "waiting",
]
