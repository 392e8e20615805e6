"""Who gets which page and which operation: the table of ``reach``, and for objects the rule that what somebody may
not see answers him like what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.urls import URLResolver, get_resolver

from lianxun.fabric.identity import acting_as
from lianxun.web import machine
from lianxun.web.objects import _PAGES
from tests.api.test_acts import operations, send
from tests.api.test_api import caller
from tests.support import cluster
from tests.support.cast import account_id
from tests.web import every_form
from tests.web.reach import PERSONAS, rows
from tests.web.test_matrix import NOBODYS, OUTSIDE, addresses
from tests.web.test_pages import client_of

EACH = 2  # objects of a table
STRANGERS = (
    "neighbour",
    "expired",
    "contact",
    "clerk",
    "tax",
    "idle",
    "system_admin",
    "security_admin",
    "audit_admin",
)
PART_OF_PATH = re.compile(r"\{\w+\}")
PART = re.compile(r"<(?:\w+:)?(\w+)>")
# Parameters of addresses whose object has no page of its own that ``objects`` knows.
TABLES = {
    "delivery_id": "exchange_delivery",
    "obstacle_id": "inspection_obstacle",
    "account_id": "access_account",
    "appointment_id": "organisation_appointment",
    "person_id": "organisation_person",
    "unit_id": "organisation_unit",
    "template_id": "duties_dutytemplate",
}


def test_the_table_names_every_address_without_an_object() -> None:
    assert sorted(rows()) == sorted(a for a in addresses() if NOBODYS not in a)


@pytest.mark.parametrize("letter", PERSONAS)
def test_a_page_opens_to_whom_the_table_says_and_to_nobody_else(cast: Any, letter: str) -> None:
    client = client_of(PERSONAS[letter])
    opened = {a: client.get(a).status_code in (200, 302) for a in rows()}
    assert {a for a, open_ in opened.items() if open_ != (letter in rows()[a])} == set()


# --- objects -----------------------------------------------------------------------------------------


def views(
    patterns: list[Any], prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, list[str]]]:
    """(address with its parameters, name of the view, names of the parameters)."""
    for p in patterns:
        where = prefix + str(p.pattern)
        if isinstance(p, URLResolver):
            yield from views(p.url_patterns, where, p.namespace or space)
        else:
            yield where, f"{space}:{p.name}" if space else str(p.name), list(p.pattern.converters)


def ours() -> list[tuple[str, str, list[str]]]:
    return [v for v in views(get_resolver().url_patterns) if not v[0].startswith(OUTSIDE)]


def tables() -> dict[tuple[str, str], str]:
    """(first part of the address, parameter) → the table of the object, from the pages that kinds have."""
    found: dict[tuple[str, str], str] = {}
    known = {name: (where, names) for where, name, names in ours()}
    for kind, view in _PAGES.items():
        where, names = known[view]
        with connection.cursor() as cursor:
            cursor.execute("select lx.place_of(%s)::text", [kind])
            (place,) = cursor.fetchone()
        if place and len(names) == 1:
            found[where.split("/")[0], names[0]] = place
    return found


class Objects:
    """Some of every kind that the story left, and who sees them by the policies alone."""

    def __init__(self) -> None:
        self.tables = tables()
        self._ids: dict[str, list[UUID]] = {}
        self._seen: dict[tuple[str, str, UUID], bool] = {}

    def table(self, where: str, name: str) -> str | None:
        return self.tables.get((where.strip("/").split("/")[0], name)) or TABLES.get(name)

    def ids(self, table: str) -> list[UUID]:
        if table not in self._ids:
            with cluster.superuser(str(connection.settings_dict["NAME"])) as server:
                found = server.execute(f"select id from {table} order by id").fetchall()  # type: ignore[call-overload]
            self._ids[table] = [
                found[i * (len(found) - 1)][0] for i in range(min(EACH, len(found)))
            ]
        return self._ids[table]

    def seen(self, who: str, table: str, ident: UUID) -> bool:
        key = (who, table, ident)
        if key not in self._seen:
            with acting_as(account_id(who)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"select exists (select 1 from {table} where id = %s)", [ident])
                self._seen[key] = bool(cursor.fetchone()[0])
        return self._seen[key]


@pytest.fixture
def objects(story: Any) -> Objects:
    return Objects()


def names_of() -> dict[str, list[str]]:
    """The acts of a view, as the table of forms knows them."""
    found: dict[str, list[str]] = {}
    for key in every_form.rows():
        view, _, name = key.partition(" ")
        found.setdefault(view, []).append(name)
    return found


def pages(objects: Objects) -> Iterator[tuple[str, str, UUID]]:
    """(address about a real object, its table, its id)."""
    known = names_of()
    for where, view, names in ours():
        ids = [n for n in names if n.endswith("_id")]
        rest = [n for n in names if n not in ids]
        table = objects.table(where, ids[0]) if len(ids) == 1 else None
        if table is None or rest not in ([], ["name"], ["tab"]):
            continue
        words = {"": [""], "tab": ["team", "papers"], "name": known.get(view, [])}["".join(rest)]
        for ident in objects.ids(table):
            for word in words:
                filled = where.replace(f"<uuid:{ids[0]}>", str(ident))
                yield "/" + PART.sub(word.split(" ")[0], filled), table, ident


@pytest.mark.parametrize("who", STRANGERS)
def test_a_page_about_what_one_may_not_see_is_a_page_about_nothing(
    objects: Objects, who: str
) -> None:
    client = client_of(who)
    wrong, hidden, open_ = [], 0, 0
    for address, table, ident in pages(objects):
        sees = objects.seen(who, table, ident)
        status = client.get(address).status_code
        assert status < 500 or "/data/" in address, address
        hidden += not sees
        open_ += sees and status == 200
        if (not sees and status not in (403, 404)) or (status == 403 and "admin3" not in address):
            wrong.append((address, table, status))
    assert wrong == []
    assert hidden > 60


def test_the_same_pages_open_to_whom_they_are_for(objects: Objects) -> None:
    """The other half: the addresses above are real."""
    opened = {
        a
        for who in ("coordinator", "team_head", "clerk", "leader")
        for a in opened_by(objects, who)
    }
    assert len(opened) > 60


def opened_by(objects: Objects, who: str) -> set[str]:
    client = client_of(who)
    return {a for a, _, _ in pages(objects) if client.get(a).status_code == 200}


# --- by machine --------------------------------------------------------------------------------------


def acts(objects: Objects) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """(method, path, description, table) of every operation about one object whose rows are protected."""
    kinds = {t.path.strip("/"): t.room for t in machine.TABLES}
    for method, path, said in operations():
        first = path.removeprefix("/api/v1/").split("/")[0]
        with connection.cursor() as cursor:
            cursor.execute("select lx.place_of(%s)::text", [kinds.get(first, "nothing.real")])
            (table,) = cursor.fetchone()
        if table and len(PART_OF_PATH.findall(path)) == 1:
            yield method, path, said, table


def told(answer: Any) -> tuple[int, Any]:
    """What a caller learns, less what is his own call's."""
    body = answer.json() if answer.get("Content-Type", "").startswith("application/json") else None
    return answer.status_code, body


@pytest.mark.parametrize("who", ["neighbour", "expired", "contact", "tax", "idle"])
def test_an_operation_about_what_one_may_not_see_answers_as_about_nothing(
    objects: Objects, story: Any, who: str
) -> None:
    client, tried, wrong = caller(story, who), 0, []
    for method, path, said, table in acts(objects):
        for ident in objects.ids(table)[:1]:
            if objects.seen(who, table, ident):
                continue
            tried += 1
            nothing = told(send(client, method, path, said))
            about = told(send(client, method, PART_OF_PATH.sub(str(ident), path), said))
            if about != nothing or about[0] not in (403, 404, 422):
                wrong.append((method, path, nothing, about))
    assert wrong == []
    assert tried > 80
