"""An actor without the sample world, and direct looks at the inbox as the sequencer sees it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.apps import apps
from django.db import connection, connections

from lianxun.access.enums import NO_LEVEL, THREE_ADMINS
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from tests.support import cluster


@dataclass(frozen=True)
class InboxRow:
    writer: UUID
    wseq: int
    prev: bytes
    body: bytes
    leaf: bytes

    @property
    def record(self) -> dict[str, Any]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


def inbox(*, using: str = "default") -> list[InboxRow]:
    """The rows of the inbox in order, read as the superuser inside or outside the transaction."""
    with connections[using].cursor() as cursor:
        cursor.execute("select writer, wseq, prev, body, leaf from trace.inbox order by id")
        return [InboxRow(w, n, bytes(p), bytes(b), bytes(x)) for w, n, p, b, x in cursor]


def committed_inbox() -> list[InboxRow]:
    """What a second connection sees: committed rows only."""
    return inbox(using="seq")


def put(server: psycopg.Connection[Any], label: str, **values: Any) -> None:
    """Insert a row of a model past row security; columns not named get the model's defaults."""
    model = apps.get_model(label)
    columns, given = [], []
    for field in model._meta.concrete_fields:
        value = values[field.attname] if field.attname in values else field.get_default()
        if value is None and not field.null:
            value = ""
        columns.append(field.column)
        given.append(field.get_db_prep_save(value, connection))
    marks = ", ".join(["%s"] * len(columns))
    server.execute(
        f"insert into {model._meta.db_table} ({', '.join(columns)}) values ({marks})", given
    )


def make_account(*roles: str, clearance: int = 2, duties: tuple[str, ...] = ()) -> Actor:
    """A unit with one account, inserted past row security."""
    unit, account = new_id(), new_id()
    path = f"{unit.hex[-6:]}/"
    if set(roles) & set(THREE_ADMINS):
        clearance = NO_LEVEL
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        put(server, "organisation.Unit", **unit_values(unit, path))
        put(
            server,
            "access.Account",
            id=account,
            username=account.hex,
            unit_id=unit,
            display_name="某人",
            clearance=clearance,
            roles=list(roles),
            duties=list(duties),
            created_at=datetime.now(UTC),
        )
    return Actor(
        account_id=account,
        person_id=None,
        name="某人",
        unit_id=unit,
        unit_name="某单位",
        unit_path=path,
        clearance=clearance,
        roles=frozenset(roles),
        duties=frozenset(duties),
        session="session-digest",
    )


def unit_values(unit: UUID, path: str, name: str = "某单位") -> dict[str, Any]:
    return {
        "id": unit,
        "created_at": datetime.now(UTC),
        "code": unit.hex,
        "name": name,
        "short_name": name,
        "kind": "member_unit",
        "tier": "province",
        "region": 330000,
        "path": path,
        "valid_from": date(2020, 1, 1),
    }


def chains(rows: list[InboxRow]) -> dict[UUID, list[InboxRow]]:
    """Rows by writer, after checking that each chain is whole and each leaf is of its body."""
    found: dict[UUID, list[InboxRow]] = {}
    for row in rows:
        chain = found.setdefault(row.writer, [])
        assert row.wseq == len(chain) + 1
        assert row.prev == (chain[-1].leaf if chain else b"\0" * 32)
        assert row.leaf == hashlib.sha256(b"\0" + row.body).digest()
        said = row.record
        assert (said["writer"], said["wseq"], said["prev"]) == (
            str(row.writer),
            row.wseq,
            row.prev.hex(),
        )
        chain.append(row)
    return found
