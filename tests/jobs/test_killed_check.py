"""kill -9 of the job worker while it checks a delivery: what was acknowledged is neither lost nor half done."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxun.exchange import keys
from lianxun.exchange import operations as do
from lianxun.exchange.models import Delivery, Incoming
from lianxun.exchange.operations import incoming
from lianxun.fabric.identity import acting_as
from lianxun.jobs import tasks
from tests.exchange.support import PROVIDER, act, good_csv, look, sent
from tests.support import cluster
from tests.support.cast import Cast, account_id

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
ROWS = 120_000  # about ten megabytes: more than a second of checking


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """The program that the launcher starts; killed at the end in any case."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.jobs.worker_child"),
            *map(str, (settings.MEDIA_ROOT, settings.LIANXUN_KEYSTORE)),
            str(settings.LIANXUN_KEYSTORE_COPIES),
        ],
        env={
            **os.environ,
            "LIANXUN_TEST_DB": str(connection.settings_dict["NAME"]),
            "LIANXUN_TEST_PG_HOST": cluster.start().host,
        },
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def row(incoming_id: UUID) -> Incoming:
    with acting_as(account_id(PROVIDER)), transaction.atomic():
        return Incoming.objects.get(id=incoming_id)


def until(what: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 90
    while not what():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < end, "the worker does not come to it"
        time.sleep(0.02)


def silent_for_long() -> None:
    """The killed worker reports no more; nobody waits half a minute for it here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_workers set last_heartbeat = last_heartbeat - interval '2 minutes'"
        )
    async_to_sync(tasks.recover_jobs.func)(timestamp=0)


def records_of(act_name: str, incoming_id: UUID) -> int:
    """Records of an act about this file that wait in the inbox of the trace."""
    with cluster.superuser(str(connection.settings_dict["NAME"])) as server:
        found = server.execute(
            "select count(*) from trace.inbox where convert_from(body, 'UTF8') like %s "
            "and convert_from(body, 'UTF8') like %s",
            [f'%"{act_name}"%', f"%{incoming_id}%"],
        ).fetchone()
    return int(found[0]) if found else 0


def test_a_worker_killed_while_it_checks_loses_nothing_and_the_next_one_checks_anew() -> None:
    cast: Any = Cast()
    found = sent(cast)
    made: UUID = act(
        cast, do.hand_in, PROVIDER, found, stream=BytesIO(good_csv(ROWS)), name="采购.csv"
    )
    moments: list[Callable[[], bool]] = [
        lambda: row(made).state == "reading",
        lambda: row(made).state == "reading" and 0 < row(made).percent < 100,
    ]
    for reached in moments:
        with worker() as process:
            until(reached, process)
            process.kill()
        kept = row(made)
        assert kept.state == "reading", "acknowledged, and not lost"
        assert keys.exists(made)
        assert incoming.storage.open_stored(kept.stored).read(1), "its bytes are there"
        seen = look(cast, found, PROVIDER)
        assert (seen.state, seen.deliveries) == ("sent", ()), "nothing half done"
        assert "deliver" not in seen.permitted, "it is still being checked"
        silent_for_long()
    with worker() as process:
        until(lambda: row(made).state not in ("waiting", "reading"), process)
        until(
            lambda: (
                not ProcrastinateJob.objects.filter(
                    task_name=incoming.TASK, status="doing"
                ).exists()
            ),
            process,
        )
    assert (row(made).state, row(made).percent, row(made).message) == ("taken", 100, "")
    after = look(cast, found, PROVIDER)
    assert (after.state, len(after.deliveries), after.deliveries[0].rows) == ("delivered", 1, ROWS)
    assert records_of("exchange.take_incoming", made) == 1
    assert records_of("exchange.begin_incoming", made) == 3
    with acting_as(account_id(PROVIDER)), transaction.atomic():
        assert Delivery.objects.filter(request=found).count() == 1
    assert not keys.exists(made), "the key of what was handed in goes with the act"
