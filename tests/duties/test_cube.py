"""The cube of the boards says what counting says: for every reader, after every change, on every day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.access import queries as access
from lianxun.duties.clocks import light_of
from lianxun.duties.models import Duty
from lianxun.duties.queries import cube
from lianxun.duties.queries.lists import RECENT, filtered
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from tests.access import catalogue, worlds
from tests.support import cluster

DAY = timedelta(days=1)


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


def shuffle(server: Any, today: date, chance: random.Random) -> None:
    """Give every duty a random life: dates around today, done, late, paused, cancelled, open."""
    server.execute("set session_replication_role = replica")
    for (ident,) in server.execute("select id from duties_duty").fetchall():
        start = today + DAY * chance.randrange(-130, 20)
        due = start + DAY * chance.randrange(60)
        warn = due - DAY * chance.randrange(20)
        state = chance.choice(("open", "open", "fulfilled", "fulfilled", "cancelled"))
        done = start + DAY * chance.randrange(80) if state == "fulfilled" else None
        paused = start if state == "open" and chance.random() < 0.3 else None
        server.execute(
            "update duties_duty set state = %s, opened_on = %s, starts_on = %s, notify_from = %s, "
            "warn_from = %s, due_on = %s, done_on = %s, done_by = %s, paused_on = %s, region = %s, "
            "template_code = %s where id = %s",
            [
                *(state, min(start, warn), start, warn, warn, due, done),
                *(ident if done else None, paused, chance.choice((970101, 970121, 970201))),
                *(chance.choice(("MS-N1", "MS-N2")), ident),
            ],
        )
    server.commit()


def live(by: str, given: dict[str, str], *, actor: Actor, today: date) -> Counter[cube.Cell]:
    found: Counter[cube.Cell] = Counter()
    cube._add(found, by, filtered(given, today, actor=actor), today)
    return found


def compare(world: worlds.World, days: list[date], given: dict[str, str]) -> tuple[int, int]:
    """(numbers compared, sum of them); fails where the cube and the rows differ."""
    numbers = total = 0
    for who in world.people:
        if who.service:
            continue
        actor = access.actor_for(account_id=who.id)
        with acting_as(who.id), transaction.atomic():
            for by in ("city", "unit", "task"):
                for today in days:
                    counted = cube.counts(by, given, actor=actor, today=today)
                    expected = live(by, given, actor=actor, today=today)
                    assert +counted == +expected, (who, by, today)
                    numbers, total = numbers + len(expected), total + sum(expected.values())
    return numbers, total


@pytest.mark.parametrize("seed", [41, 42])
def test_the_cube_is_what_each_reader_can_drill_to(server: Any, seed: int) -> None:
    world = worlds.build(server, seed, [catalogue.SHELVES["duties_duty"]], people=12, things=60)
    shuffle(server, world.today, random.Random(seed))
    days = [world.today + DAY * n for n in (-60, -1, 0, 1, 45)]
    numbers, total = compare(world, days, {"board": "1"})
    assert numbers > 100
    assert total > numbers
    for more in ({"region": "970100-970199"}, {"code": "MS-N1"}, {"light": "red"}):
        compare(world, [world.today], {"board": "1", **more})


def test_the_cube_follows_every_change(server: Any) -> None:
    chance = random.Random(5)
    world = worlds.build(server, 43, [catalogue.SHELVES["duties_duty"]], people=8, things=40)
    for _ in range(4):
        shuffle(server, world.today, chance)
        server.execute("delete from duties_duty where get_byte(uuid_send(id), 15) % 11 = 0")
        server.execute(
            "update duties_duty set level = %s, compartment = nullif(compartment, 'x') "
            "where get_byte(uuid_send(id), 14) %% 3 = 0",
            [chance.randrange(4)],
        )
        server.commit()
        compare(world, [world.today], {"board": "1"})


def test_settled_marks_say_the_same_and_earlier_days_are_counted(server: Any) -> None:
    world = worlds.build(server, 44, [catalogue.SHELVES["duties_duty"]], people=8, things=60)
    shuffle(server, world.today, random.Random(6))
    before = server.execute("select count(*) from duties_mark").fetchone()[0]
    service = access.service_actor(service="duties")
    with (
        acting_as(service.account_id, service="duties"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select lx.settle_duty_marks(%s)", [world.today - DAY])
    try:
        assert server.execute("select count(*) from duties_mark").fetchone()[0] < before
        server.commit()
        days = [world.today + DAY * n for n in (-30, -2, -1, 0, 30)]
        assert compare(world, days, {"board": "1"})[1] > 0
        shuffle(server, world.today, random.Random(7))
        compare(world, days, {"board": "1"})
    finally:
        server.execute("update duties_markedto set day = '-infinity'")
        server.commit()


def test_only_the_service_settles_and_nobody_writes_marks(cast: Any) -> None:
    with acting_as(cast["coordinator"].account_id):
        for statement in (
            "select lx.settle_duty_marks('2020-01-01')",
            "delete from duties_mark",
            "insert into duties_mark values (gen_random_uuid(), 1, null, 'x', gen_random_uuid(), 'x', 'red', '2020-01-01', 5)",
            "update duties_reach set level = 0",
            "update duties_markedto set day = '2099-01-01'",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_marks_of_a_duty_are_its_light_on_every_day(server: Any) -> None:
    world = worlds.build(server, 45, [catalogue.SHELVES["duties_duty"]], people=1, things=60)
    shuffle(server, world.today, random.Random(8))
    server.execute("update duties_duty set compartment = null")
    duties = {d.id: d for d in _all(server)}
    for offset in range(-140, 120, 7):
        today = world.today + DAY * offset
        found = server.execute(
            "select d.id, m.light, sum(m.n) from duties_duty d, lx.duty_marks(d) m "
            "where m.day <= %s group by 1, 2 having sum(m.n) <> 0",
            [today],
        ).fetchall()
        assert {(i, light): n for i, light, n in found} == {
            (d.id, _shown(d, today)): 1 for d in duties.values() if _shown(d, today)
        }


def _shown(duty: Duty, today: date) -> str:
    """The light a board shows on the day; empty when it shows none."""
    if duty.state == "fulfilled" and duty.done_on is not None:
        return light_of(duty, today).value if today - RECENT <= duty.done_on <= today else ""
    if duty.state != "open" or duty.starts_on > today:
        return ""
    return Light(light_of(duty, today)).value


def _all(server: Any) -> list[Duty]:
    names = [f.column for f in Duty._meta.concrete_fields]
    rows = server.execute(f"select {', '.join(names)} from duties_duty").fetchall()
    return [Duty(**dict(zip(names, row, strict=True))) for row in rows]
