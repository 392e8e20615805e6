"""Take in ten million payments: time, memory, and a kill -9 in the middle.

    python -m benchmarks.ingest [--rows 10000000] [--folder DIR]

Generated lines (seeded, invented units): 0.1 % bad cells, 0.05 % exact repeats. Printed beside the
plain baseline of the same run: DuckDB copying the same CSV to Parquet as text, unchecked.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lianxun_insight.identifiers.org_code import make_org_code
from lianxun_insight.schemas import load_catalogue

HEAD = "支付凭证号,预算单位代码,预算单位名称,收款单位代码,收款人名称,收款账号,支付金额,支付日期,支付方式,用途摘要\n"
#: The promise of the design: bounded memory, in MB.
LIMIT_MB = 2_000


def write_delivery(folder: Path, rows: int, seed: int = 20260101) -> dict[str, int]:
    """Write CSV and manifest; return what was planted."""
    rng = random.Random(seed)
    units = [(make_org_code("12370203", f"MB{n:06d}"), f"示例{n}局") for n in range(1_000)]
    payees = [
        (make_org_code("91370203", f"MA{n:06d}"), f"示例{n}商贸有限公司") for n in range(20_000)
    ]
    accounts = [f"6222{n:012d}" for n in range(20_000)]
    days = [f"2025-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)]
    planted = {"bad": 0, "repeated": 0}
    with (folder / "支付.csv").open("w", encoding="utf-8") as file:
        file.write(HEAD)
        line = ""
        for number in range(rows):
            chance = rng.random()
            if chance < 0.0005 and line and not line.endswith(",坏\n"):
                planted["repeated"] += 1
                file.write(line)
                continue
            unit, payee = units[rng.randrange(1_000)], payees[rng.randrange(20_000)]
            amount = f"{rng.lognormvariate(8, 2):.2f}"
            bad = chance > 0.999
            planted["bad"] += bad
            day = "2025-02-30" if bad else days[rng.randrange(len(days))]
            line = (
                f"PZ{number:08d},{unit[0]},{unit[1]},{payee[0]},{payee[1]},"
                f"{accounts[rng.randrange(20_000)]},{amount},{day},直接支付,办公用品\n"
            )
            file.write(line)
            if bad:
                line = ""
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


def timed(argv: list[str]) -> tuple[float, float, str]:
    """Wall seconds, peak memory of the child in MB, its output."""
    before = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - before, usage.ru_maxrss / 1024, output


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
    """Baseline, whole run, killed and resumed run."""
    folder = work / "delivery"
    folder.mkdir()
    planted = write_delivery(folder, rows)
    size = (folder / "支付.csv").stat().st_size / 1e6
    print(f"rows {rows:,}  csv {size:,.0f} MB  planted {planted}")
    wall, memory, _ = timed(
        [sys.executable, "-c", BASELINE, str(folder / "支付.csv"), str(work / "b.parquet")]
    )
    print(f"baseline DuckDB copy as text, unchecked: {wall:.1f} s, {memory:,.0f} MB")
    argv = command(folder, work / "store")
    wall, memory, output = timed(argv)
    report = json.loads(output)["tables"][0]
    rate = rows / wall
    print(
        f"ingest: {wall:.1f} s, {rate:,.0f} rows/s, peak {memory:,.0f} MB (limit {LIMIT_MB:,} MB)"
    )
    counts = {name: report[name] for name in ("rows", "used", "quarantined", "duplicate")}
    right = (
        counts["used"] + counts["quarantined"] + counts["duplicate"] == rows
        and counts["quarantined"] == planted["bad"]
        and counts["duplicate"] == planted["repeated"]
    )
    print(f"every row accounted for: {counts} {'OK' if right else 'WRONG'}")
    same = resumed(folder, work, counts)
    return 0 if right and same and memory <= LIMIT_MB else 1


def resumed(folder: Path, work: Path, counts: dict[str, int]) -> bool:
    """Kill -9 after the tenth part, run again, compare."""
    argv = command(folder, work / "second")
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list((work / "second").glob("staging/*/tables/*/*.parquet"))) < 10:
        if process.poll() is not None:
            break
        time.sleep(0.05)
    else:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wall, _, output = timed(argv)
    report = json.loads(output)["tables"][0]
    same = all(report[name] == value for name, value in counts.items())
    print(
        f"killed after part 10, resumed in {wall:.1f} s, same counts: {'OK' if same else 'WRONG'}"
    )
    return same


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
