"""The cube of the boards says what counting says: for every reader, after every change, on every day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.access import queries as access
from lianxun.duties.clocks import light_filter, light_of
from lianxun.duties.models import Duty
from lianxun.duties.queries import cube
from lianxun.duties.queries.lists import RECENT, filtered
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from tests.access import catalogue, worlds
from tests.support import cluster

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


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
        due_at = moment(due, chance.randrange(24)) if chance.random() < 0.4 else None
        if state == "fulfilled" and due_at is not None and chance.random() < 0.5:
            done = due  # the day says in time, the hour may not
        done_at = moment(done, chance.randrange(24)) if done and chance.random() < 0.8 else None
        paused = start if state == "open" and chance.random() < 0.3 else None
        server.execute(
            "update duties_duty set state = %s, opened_on = %s, starts_on = %s, notify_from = %s, "
            "warn_from = %s, due_on = %s, done_on = %s, done_by = %s, paused_on = %s, region = %s, "
            "template_code = %s, due_at = %s, day_kind = %s, done_at = %s where id = %s",
            [
                *(state, min(start, warn), start, warn, warn, due, done),
                *(ident if done else None, paused, chance.choice((970101, 970121, 970201))),
                *(chance.choice(("MS-N1", "MS-N2")), due_at, "hour" if due_at else "calendar"),
                *(done_at, ident),
            ],
        )
    server.commit()


def live(by: str, given: dict[str, str], *, actor: Actor, now: datetime) -> Counter[cube.Cell]:
    found: Counter[cube.Cell] = Counter()
    cube._add(found, by, filtered(given, now, actor=actor), now)
    return found


def compare(world: worlds.World, moments: list[datetime], given: dict[str, str]) -> tuple[int, int]:
    """(numbers compared, sum of them); fails where the cube and the rows differ."""
    numbers = total = 0
    for who in world.people:
        if who.service:
            continue
        actor = access.actor_for(account_id=who.id)
        with acting_as(who.id), transaction.atomic():
            for by in ("city", "unit", "task"):
                for now in moments:
                    counted = cube.counts(by, given, actor=actor, now=now)
                    expected = live(by, given, actor=actor, now=now)
                    assert +counted == +expected, (who, by, now)
                    numbers, total = numbers + len(expected), total + sum(expected.values())
    return numbers, total


@pytest.mark.parametrize("seed", [41, 42])
def test_the_cube_is_what_each_reader_can_drill_to(server: Any, seed: int) -> None:
    world = worlds.build(server, seed, [catalogue.SHELVES["duties_duty"]], people=12, things=60)
    shuffle(server, world.today, random.Random(seed))
    moments = [moment(world.today + DAY * n, 5 * n % 24) for n in (-60, -1, 0, 1, 45)]
    numbers, total = compare(world, moments, {"board": "1"})
    assert numbers > 100
    assert total > numbers
    for more in ({"region": "970100-970199"}, {"code": "MS-N1"}, {"light": "red"}):
        compare(world, [moment(world.today)], {"board": "1", **more})


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
        compare(world, [moment(world.today)], {"board": "1"})


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
        moments = [moment(world.today + DAY * n, 23) for n in (-30, -2, -1, 0, 30)]
        assert compare(world, moments, {"board": "1"})[1] > 0
        shuffle(server, world.today, random.Random(7))
        compare(world, moments, {"board": "1"})
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


@pytest.mark.parametrize("step", [7 * DAY, 5 * HOUR], ids=["weeks", "hours"])
def test_the_marks_of_a_duty_are_its_light_at_every_moment(server: Any, step: timedelta) -> None:
    world = worlds.build(server, 45, [catalogue.SHELVES["duties_duty"]], people=1, things=60)
    shuffle(server, world.today, random.Random(8))
    server.execute("update duties_duty set compartment = null")
    duties = _all(server)
    seen = set()
    for turn in range(-20, 20):
        now = moment(world.today) + step * turn
        found = server.execute(
            "select d.id, m.light, sum(m.n) from duties_duty d, lx.duty_marks(d) m "
            "where m.at <= %s group by 1, 2 having sum(m.n) <> 0",
            [now],
        ).fetchall()
        expected = {(d.id, _shown(d, now)): 1 for d in duties if _shown(d, now)}
        assert {(i, light): n for i, light, n in found} == expected, now
        seen |= {light for _, light in expected}
    assert seen == {"green", "yellow", "red", "paused", "done", "done_late"}


def test_a_board_agrees_with_each_duty_hour_by_hour(server: Any) -> None:
    """Through two days, at the minute before and after each clock runs out."""
    world = worlds.build(server, 46, [catalogue.SHELVES["duties_duty"]], people=6, things=60)
    shuffle(server, world.today, random.Random(9))
    chance = random.Random(10)
    server.execute("set session_replication_role = replica")
    for (ident,) in server.execute("select id from duties_duty where state = 'open'").fetchall():
        ends = moment(world.today + DAY * chance.randrange(2), chance.randrange(24))
        server.execute(
            "update duties_duty set starts_on = %s, opened_on = %s, notify_from = %s, warn_from = %s, "
            "due_on = %s, due_at = %s, day_kind = 'hour' where id = %s",
            [*[world.today - DAY] * 4, ends.date(), ends, ident],
        )
    server.commit()
    every = [d.due_at for d in _all(server) if d.state == "open" and d.due_at]
    minute = timedelta(minutes=1)
    moments = sorted({e + minute * n for e in every for n in (-1, 0, 1)})[::4]
    assert len(moments) > 8
    numbers, _ = compare(world, moments, {"board": "1"})
    assert numbers > 100
    reds = set()
    reader = next(p for p in world.people if not p.service and _counted(p, moments[0]))
    for now in moments:
        reds.add(_counted(reader, now))
        with acting_as(reader.id), transaction.atomic():
            rows = list(Duty.objects.filter(light_filter(Light.RED, now)))
            assert all(light_of(d, now) is Light.RED for d in rows)
    assert len(reds) > 1, "the number of red lights changes within the day"


def _counted(who: Any, now: datetime) -> int:
    actor = access.actor_for(account_id=who.id)
    with acting_as(who.id), transaction.atomic():
        found = cube.counts("task", {"board": "1"}, actor=actor, now=now)
    return sum(
        n for cell, n in found.items() if cell.light in (Light.RED, Light.YELLOW)
    ) * 1000 + sum(n for cell, n in found.items() if cell.light is Light.RED)


def _shown(duty: Duty, now: datetime) -> str:
    """The light a board shows at the moment; empty when it shows none."""
    today = now.astimezone(SHANGHAI).date()
    if duty.state == "fulfilled" and duty.done_on is not None:
        return light_of(duty, now).value if today - RECENT <= duty.done_on <= today else ""
    if duty.state != "open" or duty.starts_on > today:
        return ""
    return light_of(duty, now).value


def _all(server: Any) -> list[Duty]:
    names = [f.column for f in Duty._meta.concrete_fields]
    rows = server.execute(f"select {', '.join(names)} from duties_duty").fetchall()
    return [Duty(**dict(zip(names, row, strict=True))) for row in rows]
