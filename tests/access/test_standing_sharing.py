"""ACC-P8: the database and an independent rule agree on who reads what comes under a standing agreement, and each
condition of it, taken away alone, is found."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.access import catalogue, oracle, worlds
from tests.access.test_oracle import changeable, visible
from tests.support import cluster

DELIVERY, SHARING = (catalogue.SHELVES[t] for t in ("exchange_delivery", "exchange_sharing"))
STATES = ("in_force", "in_force", "in_force", "suspended", "offered", "ended")


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    """The superuser in the test's own database."""
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


class Agreed:
    """A world whose deliveries came under agreements of every state and period."""

    def __init__(self, server: Any, seed: int, *, people: int = 24, things: int = 90) -> None:
        self.world = worlds.build(server, seed, [SHARING, DELIVERY], people=people, things=things)
        dice, today = random.Random(seed), self.world.today
        self._take_in(server, dice, seed)
        self.of: dict[UUID, oracle.Agreement] = {}
        server.execute("set session_replication_role = replica")
        engagements = sorted(
            {p.engagement for who in self.world.people for p in who.permits if p.engagement}
        )
        agreements = []
        for what in self.world.things["exchange_sharing"]:
            start = today + timedelta(days=dice.choice((-30, -1, 0, 0, 1)))
            found = oracle.Agreement(
                id=what.id,
                engagement=dice.choice(engagements),
                state=dice.choice(STATES),
                start=start,
                end=start + timedelta(days=dice.choice((0, 1, 29, 30, 60))),
            )
            agreements.append(found)
            server.execute(
                "update exchange_sharing set engagement = %s, state = %s, valid_from = %s, valid_to = %s"
                " where id = %s",
                [found.engagement, found.state, found.start, found.end, found.id],
            )
        self._relabel(server, agreements)
        for number, what in enumerate(self.world.things["exchange_delivery"]):
            if dice.random() < 0.2:
                continue  # made by an ordinary request: no agreement opens it
            self.of[what.id] = agreements[number]
            server.execute(
                "update exchange_delivery set standing_id = %s, engagement = null, addressee_unit = null,"
                " addressee_path = null where id = %s",
                [agreements[number].id, what.id],
            )
        self.world.things["exchange_delivery"] = [
            replace(w, engagement=None, addressee_path=None) if w.id in self.of else w
            for w in self.world.things["exchange_delivery"]
        ]
        server.execute("set session_replication_role = origin")

    def _take_in(self, server: Any, dice: random.Random, seed: int) -> None:
        """Two of three have no business with exchanges: what they read, an agreement opened. Each is a member today."""
        today, crowd = self.world.today, self.world.people
        engagements = sorted({p.engagement for who in crowd for p in who.permits if p.engagement})
        made = []
        for number, who in enumerate(crowd):
            if number % 3:
                who.duties.discard("exchange")
                server.execute(
                    "update access_account set duties = %s where id = %s",
                    [sorted(who.duties), who.id],
                )
            engagement = dice.choice(engagements)
            made.append(oracle.Permit("membership", who.id, engagement, "", None, today, today))
            who.permits.append(made[-1])
        builder = worlds._Builder(server, seed + 500)
        builder._write_permits(made, crowd)

    def _relabel(self, server: Any, agreements: list[oracle.Agreement]) -> None:
        by_id = {a.id: a for a in agreements}
        self.world.things["exchange_sharing"] = [
            replace(w, engagement=by_id[w.id].engagement)
            for w in self.world.things["exchange_sharing"]
        ]

    def expected(self, who: oracle.Who, today: date) -> set[UUID]:
        found = set()
        for what in self.world.things["exchange_delivery"]:
            agreement = self.of.get(what.id)
            by_agreement = agreement is not None and oracle.agreed(who, agreement, today)
            if oracle.may_read(who, what, DELIVERY, today) or (
                by_agreement and oracle.limits(who, what, DELIVERY, today)
            ):
                found.add(what.id)
        return found

    def by_agreement_alone(self) -> int:
        """Pairs that only the agreement opens: without them the test would sleep."""
        today = self.world.today
        return sum(
            what not in {t.id for t in self.world.things["exchange_delivery"]
                         if oracle.may_read(who, t, DELIVERY, today)}
            for who in self.world.people
            for what in self.expected(who, today)
        )  # fmt: skip

    def wrong(self) -> int:
        mine = {t.id for t in self.world.things["exchange_delivery"]}
        return sum(
            len((visible(who, "exchange_delivery") & mine) ^ self.expected(who, self.world.today))
            for who in self.world.people
        )


def test_the_database_and_the_rule_agree_on_every_pair(server: Any) -> None:
    world = Agreed(server, 61)
    assert world.by_agreement_alone() >= 40
    assert world.wrong() == 0


def test_an_agreement_is_for_reading_alone(server: Any) -> None:
    """What the team may change is what it may change without any agreement."""
    world = Agreed(server, 62, people=12, things=60)
    server.execute("alter table exchange_delivery disable trigger user")
    today = world.world.today
    things = world.world.things["exchange_delivery"]
    tried = 0
    for who in world.world.people:
        readable = world.expected(who, today)
        writable = {t.id for t in things if oracle.may_write(who, t, DELIVERY, today)} & readable
        tried += len(readable - writable)
        for verb in ("update", "delete"):
            found = changeable(who, "exchange_delivery", verb)
            assert found & {t.id for t in things} == writable, (verb, who)
    assert tried >= 40


LOOSE = {
    "an agreement that is not in force": ("s.state = 'in_force'", "true"),
    "an agreement of another engagement": (
        "s.engagement = any ((select lx.engagements())::uuid[])",
        "true",
    ),
    "an agreement before its first day": ("lx.today() >= s.valid_from", "true"),
    "an agreement after its last day": ("lx.today() <= s.valid_to", "true"),
}


@pytest.mark.parametrize("fault", LOOSE)
def test_a_loose_agreement_is_found(server: Any, fault: str) -> None:
    world = Agreed(server, 63)
    assert world.wrong() == 0
    body = server.execute("select pg_get_functiondef('lx.agreed()'::regprocedure)").fetchone()[0]
    was, becomes = LOOSE[fault]
    assert was in body
    server.execute(body.replace(was, becomes))
    assert world.wrong() > 0


def test_a_missing_opening_and_a_missing_limit_are_found(server: Any) -> None:
    world = Agreed(server, 64)
    assert world.wrong() == 0
    server.execute("drop policy acc_r3 on exchange_delivery")
    assert world.wrong() > 0
    other = Agreed(server, 65)
    server.execute("drop policy acc_standing on exchange_delivery")
    assert other.wrong() > 0
