"""11 OCDS indicators on generated releases: one pass of ours against plain SQL in the same run.

    python -m benchmarks.ocds [--releases 1000000] [--folder DIR]

Must reach: 1,000,000 releases in 30 s and 1.5 GB on two processors.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.measure import Measured, measure
from benchmarks.ocds import SEED
from benchmarks.ocds.generate import write


def main() -> None:
    """Generate (once per folder), run both, print throughput, memory and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    path = options.folder / f"lianxun-ocds-{SEED}-{options.releases}.jsonl"
    if not path.exists():
        partial = path.with_suffix(".part")
        write(partial, options.releases, SEED)
        partial.rename(path)
    size = path.stat().st_size
    print(f"{options.releases:,} releases, {size / 1e9:.2f} GB, seed {SEED}")
    ours = measure("benchmarks.ocds.one_pass", str(path))
    plain = measure("benchmarks.ocds.plain_sql", str(path))
    for name, run in (("one pass", ours), ("plain SQL", plain)):
        print(_line(name, run, options.releases, size))
    print(f"ratio wall {ours.wall / plain.wall:.2f}, processor {ours.cpu / plain.cpu:.2f}")
    for code in sorted(ours.answer | plain.answer):
        mine, theirs = ours.answer.get(code, 0), plain.answer.get(code, 0)
        print(f"  {code} {mine:>9,} {theirs:>9,} {'=' if mine == theirs else 'DIFFERS'}")


def _line(name: str, run: Measured, releases: int, size: int) -> str:
    return (
        f"{name:10} wall {run.wall:6.1f} s  processor {run.cpu:6.1f} s  "
        f"peak {run.peak / 1e9:.2f} GB  {releases / run.wall:,.0f} releases/s  "
        f"{size / run.wall / 1e6:.0f} MB/s"
    )


if __name__ == "__main__":
    main()
