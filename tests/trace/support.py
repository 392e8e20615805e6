"""An actor without the sample world, and direct looks at the inbox as the sequencer sees it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, connections

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


def make_account(*roles: str, clearance: int = 2, duties: tuple[str, ...] = ()) -> Actor:
    """A unit with one account, inserted past row security."""
    unit, account = new_id(), new_id()
    path = f"{unit.hex[-6:]}/"
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        server.execute(
            "insert into organisation_unit(id, revision, created_at, code, name, short_name, pinyin, "
            "kind, tier, region, path, valid_from) values (%s, 1, now(), %s, '某单位', '某单位', '', "
            "'member_unit', 'province', 330000, %s, '2020-01-01')",
            [unit, unit.hex, path],
        )
        server.execute(
            "insert into access_account(id, password, username, email, unit_id, display_name, "
            "clearance, roles, duties, compartments, service, is_active, blocked_reason, created_at) "
            "values (%s, '', %s, '', %s, '某人', %s, %s, %s, '{}', '', true, '', now())",
            [account, account.hex, unit, clearance, list(roles), list(duties)],
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
