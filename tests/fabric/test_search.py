"""Searching finds exactly what the reader may know and what holds the words — however it finds it."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from lianxun.fabric.identity import acting_as
from lianxun.fabric.search import Hits, SearchRows, function_sql, matching
from tests.access import catalogue, oracle, worlds
from tests.support import cluster

WORDS = ("工程", "招标", "采购", "资金", "补贴", "土地", "出让", "食堂", "设备", "Road")
ROOMS = {
    "leads_lead": "leads",
    "exchange_inforequest": "exchange",
    "rectification_item": "rectification",
}
COLUMN = {"leads_lead": "title", "exchange_inforequest": "purpose", "rectification_item": "title"}


def searchable(table: str) -> SearchRows:
    """What the room's migrations say about its search, the newest word first."""
    package = importlib.import_module(f"lianxun.{ROOMS[table]}.migrations")
    from pkgutil import iter_modules

    for name in sorted((m.name for m in iter_modules(package.__path__)), reverse=True):
        module = importlib.import_module(f"{package.__name__}.{name}")
        for operation in module.Migration.operations:
            if isinstance(operation, SearchRows):
                return operation
    raise LookupError(table)


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


@pytest.fixture
def small_window(server: Any) -> Iterator[None]:
    """The functions as they are, but looking at three rows before they ask the index."""

    def put(**sizes: int) -> None:
        for table in ROOMS:
            (_, library), more = searchable(table).given
            chosen = {k: more[k] for k in ("text", "at", "kind", "served", "open")}
            server.execute(function_sql(table, library, **chosen, **sizes))

    put(newest=3, enough=3)
    yield
    put()


def titled(server: Any, table: str, things: list[oracle.What], seed: int) -> dict[UUID, str]:
    """Give every row a title of a few words and a number; what each says, in small letters."""
    chance, said = random.Random(seed), {}
    for number, thing in enumerate(things):
        title, code = "".join(chance.choices(WORDS, k=3)) + "50%_\\额", f"XS-{seed}-{number:04d}"
        server.execute(
            f"update {table} set {COLUMN[table]} = %s, number = %s where id = %s",
            [title, code, thing.id],
        )
        said[thing.id] = f"{code} {title}".lower()
    server.commit()
    return said


def found_by(who: oracle.Who, table: str, text: str) -> Hits:
    with acting_as(who.id, service=who.service), transaction.atomic():
        return matching(table, text)


@pytest.mark.parametrize("table", list(ROOMS))
def test_found_is_what_may_be_read_and_holds_the_words(
    server: Any, small_window: None, table: str
) -> None:
    shelf = catalogue.SHELVES[table]
    world = worlds.build(server, 31, [shelf], people=12, things=40)
    server.execute("set session_replication_role = replica")
    if table == "leads_lead":
        server.execute("update leads_lead set no_case_on = null")
    said = titled(server, table, world.things[table], 7)
    hits = 0
    for who in world.people:
        may = {t.id for t in world.things[table] if oracle.may_read(who, t, shelf, world.today)}
        for text in (
            "工程招标",
            "招标",
            "食堂 设备",
            "road",
            "xs-7-0003",
            "XS-7-00",
            "50%_\\额",
            "没有这词",
        ):
            expected = {i for i in may if all(w in said[i] for w in text.lower().split())}
            result = found_by(who, table, text)
            assert set(result.ids) <= expected, (who, text)
            assert set(result.ids) == expected or result.more or text == "xs-7-0003"
            hits += len(expected)
    assert hits > 100


def test_a_lead_that_was_no_case_is_not_found(server: Any) -> None:
    shelf = catalogue.SHELVES["leads_lead"]
    world = worlds.build(server, 32, [shelf], people=12, things=20)
    titled(server, "leads_lead", world.things["leads_lead"], 8)
    server.execute("set session_replication_role = replica")
    server.execute("update leads_lead set no_case_on = null")
    server.commit()
    before = [found_by(who, "leads_lead", "额").ids for who in world.people]
    assert any(before)
    server.execute("update leads_lead set no_case_on = current_date")
    server.commit()
    assert [found_by(who, "leads_lead", "额").ids for who in world.people] == [[] for _ in before]


def test_nobody_finds_nothing(db: None) -> None:
    with transaction.atomic():
        assert matching("leads_lead", "工程") == Hits([], more=False)


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_no_words_find_nothing(cast: Any, text: str) -> None:
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        assert matching("leads_lead", text).ids == []


def test_the_newest_hits_alone_say_that_there_may_be_more(server: Any, small_window: None) -> None:
    shelf = catalogue.SHELVES["leads_lead"]
    world = worlds.build(server, 33, [shelf], people=12, things=40)
    server.execute("set session_replication_role = replica")
    server.execute("update leads_lead set no_case_on = null, title = '同一句话'")
    server.commit()
    full: list[bool] = []
    for who in world.people:
        things = world.things["leads_lead"]
        may = {t.id for t in things if oracle.may_read(who, t, shelf, world.today)}
        told = found_by(who, "leads_lead", "同一句话")
        if told.more:
            assert len(told.ids) == 3
            assert set(told.ids) <= may
        else:
            assert set(told.ids) == may
        full.append(told.more)
    assert any(full)
    assert not all(full)
