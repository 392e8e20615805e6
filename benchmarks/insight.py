"""Planted schemes found and missed, under complete and incomplete data, and how cost grows.

    python -m benchmarks.insight                 # all parts on a province of size 1
    python -m benchmarks.insight --part schemes  # recall per scheme, single sources against joined
    python -m benchmarks.insight --part gaps     # relations, identifiers, departments missing
    python -m benchmarks.insight --part growth --sizes 1,10

The seed differs from the one the rules and tests were written against (7), so nothing here was
tuned on the province it is judged by. Every setting is generated and scanned in this run; only
ratios within the run mean anything on another machine. Results: `benchmarks/out/insight.json`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 20260
GAPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("complete", {}),
    ("15 % of relations missing", {"relations": 0.15}),
    ("40 % of relations missing", {"relations": 0.40}),
    ("35 % of identifiers missing", {"ids": 0.35}),
    ("all identifiers missing that are no key, names left", {"ids": 1.0}),
    ("police absent", {"absent": ("公安",)}),
)
RELATION_SCHEMES = ("S01", "S02", "S03", "S10", "S16", "S20", "S27")
#: Rules that join persons across departments, one of each pair of twins.
PERSON_RULES = ("X01", "X02", "X03", "X07", "K21")
#: Size 1 is the pilot of the design: 300 bodies, 90,000 persons, 250,000 payments, 1.4 million rows.
SIZES = "0.1,1,10"


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall and CPU seconds and peak memory (MiB) of one command."""

    wall: float
    cpu: float
    peak_mib: float


def command(*arguments: str) -> tuple[Any, Cost]:
    """Run `lianxun-insight ... --json` and measure that process alone."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "lianxun_insight.cli", *arguments, "--json"], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)}: exit {process.returncode}")
    cost = Cost(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return json.loads(text), cost


def scanned(folder: Path, size: float, seed: int = SEED) -> dict[str, Any]:
    """Generate and scan one province; returns both results with their costs."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    made, made_cost = command("generate", str(data), "--size", str(size), "--seed", str(seed))
    found, scan_cost = command(
        "scan", str(data), "--out", str(folder / "flags.jsonl"), "--as-of", "2025-12-31"
    )
    return {"rows": made["rows"], "generate": made_cost, "scan": scan_cost, "result": found}


def judged(folder: Path) -> dict[str, Any]:
    """The evaluations of the flags in `folder`: single sources, union, joined, all; two rounds."""
    result, _ = command("evaluate", str(folder / "data/truth.jsonl"), str(folder / "flags.jsonl"))
    return dict(result)


def schemes(folder: Path, size: float, seed: int) -> dict[str, Any]:
    """Recall per scheme and the gain of joining over the union of single sources."""
    scanned(folder, size, seed)
    figures = judged(folder)
    results = {r["setting"]: r for r in figures["settings"]}
    union, joined = results["单部门规则合计"], results["全部规则"]
    ratio = joined["mean_recall"] / union["mean_recall"] if union["mean_recall"] else math.inf
    for r in results.values():
        print(
            f"{r['setting']:<10} leads {r['leads']:>6} reviewed {r['reviewed']:>4} precision "
            f"{r['precision']:.3f} first 100 {r['precision_100']:.2f} recall {r['mean_recall']:.3f}"
        )
    print(f"joined / union of single sources: {ratio:.2f} (wanted 1.6)")
    print(f"missed among fully visible: {joined['visible_missed']:.3f} (wanted 0.05)")
    for r in figures["rounds"]:
        print(
            f"round {r['round']}: {r['listed']} bodies listed, {r['listed_right']} with schemes; "
            f"red {r['red']}, {r['red_right']} with schemes; {r['guilty']} have some"
        )
    single = {s["scheme"]: s for s in union["schemes"]}
    for s in joined["schemes"]:
        before = single[s["scheme"]]["found"]
        print(
            f"  {s['scheme']} {s['found']:>3}/{s['planted']:<3} single {before:>3}  "
            f"{s['title_zh']}  {' '.join(s['rules'])}"
        )
    return {
        "ratio": ratio,
        "missed_visible": joined["visible_missed"],
        "settings": list(results.values()),
        "rounds": figures["rounds"],
    }


def gaps(folder: Path, size: float) -> list[dict[str, Any]]:
    """Loss of recall of the relation schemes when relations, identifiers or a department are missing.

    Only the rules that join persons run, in this process, without a budget: the question is what
    can still be seen, not what comes first.
    """
    from lianxun_insight.evaluation import evaluate
    from lianxun_insight.flags import read_flags
    from lianxun_insight.generator import Gaps, make_province, read_truth, write_province
    from lianxun_insight.profile import read_scan
    from lianxun_insight.scan import open_source, run_scan

    rows = []
    for label, options in GAPS:
        data = folder / "gaps"
        shutil.rmtree(data, ignore_errors=True)
        write_province(make_province(size, SEED, instances=6), data, gaps=Gaps(**options))
        out = data / "flags.jsonl"
        run_scan(open_source(data), out, as_of="2025-12-31", only=PERSON_RULES)
        summary = read_scan(out.with_suffix(".scan.json"))
        truth = [p for p in read_truth(data / "truth.jsonl") if p.scheme in RELATION_SCHEMES]
        result = evaluate(truth, list(read_flags(out)), summary, budget=10**9)
        row: dict[str, Any] = {
            "setting": label,
            "recall": result.mean_recall,
            "missed_visible": result.visible_missed,
            "schemes": {s.scheme: f"{s.found}/{s.planted}" for s in result.schemes},
            "hits": {r.id: r.hits if r.computed else None for r in summary.indicators},
        }
        rows.append(row)
        print(f"{label}: recall {row['recall']:.2f} {row['schemes']} {row['hits']}")
    return rows


def growth(folder: Path, sizes: list[float]) -> list[dict[str, Any]]:
    """Cost by size with the exponent between neighbours (1 = linear), and the dearest rules.

    Compiling some sixty rules costs the same at every size, which flatters the exponent of small sizes;
    `marginal` (CPU seconds per further million rows) stays level when growth is linear.
    The generator holds a province in memory (0.5 GiB per size), which bounds what can be run.
    """
    rows: list[dict[str, Any]] = []
    seconds: dict[str, float] = {}
    for size in sizes:
        free = shutil.disk_usage(folder).free / 2**30
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") / 2**30
        if memory < 0.7 * size or free < 0.2 * size:
            print(
                f"size {size:g}: not run, {memory:.0f} GiB of memory and {free:.0f} GiB of disk free"
            )
            continue
        found = scanned(folder, size)
        row: dict[str, Any] = {"size": size, "rows": found["rows"]}
        for step in ("generate", "scan"):
            cost: Cost = found[step]
            row |= {
                f"{step}_wall": cost.wall,
                f"{step}_cpu": cost.cpu,
                f"{step}_mib": cost.peak_mib,
            }
        if rows:
            last = rows[-1]
            grown = math.log(row["rows"] / last["rows"])
            for step in ("generate", "scan"):
                more = row[f"{step}_cpu"] - last[f"{step}_cpu"]
                row[f"{step}_exponent"] = math.log(row[f"{step}_cpu"] / last[f"{step}_cpu"]) / grown
                row[f"{step}_marginal"] = more / (row["rows"] - last["rows"]) * 1e6
        rows.append(row)
        print("  ".join(f"{k} {v:,.2f}" for k, v in row.items()), flush=True)
        print("  dearest rules:", _dearest(found["result"]["seconds"], seconds), flush=True)
        seconds = found["result"]["seconds"]
    return rows


def _dearest(now: dict[str, float], before: dict[str, float]) -> str:
    """The ten dearest rules in wall seconds, each with its factor over the size before."""
    ranked = sorted(now.items(), key=lambda item: -item[1])[:10]
    return "  ".join(
        f"{rule} {cost:.1f}" + (f" (×{cost / before[rule]:.1f})" if before.get(rule) else "")
        for rule, cost in ranked
    )


def main() -> None:
    """Run the parts asked for and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("all", "schemes", "gaps", "growth"), default="all")
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the province of `schemes`")
    parser.add_argument("--sizes", default=SIZES)
    args = parser.parse_args()
    out = Path(__file__).parent / "out"
    out.mkdir(exist_ok=True)
    path = out / "insight.json"
    figures: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    with tempfile.TemporaryDirectory(prefix="lianxun-insight-") as name:
        folder = Path(name)
        if args.part in ("all", "schemes"):
            figures["schemes"] = schemes(folder, args.size, args.seed)
        if args.part in ("all", "gaps"):
            figures["gaps"] = gaps(folder, min(args.size, 0.25))
        if args.part in ("all", "growth"):
            figures["growth"] = growth(folder, [float(s) for s in args.sizes.split(",")])
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
