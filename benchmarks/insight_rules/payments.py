"""Nine indicator queries on 10⁷ generated payments: ibis beside DuckDB SQL by hand.

    python -m benchmarks.insight_rules.payments [--rows 10000000]

Must reach: 25 s for all nine (by hand measured 31 s), with the same counts. The long test runs the
same nine expressions on PySpark.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb

from benchmarks.insight_rules import queries
from benchmarks.measure import measure

SEED = 20260103


def build(path: Path, rows: int) -> None:
    """Write payments and payees as Parquet (seeded hash functions, the same on every run)."""
    base = duckdb.connect()
    base.execute("set threads = 2")
    units, payees = max(20, rows // 1000), max(50, rows * 3 // 100)

    def draw(salt: int) -> str:
        """A uniform number 0..1 from the row number."""
        return f"(hash(i * 2654435761 + {salt} + {SEED}) % 1000003) / 1000003.0"

    base.execute(
        f"""copy (select i as id,
          (hash(i + {SEED}) % {units})::integer as unit,
          (pow({draw(1)}, 3) * {payees})::integer as payee,
          date '2023-01-01' + (({draw(2)} * 730)::integer) as pay_date,
          (exp(8 + 3.2 * ({draw(3)} + {draw(4)} + {draw(5)} - 1.5)) * 100)::bigint as amount,
          case when {draw(6)} < 0.3 then 'FP' || (hash(i // 2) % 90000000)::varchar end as invoice
          from range({rows}) t(i)) to '{path / "payment.parquet"}' (format parquet)"""
    ).fetchall()
    base.execute(
        f"""copy (select i::integer as payee, date '2010-01-01' + (({draw(7)} * 5000)::integer)
          as founded, (hash(i + 5) % {max(5, payees * 9 // 10)})::integer as phone
          from range({payees + 1}) t(i)) to '{path / "payee.parquet"}' (format parquet)"""
    ).fetchall()


def main() -> None:
    """Build once, run both sides in processes of their own, compare counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=Path(gettempdir()))
    parser.add_argument("--side", choices=("ibis", "sql"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    path = options.folder / f"lianxun-payments-{SEED}-{options.rows}"
    if options.side:
        print(json.dumps(run(options.side, path)))
        return
    if not path.exists():
        path.mkdir(parents=True)
        build(path, options.rows)
    results = {}
    for side in ("ibis", "sql"):
        done = measure(
            "benchmarks.insight_rules.payments",
            *("--side", side, "--rows", str(options.rows), "--folder", str(options.folder)),
        )
        results[side] = done.answer
        total = sum(each["seconds"] for each in done.answer.values())
        print(
            f"{side:5} nine queries {total:6.1f} s  cpu {done.cpu:6.1f} s  {done.peak / 1e9:.2f} GB"
        )
    for name, ours in results["ibis"].items():
        theirs = results["sql"][name]
        same = "=" if ours["count"] == theirs["count"] else "DIFFERS"
        print(
            f"  {name:18} {ours['count']:>10,} {theirs['count']:>10,} {same}"
            f"  {ours['seconds']:6.2f} s {theirs['seconds']:6.2f} s"
        )
    ratio = sum(e["seconds"] for e in results["ibis"].values()) / sum(
        e["seconds"] for e in results["sql"].values()
    )
    print(f"ratio ibis / by hand {ratio:.2f}")


def run(side: str, path: Path) -> dict[str, Any]:
    """Counts and seconds of the nine queries."""
    if side == "sql":
        base = duckdb.connect()
        base.execute("set threads = 2")
        for name in ("payment", "payee"):
            base.execute(f"create view {name} as from '{path / name}.parquet'").fetchall()
        return queries.timed(
            {
                name: lambda text=text: base.execute(text).fetchall()[0][0]
                for name, text in queries.BY_HAND.items()
            },
            time.monotonic,
        )
    import ibis

    backend = ibis.duckdb.connect(threads=2)
    payment = backend.read_parquet(path / "payment.parquet", table_name="payment")
    payee = backend.read_parquet(path / "payee.parquet", table_name="payee")
    return queries.timed(
        {
            name: lambda build=build: int(backend.execute(build(payment, payee).count()))
            for name, build in queries.EXPRESSIONS.items()
        },
        time.monotonic,
    )


if __name__ == "__main__":
    main()
