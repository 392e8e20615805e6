"""Every way in which a row can show itself over HTTP, and what each showed to whom."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from html import unescape
from typing import Any
from uuid import UUID

from django.test import Client

from lianxun.fabric.paging import PAGE_SIZE
from tests.access import catalogue
from tests.access.oracle import What, Who, may_read
from tests.access.worlds import World, mark
from tests.web.test_pages import BACKEND

_TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{64}(?![A-Za-z0-9])")  # another one on each page
_MARK = re.compile(r"W\d+-[a-z-]+-\d{3}")


@dataclass
class Room:
    """Where the rows of one table show themselves."""

    table: str
    list_url: str
    detail_url: str
    api: str = ""
    pages: bool = True
    exports: bool = True
    history: str = ""

    @property
    def shelf(self) -> Any:
        return catalogue.SHELVES[self.table]


ROOMS = {
    room.table: room
    for room in (
        Room("leads_lead", "/leads/", "/leads/{id}/", "leads"),
        Room("rectification_item", "/items/", "/items/{id}/", "items"),
        Room("exchange_inforequest", "/requests/", "/requests/{id}/", "requests"),
        Room("inspection_engagement", "/engagements/", "/engagements/{id}/"),
        Room("duties_duty", "/duties/", "/duties/{id}/"),
        Room("approvals_matter", "/approvals/", "/approvals/{id}/", pages=False, exports=False),
        Room("inspection_round", "/rounds/", "/rounds/{id}/", pages=False, exports=False),
        Room("documents_storedfile", "/documents/", "/documents/{id}/"),
    )
}
SEARCHED = ("leads_lead", "rectification_item", "exchange_inforequest", "inspection_engagement")


@dataclass
class View:
    """One person at the platform's addresses."""

    world: World
    seed: int
    who: Who
    deaf: bool = False
    """Do not look for leaked words: the trial of planted faults asks each surface for itself."""

    @cached_property
    def client(self) -> Client:
        from lianxun.access.models import Account

        client = Client()
        client.force_login(Account.objects.get(id=self.who.id), backend=BACKEND)
        return client

    @cached_property
    def machine(self) -> Client:
        """The same person's unit's own system."""
        from lianxun.access.models import SystemToken

        secret = f"oracle {self.who.id}"
        SystemToken.objects.create(
            account_id=self.who.id,
            digest=sha256(secret.encode()).hexdigest(),
            purpose="对接",
            issued_at=datetime.now().astimezone(),
            expires_on=self.world.today + timedelta(days=30),
        )
        return Client(headers={"authorization": f"Bearer {secret}"})

    def allowed(self, table: str) -> set[UUID]:
        shelf = catalogue.SHELVES[table]
        return {
            t.id for t in self.world.things[table] if may_read(self.who, t, shelf, self.world.today)
        }

    @cached_property
    def secret_marks(self) -> set[str]:
        """What must never reach this person's screen, on whatever page."""
        return {
            mark(self.seed, table, number)
            for table, things in self.world.things.items()
            for number, t in enumerate(things)
            if t.id not in self.readable(table)
        }

    def readable(self, table: str) -> set[UUID]:
        found = self.allowed(table)
        if table == "inspection_round" and "inspection_engagement" in self.world.things:
            from tests.access.test_oracle import rounds_of_readers

            found |= rounds_of_readers(self.world, self.who)
        return found

    def get(self, url: str, *, typed: str = "") -> Any:
        return self.check(url, self.client.get(url), typed=typed)

    def check(self, url: str, answer: Any, *, typed: str = "") -> Any:
        """No fault, and nothing of a row that the person may not see anywhere in the answer."""
        assert answer.status_code < 500, url
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = unescape(body.decode("utf-8", "replace"))
        leaked = set(_MARK.findall(text)) & (self.secret_marks - {typed})
        assert self.deaf or not leaked, f"{url} shows {sorted(leaked)} to {self.who}"
        answer.words = text
        return answer

    def hrefs(self, room: Room, text: str) -> set[UUID]:
        before, _, after = room.detail_url.partition("{id}")
        found = re.findall(f'href="{before}([0-9a-f-]{{36}}){after}"', text)
        mine = {t.id for t in self.world.things[room.table]}
        return {UUID(i) for i in found} & mine

    def pages_of(self, room: Room, url: str) -> set[UUID]:
        found: set[UUID] = set()
        for page in range(1, 100):
            new = self.hrefs(room, self.get(f"{url}{page}").words) - found
            found |= new
            if len(new) < PAGE_SIZE or not room.pages:
                break
        return found

    def listed(self, room: Room) -> set[UUID]:
        return self.pages_of(room, f"{room.list_url}?page=")

    def whole_list(self, room: Room) -> str:
        return "".join(self.get(f"{room.list_url}?page={n}").words for n in (1, 2, 3))

    def counted(self, room: Room) -> int | None:
        """The number of rows a list states."""
        told = re.search(r"共\s*(\d+)\s*[条件项份]", self.get(room.list_url).words)
        return int(told[1]) if told else None

    def exported(self, room: Room) -> set[str]:
        answer = self.client.post(room.list_url, {"purpose": "check", "format": "csv"})
        text = self.check(room.list_url, answer).words
        assert answer.status_code == 200, text[:300]
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
        return {m for row in rows[1:] for m in _MARK.findall(" ".join(row))}

    def marks(self, table: str, ids: set[UUID]) -> set[str]:
        return {
            mark(self.seed, table, n) for n, t in enumerate(self.world.things[table]) if t.id in ids
        }

    def opens(self, room: Room, what: What) -> bool:
        status = self.get(room.detail_url.format(id=what.id)).status_code
        assert status in (200, 404), status
        return bool(status == 200)

    def searched(self, room: Room, what: What) -> bool:
        number = self.world.things[room.table].index(what)
        words = mark(self.seed, room.table, number)
        answer = self.get(f"/search/?q={words}", typed=words)
        if answer.status_code == 302:
            return str(what.id) in str(answer["Location"])
        return what.id in self.hrefs(room, answer.words)

    def api_listed(self, room: Room) -> tuple[set[UUID], int]:
        found: set[UUID] = set()
        mine = {t.id for t in self.world.things[room.table]}
        for page in range(1, 100):
            url = f"/api/v1/{room.api}?page={page}"
            told = self.check(url, self.machine.get(url)).json()
            new = {UUID(row["id"]) for row in told["rows"]} - found
            found |= new
            if len(told["rows"]) < PAGE_SIZE:
                break
        return found & mine, int(told["total"])

    def api_opens(self, room: Room, what: What) -> bool:
        url = f"/api/v1/{room.api}/{what.id}"
        return bool(self.check(url, self.machine.get(url)).status_code == 200)

    def said_of(self, room: Room, ident: UUID) -> list[tuple[int, str, dict[str, str]]]:
        """Status, words and headers of every address of one object; its id and tokens left out."""
        asked = [
            self.client.get(room.detail_url.format(id=ident)),
            self.client.get(f"/trace/of/{room.shelf.kind}/{ident}/"),
            self.client.get(f"/known/of/{room.shelf.kind}/{ident}/"),
        ]
        if room.api:
            asked.append(self.machine.get(f"/api/v1/{room.api}/{ident}"))
        return [
            (
                answer.status_code,
                _TOKEN.sub("·", answer.content.decode().replace(str(ident), "·")),
                {k: v for k, v in answer.headers.items() if k != "Content-Length"},
            )
            for answer in asked
        ]

    def history(self, room: Room, what: What) -> bool:
        url = f"/trace/of/{room.shelf.kind}/{what.id}/"
        return bool(self.get(url).status_code == 200)
