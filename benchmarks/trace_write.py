"""What the trace costs a business write: the same Django transaction with and without its record.

``python -m benchmarks.trace_write`` (about two minutes). 64 clients in 4 processes, one insert into a
table of business rows, 5 ms of other work in the transaction (a view's own), commit with fsync on; the
sequencer drains beside it. Both kinds run in turns in the same run. Targets: with trace ≥ 0.5× the
throughput without; p50 with trace at 64 clients ≤ 30 ms.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import threading
import time
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks.trace_support import database
from lianxun.trace.notes import Signer
from lianxun.trace.sequencer import Sequencer, run

PROCESSES = 4


def configure(conninfo: str) -> None:
    import django
    from django.conf import settings

    where: dict[str, Any] = conninfo_to_dict(conninfo)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "lianxun.fabric.db",
                "HOST": where["host"],
                "NAME": where["dbname"],
                "USER": where["user"],
                "PASSWORD": where["password"],
                "CONN_MAX_AGE": None,
            }
        },
        USE_TZ=True,
        LIANXUN_CONTEXT_KEY="11" * 32,
        LOGGING_CONFIG=None,
    )
    django.setup()


def client(*, traced: bool, hold: float, until: float, times: list[float]) -> None:
    from django.db import connection, transaction

    from lianxun.kernel.ids import new_id
    from lianxun.trace import writer

    actor, unit = str(new_id()), str(new_id())
    while time.time() < until:
        started = time.perf_counter()
        with transaction.atomic():
            row = new_id()
            with connection.cursor() as cursor:
                cursor.execute(
                    "insert into public.bench_business(id, state, unit, note) values (%s, %s, %s, %s)",
                    [row, "registered", unit, "线索登记" * 20],
                )
            if hold:
                time.sleep(hold)
            if traced:
                writer.append(
                    {
                        "act": "leads.register",
                        "actor": actor,
                        "unit": unit,
                        "roles": ["clerk"],
                        "service": "",
                        "sess": "00112233445566ff",
                        "purpose": "",
                        "obj": "leads.lead",
                        "obj_id": str(row),
                        "obj_rev": 1,
                        "eng": "",
                        "level": 2,
                        "basis": "",
                        "rule": "ACC-P1",
                        "result": "allow",
                        "detail": {"count": 1},
                    }
                )
        times.append(time.perf_counter() - started)
    connection.close()


def process(
    conninfo: str, clients: int, traced: bool, hold: float, seconds: float, ready: Any, out: Any
) -> None:
    configure(conninfo)
    ready.wait()
    until = time.time() + seconds
    times: list[list[float]] = [[] for _ in range(clients)]
    threads = [
        threading.Thread(
            target=client, kwargs={"traced": traced, "hold": hold, "until": until, "times": own}
        )
        for own in times
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put([t for own in times for t in own])


def measure(
    conninfo: str, clients: int, *, traced: bool, hold: float, seconds: float
) -> list[float]:
    """Seconds of each transaction."""
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    ready = context.Barrier(PROCESSES)
    workers = [
        context.Process(
            target=process,
            args=(conninfo, clients // PROCESSES, traced, hold, seconds, ready, out),
        )
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    times = [t for _ in workers for t in out.get()]
    for worker in workers:
        worker.join()
    return times


def figures(times: list[float], seconds: float) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {
        "per second": round(len(times) / seconds, 1),
        "p50 ms": round(cuts[49] * 1000, 2),
        "p95 ms": round(cuts[94] * 1000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--hold-ms", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with database() as conninfo:
        with psycopg.connect(conninfo("superuser"), autocommit=True) as server:
            server.execute(
                "create table public.bench_business (id uuid primary key, state text not null, "
                "unit uuid not null, note text not null)"
            )
            server.execute("create index on public.bench_business (unit, state)")
            server.execute("grant insert on public.bench_business to lx_app")
        stop = threading.Event()
        sequencer = Sequencer(conninfo("lx_seq"), Signer.generate("lianxun/bench"))
        thread = threading.Thread(target=run, args=(sequencer,), kwargs={"stopped": stop.is_set})
        thread.start()
        results: dict[bool, list[float]] = {False: [], True: []}
        try:
            for _ in range(options.rounds):
                for traced in (False, True):
                    results[traced] += measure(
                        conninfo("lx_app"),
                        options.clients,
                        traced=traced,
                        hold=options.hold_ms / 1000,
                        seconds=options.seconds,
                    )
        finally:
            stop.set()
            thread.join()
            sequencer.close()
    spent = options.rounds * options.seconds
    without, traced_figures = figures(results[False], spent), figures(results[True], spent)
    print(
        json.dumps(
            {
                "load average": round(os.getloadavg()[0], 1),
                "clients": options.clients,
                "without trace": without,
                "with trace": traced_figures,
                "ratio": round(len(results[True]) / len(results[False]), 3),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
