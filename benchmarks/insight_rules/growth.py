"""How cost grows 1× → 10× → 100× for the parts that carry most of the rows.

    python -m benchmarks.insight_rules.growth [--times 1,10,100]

1× is the pilot of the design: 250,000 payments, 30,000 releases, 9,000 officials among 22,500 nodes and
112,500 edges. A whole province (`python -m benchmarks.insight --part growth`) stops at 10×, because its
generator holds 0.5 GiB per size in memory; these parts are made file by file and go on to 100×.

Printed per step: processor and wall seconds, peak memory, and the exponent of processor time between
neighbours (1 = linear). A fixed start of some seconds flatters the first step; `marginal` (processor
seconds per further million rows) does not have it and stays level when growth is linear.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.insight_rules import payments, relation
from benchmarks.measure import Measured, measure
from benchmarks.ocds import SEED as OCDS_SEED
from benchmarks.ocds.generate import write

PAYMENTS, RELEASES, RELATION = 250_000, 30_000, 0.0225
EDGES = sum(relation.EDGES.values())


def nine_queries(folder: Path, times: int) -> tuple[int, Measured]:
    """The nine queries over payments, as ibis expressions."""
    rows = PAYMENTS * times
    path = folder / f"lianxun-payments-{payments.SEED}-{rows}"
    path.mkdir()
    payments.build(path, rows)
    arguments = ("--side", "ibis", "--rows", str(rows), "--folder", str(folder))
    return rows, measure("benchmarks.insight_rules.payments", *arguments)


def relation_rule(folder: Path, times: int) -> tuple[int, Measured]:
    """X01 with its permutation baseline over a graph."""
    scale = round(RELATION * times, 6)
    relation.build(folder / f"lianxun-graph-{relation.SEED}-{scale}.duckdb", scale)
    arguments = ("--side", "ours", "--scale", str(scale), "--folder", str(folder))
    return int(EDGES * scale), measure("benchmarks.insight_rules.relation", *arguments)


def indicators(folder: Path, times: int) -> tuple[int, Measured]:
    """The 11 OCDS indicators over releases."""
    rows = RELEASES * times
    path = folder / f"lianxun-ocds-{OCDS_SEED}-{rows}.jsonl"
    write(path, rows, OCDS_SEED)
    return rows, measure("benchmarks.ocds.one_pass", str(path))


PARTS: dict[str, Callable[[Path, int], tuple[int, Measured]]] = {
    "payments": nine_queries,
    "relation": relation_rule,
    "ocds": indicators,
}


def main() -> None:
    """Grow every part, one size after the other, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", default="1,10,100")
    parser.add_argument("--part", choices=tuple(PARTS), action="append")
    options = parser.parse_args()
    figures: dict[str, list[dict[str, float]]] = {}
    for part in options.part or PARTS:
        last: tuple[int, float] | None = None
        for times in (int(text) for text in options.times.split(",")):
            with tempfile.TemporaryDirectory(prefix="lianxun-growth-") as name:
                rows, run = PARTS[part](Path(name), times)
            row = {"times": times, "rows": rows, "cpu": run.cpu, "wall": run.wall, "peak": run.peak}
            line = (
                f"{part:9} {times:>4}×  {rows:>11,} rows  cpu {run.cpu:7.1f} s  "
                f"wall {run.wall:7.1f} s  peak {run.peak / 1e9:5.2f} GB"
            )
            if last:
                row["exponent"] = math.log(run.cpu / last[1]) / math.log(rows / last[0])
                row["marginal"] = (run.cpu - last[1]) / (rows - last[0]) * 1e6
                line += (
                    f"  exponent {row['exponent']:.2f}  marginal {row['marginal']:.2f} s/million"
                )
            print(line, flush=True)
            last = rows, run.cpu
            figures.setdefault(part, []).append(row)
    out = Path(__file__).parents[1] / "out"
    out.mkdir(exist_ok=True)
    (out / "growth.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
