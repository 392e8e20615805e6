"""Tests of the trace commit for real; what they leave is taken away by hand (cloning is ten times slower)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections

from lianxun.trace import clocks
from tests.support import cluster

_OF_THE_LOG = (
    "inbox, entry, entry_idx, shown, tile, checkpoint, cosignature, log, writer_head, quarantine, "
    "witness_state"
)


def empty_log() -> None:
    """An empty trace whose clocks begin now."""
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        server.execute("set search_path to trace")
        server.execute(f"truncate {_OF_THE_LOG}")
        server.execute("delete from progress")
        server.execute("insert into progress default values")
        server.execute("delete from setting")
        server.execute("insert into setting default values")


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database in which transactions commit; trace, accounts and units are as before afterwards."""
    with django_db_blocker.unblock():
        empty_log()
        connections["default"].__dict__.pop("lianxun_chain", None)
        with cluster.superuser(connection.settings_dict["NAME"]) as server:
            known = server.execute("select array_agg(id) from organisation_unit").fetchone()
        yield
        connections["default"].__dict__.pop("lianxun_chain", None)
        clocks._look.alarm = clocks.Alarm.NONE
        connections.close_all()
        empty_log()
        with cluster.superuser(connection.settings_dict["NAME"]) as server:
            kept = (known[0] if known else None) or []
            server.execute("delete from access_account where not unit_id = any(%s::uuid[])", [kept])
            server.execute("delete from organisation_unit where not id = any(%s::uuid[])", [kept])
