"""T2: a word of its own stands in every text column of every row; nothing shows beyond the field policy.

Each role, with each clearance, goes to lists, exports (CSV and workbook), details, search, the machine
interface (JSON): every word that shows must be of a row its reader may read, and of a column that the
policy (``fields.py``) allows there. Planted faults: a column more in each of the channels is found.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models

from tests.access import fields, worlds
from tests.access.surfaces import ROOMS, Room, View
from tests.access.test_surfaces import world_of
from tests.support import cluster

pytestmark = pytest.mark.long  # every role at every page of eight rooms takes minutes
SEED = 71
ROLES = (
    *("clerk", "leader", "coordinator", "liaison_officer", "team_leader", "inspector"),
    *("expert", "contact"),
)
# Parts of the objects above that their pages show.
PARTS = (
    *("rectification_check", "rectification_report", "rectification_press", "rectification_review"),
    *("exchange_delivery", "exchange_statement", "approvals_vote"),
)
_WORD = re.compile(r"f(\d{2})c(\d{2})n(\d{3})z")
Found = tuple[str, str, UUID]


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


def _columns(table: str) -> list[str]:
    """Free texts with room for a word: no codes, no choices, no labels, no hashes."""
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    wanted = worlds.WANTED.get(table, {})
    return [
        f.column
        for f in model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField)
        and not f.choices
        and (f.max_length or 99) >= 16
        and f.column not in (*worlds.LABELS, *wanted, "object_kind", "state", "sha256", "sm3")
        and not f.column.endswith(("_code", "_kind", "template_code", "preset", "anchor"))
    ]


@dataclass
class Planted:
    """Every word and what it stands for."""

    world: worlds.World
    tables: tuple[str, ...]
    columns: dict[str, list[str]] = field(default_factory=dict)

    def plant(self, server: Any) -> None:
        server.execute("set session_replication_role = replica")
        for t, table in enumerate(self.tables):
            self.columns[table] = _columns(table)
            for n, what in enumerate(self.world.things[table]):
                said = ", ".join(f'"{column}" = %s' for column in self.columns[table])
                words = [f"f{t:02}c{c:02}n{n:03}z" for c in range(len(self.columns[table]))]
                if said:
                    server.execute(
                        f"update {table} set {said} where id = %s".encode(), [*words, what.id]
                    )
        server.execute("set session_replication_role = origin")

    def found_in(self, text: str) -> set[Found]:
        return {
            (
                table := self.tables[int(t)],
                self.columns[table][int(c)],
                self.world.things[table][int(n)].id,
            )
            for t, c, n in _WORD.findall(text)
        }


@pytest.fixture
def planted(server: Any) -> Planted:
    tables = (*ROOMS, *PARTS)
    world = world_of(server, SEED, people=len(ROLES) * 2, things=24, tables=tables)
    for number, who in enumerate(world.people):
        server.execute(
            "update access_account set roles = %s, clearance = %s where id = %s",
            [[ROLES[number % len(ROLES)]], (who.clearance, 3)[number % 3 == 0], who.id],
        )
        who.clearance = (who.clearance, 3)[number % 3 == 0]
    found = Planted(world, tables)
    found.plant(server)
    return found


def _text_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":  # a workbook: every text part of it
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return unescape(body.decode("utf-8", "replace"))


class Eye:
    """One person, every channel; ``seen[channel]`` = what showed."""

    def __init__(self, planted: Planted, who: Any) -> None:
        self.planted, self.who = planted, who
        self.view = View(planted.world, SEED, who, deaf=True)
        self.seen: dict[str, set[Found]] = {}

    def note(self, channel: str, answer: Any) -> str:
        assert answer.status_code < 500, (channel, self.who)
        text = _text_of(answer)
        self.seen.setdefault(channel, set()).update(self.planted.found_in(text))
        return text

    def all_columns(self, room: Room) -> str:
        """The reader has chosen every column there is: an export writes the chosen ones."""
        page = _text_of(self.view.client.get(room.list_url))
        chosen = dict.fromkeys(re.findall(r'name="columns" value="([^"]+)"', page))
        words = "&".join(f"columns={key}" for key in chosen)
        return f"{room.list_url}?set_columns=1&{words}"

    def look(self, room: Room, most: int) -> None:
        client = self.view.client
        client.get(self.all_columns(room))
        self.note("list", client.get(room.list_url))
        if room.exports:
            for suffix in ("csv", "xlsx"):
                sent = {"purpose": "check", "format": suffix}
                self.note("export", client.post(room.list_url, sent))
        things = self.planted.world.things[room.table]
        readable = self.view.readable(room.table)
        for what in [t for t in things if t.id in readable][:most]:
            self.note("page", client.get(room.detail_url.format(id=what.id)))
            self.note("page", client.get(f"/trace/of/{room.shelf.kind}/{what.id}/"))
            if room.api:
                self.note("json", self.view.machine.get(f"/api/v1/{room.api}/{what.id}"))
        if room.api:
            self.note("json", self.view.machine.get(f"/api/v1/{room.api}"))

    def look_everywhere(self, most: int = 3) -> None:
        for room in ROOMS.values():
            self.look(room, most)
        for url in ("/", "/boards/unit/", "/duties/feed.ics", "/advice/"):
            self.note("page", self.view.client.get(url))
        for url in ("duties", "approvals", "files", "engagements", "letters"):
            self.note("json", self.view.machine.get(f"/api/v1/{url}"))
        self.note("search", self.view.client.get("/search/?q=f00"))

    def beyond(self) -> list[str]:
        """What showed although the row, or the column in this channel, is not for this reader."""
        wrong = []
        policies = {"list": fields.LIST, "export": fields.LIST, "json": fields.JSON,
                    "search": fields.SEARCH}  # fmt: skip
        for channel, found in self.seen.items():
            for table, column, row in sorted(found, key=str):
                if row not in self.view.readable(table) and not self.of_a_readable(table, row):
                    wrong.append(f"{channel}: {table}.{column} of a row that is not for him")
                elif (table, column) in fields.NEVER:
                    wrong.append(f"{channel}: {table}.{column} is for nobody")
                elif channel in policies and column not in policies[channel].get(table, ()):
                    wrong.append(f"{channel}: {table}.{column}")
        return wrong

    def of_a_readable(self, table: str, row: UUID) -> bool:
        return False


def test_nothing_shows_beyond_the_field_policy(planted: Planted) -> None:
    shown: dict[str, set[tuple[str, str]]] = {}
    looks, beyond = 0, dict[str, Any]()
    for who in planted.world.people:
        eye = Eye(planted, who)
        eye.look_everywhere()
        beyond |= dict.fromkeys(eye.beyond(), who)
        for channel, found in eye.seen.items():
            shown.setdefault(channel, set()).update((t, c) for t, c, _ in found)
            looks += len(found)
    assert beyond == {}, "\n".join(sorted(beyond))
    told = {channel: len(columns) for channel, columns in shown.items()}
    print(f"T2: {looks:,} words of {told} columns seen by {len(ROLES)} roles, 0 beyond the policy")
    # The trial is awake: every channel showed something, and every column a list may carry did.
    assert set(shown) == {"list", "export", "page", "json", "search"}
    assert len(shown["page"]) > len(shown["list"]) >= 8
    assert shown["list"] >= {("leads_lead", "title"), ("rectification_item", "title")}
    assert not shown["list"] & fields.NAMES
    assert ("leads_lead", "summary") in shown["json"]


# --- planted faults --------------------------------------------------------------------------------


def _more_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field more in an answer to machines."""
    from lianxun.api import service

    original = service.read

    def read(request: Any, act: str, call: Any) -> Any:
        found = original(request, act, call)
        if act == "lead":
            return {k: getattr(found, k) for k in found.__slots__} | {"summary": found.object_name}
        return found

    monkeypatch.setattr("lianxun.api.routes.read", read)


def _more_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column more in a list: in its export, too."""
    from dataclasses import replace

    from lianxun.web.leads import views
    from lianxun.web.lists import Column

    more = Column(key="who", label="被反映人", value=lambda x: x.object_name)
    listing = replace(views.LISTING, columns=(*views.LISTING.columns, more))
    monkeypatch.setattr(views, "LISTING", listing)


FAULTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "json": (_more_json, "json: leads_lead.object_name"),
    "list": (_more_list, "list: leads_lead.object_name"),
    "export": (_more_list, "export: leads_lead.object_name"),
}


@pytest.mark.parametrize("channel", FAULTS)
def test_a_field_too_many_is_found(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    fault, said = FAULTS[channel]
    fault(monkeypatch)
    for who in planted.world.people:
        eye = Eye(planted, who)
        if eye.view.readable("leads_lead"):
            eye.look(ROOMS["leads_lead"], 3)
            assert said in eye.beyond()
            return
    raise AssertionError("nobody reads a lead: the trial sleeps")
