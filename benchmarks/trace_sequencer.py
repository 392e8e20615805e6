"""How fast the sequencer drains a full inbox, and how soon a record has its checkpoint.

``python -m benchmarks.trace_sequencer`` (about a minute). Targets: ≥ 30,000 entries/s draining; at
500 records/s every record under a signed checkpoint within 1 s.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg

from benchmarks.trace_support import database
from lianxun.kernel.digest import canonical
from lianxun.kernel.ids import new_id
from lianxun.trace.merkle import leaf_hash
from lianxun.trace.notes import Signer
from lianxun.trace.sequencer import Sequencer, run

WRITERS = 64


class Writer:
    """A chain of records as the platform writes them (about 600 bytes a body)."""

    def __init__(self) -> None:
        self.id, self.seq, self.leaf = new_id(), 0, b"\0" * 32
        self.actor, self.unit = new_id(), new_id()

    def next(self) -> tuple[UUID, int, bytes, bytes, bytes]:
        self.seq += 1
        prev = self.leaf
        body = canonical(
            {
                "act": "leads.transfer",
                "actor": str(self.actor),
                "unit": str(self.unit),
                "roles": ["clerk"],
                "service": "",
                "sess": "00112233445566ff",
                "purpose": "",
                "obj": "leads.lead",
                "obj_id": str(new_id()),
                "obj_rev": 3,
                "eng": str(self.unit),
                "level": 2,
                "basis": "",
                "rule": "ACC-P1",
                "result": "allow",
                "detail": {"to": str(self.unit), "count": 1},
                "v": 1,
                "writer": str(self.id),
                "wseq": self.seq,
                "prev": prev.hex(),
                "ts": time.time_ns() // 1_000_000,
            }
        )
        self.leaf = leaf_hash(body)
        return self.id, self.seq, prev, body, self.leaf


def fill(conninfo: str, count: int) -> None:
    writers = [Writer() for _ in range(WRITERS)]
    rows = [writers[n % WRITERS].next() for n in range(count)]
    with psycopg.connect(conninfo) as connection, connection.cursor() as cursor:
        with cursor.copy(
            "copy trace.inbox(writer, wseq, prev, body, leaf) from stdin (format binary)"
        ) as copy:
            copy.set_types(["uuid", "int8", "bytea", "bytea", "bytea"])
            for row in rows:
                copy.write_row(row)
        cursor.execute("select 1")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("vacuum analyze trace.inbox")


def cpu_seconds(process: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def drain(conninfo: Callable[[str], str], sequencer: Sequencer, count: int) -> dict[str, float]:
    """Entries per second, and the processor time of both sides, which other work does not change."""
    fill(conninfo("superuser"), count)
    if sequencer.connection is None:
        raise RuntimeError("open() first")
    server = sequencer.connection.info.backend_pid
    used = time.process_time(), cpu_seconds(server)
    started, taken = time.perf_counter(), 0
    while True:
        step = sequencer.step()
        taken += step
        if not step:
            break
    seconds = time.perf_counter() - started
    return {
        "entries/s": round(taken / seconds),
        "python cpu us/entry": round((time.process_time() - used[0]) / taken * 1e6, 1),
        "server cpu us/entry": round((cpu_seconds(server) - used[1]) / taken * 1e6, 1),
    }


def delay(
    conninfo: Callable[[str], str], sequencer: Sequencer, rate: int, seconds: float
) -> list[float]:
    """Seconds from commit to checkpoint of each record, at ``rate`` records/s."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(sequencer,), kwargs={"stopped": stop.is_set})
    thread.start()
    writers = [Writer() for _ in range(4)]
    started = time.perf_counter()

    def write(writer: Writer) -> None:
        with psycopg.connect(conninfo("lx_app"), autocommit=True) as connection:
            turn = 0
            while time.perf_counter() - started < seconds:
                connection.execute(
                    "insert into trace.inbox(writer, wseq, prev, body, leaf) values (%s, %s, %s, %s, %s)",
                    writer.next(),
                )
                turn += 1
                time.sleep(max(0.0, started + turn * 4 / rate - time.perf_counter()))

    threads = [threading.Thread(target=write, args=(w,)) for w in writers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    time.sleep(1.5)
    stop.set()
    thread.join()
    with psycopg.connect(conninfo("lx_audit")) as connection:
        found = connection.execute(
            "select extract(epoch from (select min(c.at) from trace.checkpoint c "
            "where c.tree = 'sha256' and c.size > e.seq) - e.at)::float8 "
            "from trace.entry e where e.writer = any(%s)",
            [[w.id for w in writers]],
        ).fetchall()
    return [row[0] for row in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=12.0)
    options = parser.parse_args()
    with database() as conninfo:
        sequencer = Sequencer(conninfo("lx_seq"), Signer.generate("lianxun/bench"))
        sequencer.open()
        rates = [drain(conninfo, sequencer, options.entries // 2) for _ in range(2)]
        delays = delay(conninfo, sequencer, 500, options.seconds)
        sequencer.close()
    cuts = statistics.quantiles(delays, n=100)
    print(
        json.dumps(
            {
                "load average": round(os.getloadavg()[0], 1),
                "drain": rates,
                "records at 500/s": len(delays),
                "checkpoint delay s p50": round(cuts[49], 3),
                "p95": round(cuts[94], 3),
                "max": round(max(delays), 3),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
