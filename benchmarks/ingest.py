"""Take in ten million payments: time, memory, and a kill -9 in the middle.

    python -m benchmarks.ingest [--rows 10000000] [--folder DIR]

Generated lines (seeded, invented units): 0.1 % bad cells, 0.05 % exact repeats. Printed beside the
plain baseline of the same run: DuckDB copying the same CSV to Parquet as text, unchecked.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from lianxun_insight.identifiers.org_code import make_org_code
from lianxun_insight.schemas import load_catalogue

HEAD = "支付凭证号,预算单位代码,预算单位名称,收款单位代码,收款人名称,收款账号,支付金额,支付日期,支付方式,用途摘要\n"
#: The promise of the design: bounded memory, in MB.
LIMIT_MB = 2_000


def write_delivery(folder: Path, rows: int, seed: int = 20260101) -> dict[str, int]:
    """Write CSV and manifest; return what was planted."""
    rng = np.random.default_rng(seed)
    units = [make_org_code("12370203", f"MB{n:06d}") for n in range(1_000)]
    payees = [make_org_code("91370203", f"MA{n:06d}") for n in range(20_000)]
    days = [f"2025-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)]
    planted = {"bad": 0, "repeated": 0}
    with (folder / "支付.csv").open("wb") as file:
        file.write(HEAD.encode())
        for begin in range(0, rows, 500_000):
            count = min(500_000, rows - begin)
            table, bad, repeated = _block(rng, begin, count, (units, payees, days))
            planted["bad"] += bad
            planted["repeated"] += repeated
            options = pacsv.WriteOptions(include_header=False, quoting_style="none")
            pacsv.write_csv(table, file, options)
    manifest = {
        "class": "D13",
        "version": load_catalogue().version,
        "period": "2025",
        "department": "示例市财政局",
        "files": [{"path": "支付.csv", "table": "D13.payment", "rows": rows}],
    }
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False), encoding="utf-8"
    )
    return planted


def _block(
    rng: np.random.Generator, begin: int, count: int, lists: tuple[list[str], ...]
) -> tuple[pa.Table, int, int]:
    """Half a million lines; some repeat the line before, some carry an impossible day."""
    units, payees, days = lists
    unit, payee = rng.integers(0, len(units), count), rng.integers(0, len(payees), count)
    day = rng.integers(0, len(days), count)
    day[rng.random(count) < 0.001] = len(days)
    amount = np.round(rng.lognormal(8, 2, count), 2)
    take = np.arange(count)
    again = np.flatnonzero(rng.random(count) < 0.0005)
    again = again[(again > 0) & (np.diff(again, prepend=-2) > 1)]
    again = again[day[again - 1] < len(days)]
    take[again] = again - 1
    bad = int((day[take] == len(days)).sum())
    numbers = np.arange(count)
    columns = {
        "voucher": [f"PZ{begin + n:08d}" for n in numbers],
        "unit": pa.array(units).take(pa.array(unit)),
        "unit_name": [f"示例{n}局" for n in unit],
        "payee": pa.array(payees).take(pa.array(payee)),
        "payee_name": [f"示例{n}商贸有限公司" for n in payee],
        "account": [f"6222{n:012d}" for n in payee],
        "amount": [f"{value:.2f}" for value in amount],
        "day": pa.array([*days, "2025-02-30"]).take(pa.array(day)),
        "way": ["直接支付"] * count,
        "purpose": ["办公用品"] * count,
    }
    return pa.table(columns).take(pa.array(take)), bad, len(again)


def command(folder: Path, store: Path) -> list[str]:
    """The command a department would type."""
    key = folder.parent / "round.key"
    argv = [
        sys.executable,
        "-m",
        "lianxun_insight.cli",
        "ingest",
        str(folder),
        "--store",
        str(store),
    ]
    return [
        *argv,
        "--key",
        str(key),
        "--json",
        "--progress",
        *([] if key.exists() else ["--new-key"]),
    ]


@dataclass(frozen=True)
class Run:
    """Wall and CPU seconds, peak memory in MB, standard output."""

    wall: float
    cpu: float
    memory: float
    output: str


def timed(argv: list[str], kill_after: int = 0, store: Path | None = None) -> Run:
    """Run a command; with `kill_after`, kill -9 once that many parts are in the staging folder."""
    before = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    while kill_after and store is not None and process.poll() is None:
        if len(list(store.glob("staging/*/tables/*/*.parquet"))) >= kill_after:
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    output = process.stdout.read() if process.stdout else ""
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


BASELINE = """
import duckdb, sys
con = duckdb.connect(config={"memory_limit": "2GB"})
con.execute(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}', all_varchar=true)) TO '{sys.argv[2]}' (FORMAT parquet)").fetchall()
"""


def main() -> int:
    """Run and print one line per measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=None)
    args = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="lianxun-bench-", dir=args.folder))
    try:
        return measure(work, args.rows)
    finally:
        shutil.rmtree(work)


def measure(work: Path, rows: int) -> int:
    """Baseline, then the taking-in, killed in the middle and run again."""
    folder = work / "delivery"
    folder.mkdir()
    planted = write_delivery(folder, rows)
    size = (folder / "支付.csv").stat().st_size / 1e6
    print(f"rows {rows:,}  csv {size:,.0f} MB  planted {planted}", flush=True)
    plain = timed(
        [sys.executable, "-c", BASELINE, str(folder / "支付.csv"), str(work / "b.parquet")]
    )
    print(
        f"baseline DuckDB copy as text, unchecked: {plain.wall:.1f} s wall, {plain.cpu:.1f} s CPU, "
        f"{plain.memory:,.0f} MB",
        flush=True,
    )
    store = work / "store"
    first = timed(command(folder, store), kill_after=max(1, rows // 200_000), store=store)
    print(f"killed -9 in the middle after {first.wall:.1f} s wall", flush=True)
    second = timed(command(folder, store))
    report = json.loads(second.output)["tables"][0]
    wall, cpu = first.wall + second.wall, first.cpu + second.cpu
    memory = max(first.memory, second.memory)
    print(
        f"ingest, both runs: {wall:.1f} s wall, {cpu:.1f} s CPU, {rows / cpu:,.0f} rows per CPU second, "
        f"peak {memory:,.0f} MB (limit {LIMIT_MB:,} MB)"
    )
    counts = {name: report[name] for name in ("rows", "used", "quarantined", "duplicate")}
    right = (
        counts["rows"] == rows
        and counts["used"] + counts["quarantined"] + counts["duplicate"] == rows
        and counts["quarantined"] == planted["bad"]
        and counts["duplicate"] == planted["repeated"]
    )
    print(f"every row accounted for: {counts} {'OK' if right else 'WRONG'}")
    return 0 if right and memory <= LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
