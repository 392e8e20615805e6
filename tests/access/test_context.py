"""T3: a pooled connection never carries one person's identity into another's transaction.

Twelve threads share four connections of the product's own pool and act as whoever comes next: plainly,
with an error inside, with savepoints kept and rolled back, with an identity inside an identity, as a job's
service identity, and as nobody. What each sees is held against the independent rule. The control does the
same with an identity that is SET for the session: it must leak, or the trial could not find a leak.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from lianxun.fabric.identity import acting_as
from tests.access import catalogue, oracle, worlds
from tests.support import cluster

LEAD = catalogue.SHELVES["leads_lead"]
THREADS, SIZE = 12, 4


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


@contextmanager
def pool() -> Iterator[None]:
    """Connections come from a pool, as in the product's web process (``LIANXUN_POOL``)."""
    settings = connections.settings["default"]
    before = settings["OPTIONS"], settings["CONN_MAX_AGE"]
    connection.close()
    settings["OPTIONS"] = {
        **before[0],
        "pool": {"min_size": SIZE, "max_size": SIZE, "timeout": 60},
    }
    settings["CONN_MAX_AGE"] = 0
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        settings["OPTIONS"], settings["CONN_MAX_AGE"] = before


@dataclass
class Trial:
    """What the threads found. ``expected`` = ids that each account may read."""

    expected: dict[UUID, set[UUID]]
    people: list[oracle.Who]
    mine: set[UUID]
    wrong: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def seen(self) -> set[UUID]:
        with connection.cursor() as cursor:
            cursor.execute(f"select id from {LEAD.table}")
            return {row[0] for row in cursor.fetchall()} & self.mine

    def check(self, what: str, expected: set[UUID]) -> None:
        found = self.seen()
        with self.lock:
            self.done[what] += 1
            if found != expected:
                self.wrong.append(f"{what}: {len(found - expected)} leaked")

    def of(self, who: oracle.Who) -> set[UUID]:
        return self.expected[who.id]


def _plain(trial: Trial, who: oracle.Who, _: oracle.Who) -> None:
    with acting_as(who.id, service=who.service), transaction.atomic():
        trial.check("plain", trial.of(who))


def _error(trial: Trial, who: oracle.Who, _: oracle.Who) -> None:
    """The transaction dies in the middle; the connection goes back to the pool as it is."""
    try:
        with acting_as(who.id, service=who.service), transaction.atomic():
            trial.check("before an error", trial.of(who))
            with connection.cursor() as cursor:
                cursor.execute("select 1/0")
    except DatabaseError:
        pass
    _nobody(trial, who, who)


def _raised(trial: Trial, who: oracle.Who, _: oracle.Who) -> None:
    """The application gives up, not the database."""
    try:
        with acting_as(who.id, service=who.service), transaction.atomic():
            trial.check("before giving up", trial.of(who))
            raise ValueError
    except ValueError:
        _nobody(trial, who, who)


def _savepoints(trial: Trial, who: oracle.Who, _: oracle.Who) -> None:
    with acting_as(who.id, service=who.service), transaction.atomic():
        with transaction.atomic():
            trial.check("in a kept savepoint", trial.of(who))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select 1/0")
        except DatabaseError:
            trial.check("after a savepoint rolled back", trial.of(who))


def _nested(trial: Trial, who: oracle.Who, inner: oracle.Who) -> None:
    """An identity inside an identity, its savepoint kept or rolled back: the outer one comes back."""
    with acting_as(who.id, service=who.service), transaction.atomic():
        with (
            acting_as(inner.id, service=inner.service),
            transaction.atomic(),
        ):
            trial.check("as somebody inside", trial.of(inner))
        trial.check("after somebody inside", trial.of(who))
        try:
            with (
                acting_as(inner.id, service=inner.service),
                transaction.atomic(),
            ):
                raise ValueError
        except ValueError:
            trial.check("after somebody inside gave up", trial.of(who))


def _nobody(trial: Trial, who: oracle.Who, _: oracle.Who) -> None:
    with transaction.atomic():
        trial.check("nobody", set())
    with acting_as(who.id, service=who.service):
        trial.check("outside of a transaction", set())


WAYS: tuple[Callable[[Trial, oracle.Who, oracle.Who], None], ...] = (
    _plain,
    _error,
    _raised,
    _savepoints,
    _nested,
    _nobody,
)


def run(trial: Trial, transactions: int, ways: tuple[Callable[..., None], ...]) -> None:
    """At least ``transactions`` over all threads; each gives its connection back after every turn."""
    each = -(-transactions // THREADS)

    def work(number: int) -> None:
        dice = random.Random(number)
        try:
            for turn in range(each):
                way = ways[turn % len(ways)] if turn < len(ways) else dice.choice(ways)
                way(trial, dice.choice(trial.people), dice.choice(trial.people))
                connection.close()  # back to the pool, as at the end of a request
        except Exception as problem:  # noqa: BLE001 - a thread that dies must not die unheard
            trial.wrong.append(f"{type(problem).__name__}: {problem}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def trial_of(server: Any) -> Trial:
    world = worlds.build(server, 21, [LEAD], people=14, things=40, services=4)
    expected = {
        who.id: {
            t.id for t in world.things[LEAD.table] if oracle.may_read(who, t, LEAD, world.today)
        }
        for who in world.people
    }
    assert len({frozenset(ids) for ids in expected.values()}) >= 8, "all of them see the same"
    return Trial(expected, world.people, {t.id for t in world.things[LEAD.table]})


def tried(server: Any, transactions: int) -> None:
    trial = trial_of(server)
    with pool():
        run(trial, transactions, WAYS)
    assert trial.wrong == []
    assert len(trial.done) == 10, trial.done
    print(f"T3: {sum(trial.done.values()):,} looks of {THREADS} threads, 0 wrong: {trial.done}")
    assert sum(trial.done.values()) >= transactions


def test_nobody_sees_with_the_eyes_of_who_had_the_connection_before(server: Any) -> None:
    tried(server, 2_400)


@pytest.mark.long
def test_twenty_thousand_transactions_of_twelve_threads(server: Any) -> None:
    tried(server, 20_000)


def _set_for_the_session(trial: Trial, who: oracle.Who, _: oracle.Who) -> None:
    """What the product never does: the identity outlives its transaction."""
    with acting_as(who.id, service=who.service), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select set_config('lx.ctx', current_setting('lx.ctx'), false)")
        trial.check("plain", trial.of(who))


def test_the_control_leaks(server: Any) -> None:
    """With a session that SETs its identity the same trial finds leaks: it is awake."""
    trial = trial_of(server)
    with pool():
        run(trial, 240, (_set_for_the_session, _nobody))
    leaks = [w for w in trial.wrong if w.startswith(("nobody", "outside"))]
    print(f"T3 control: {len(leaks)} of {trial.done['nobody'] * 2} looks without identity leaked")
    assert len(leaks) > trial.done["nobody"] // 2, trial.wrong[:5]


def test_a_forged_context_is_nobody(server: Any) -> None:
    """A session that SETs an identity it was not given: the signature does not fit, nothing is read."""
    trial = trial_of(server)
    readers = [who for who in trial.people if trial.of(who)]
    one, other = readers[0], next(w for w in readers if trial.of(w) != trial.of(readers[0]))
    with (
        acting_as(one.id, service=one.service),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select current_setting('lx.ctx')")
        context = cursor.fetchone()[0]
    forgeries = [
        context.replace(str(one.id), str(other.id)),
        context.replace(str(one.id), str(other.id))[:-64] + "0" * 64,
        context.rpartition("|")[0],
        "|".join([str(other.id), *context.split("|")[1:]]),
        context + "|",
        str(other.id),
    ]
    for forged in forgeries:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('lx.ctx', %s, true)", [forged])
            cursor.execute("select count(*) from leads_lead")
            assert cursor.fetchone() == (0,), forged
