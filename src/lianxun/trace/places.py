"""Where the programs of the trace find the database and the log's key."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from lianxun.kernel.ids import new_id
from lianxun.trace.notes import NOTE_KEY, Signer
from lianxun.trace.witness import load_or_make_key


def conninfo(alias: str) -> str:
    """The connection string of a database alias, for programs that use psycopg alone."""
    found = connections[alias].settings_dict
    extra = {key: value for key, value in found["OPTIONS"].items() if key != "pool"}
    return make_conninfo(
        host=found["HOST"],
        port=found["PORT"],
        dbname=found["NAME"],
        user=found["USER"],
        password=found["PASSWORD"],
        **extra,
    )


def log_signer() -> Signer:
    """The key of this installation's log, made at first use; only the sequencer reads it."""
    path = Path(settings.LIANXUN_INSTANCE) / "trace" / "log.key"
    name = f"lianxun/log/{new_id().hex[-12:]}"
    return load_or_make_key(path, name, NOTE_KEY)
