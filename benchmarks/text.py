"""Every figure of Chinese text, beside its target, by one command:

    python -m benchmarks.text [--classify FILE] [--duty FILE] [--similar FILE] [--law FILE --corpus DIR]

Runs ``benchmarks.text_law --ocr``, ``benchmarks.regulations_search`` and ``benchmarks.triage --topics``, each
in a process of its own, and prints one table (about 15 CPU minutes). A set of one's own in the format of
``lianxun-insight text eval`` adds its rows above those of the public and invented ones; the table says on what
each figure was measured. What fails is a row of its own. Exit code 1: a part failed or a target is not met.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import table
from benchmarks.table import Row

Report = Mapping[str, Any]
PARTS: tuple[tuple[str, tuple[str, ...], Callable[[Report], list[Row]]], ...] = (
    ("text_law", ("--ocr",), table.of_statutes),
    ("regulations_search", (), table.of_library),
    ("triage", ("--topics",), table.of_triage),
)


def measured(name: str, arguments: tuple[str, ...]) -> dict[str, Any] | None:
    """The figures of one benchmark, run as a command; None when it fails (its words stand on stderr)."""
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "figures.json"
        command = [sys.executable, "-m", f"benchmarks.{name}", *arguments, "--json", str(kept)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        if done.returncode or not kept.exists():
            return None
        report: dict[str, Any] = json.loads(kept.read_text("utf-8"))
        return report


def own_sets(arguments: argparse.Namespace) -> list[Row]:
    """Rows of the sets that were handed over."""
    from benchmarks.topics import baseline
    from lianxun_insight.text.evals import classify, law, similar
    from lianxun_insight.text.evals.common import read_rows

    rows: list[Row] = []
    if arguments.classify is not None:
        report: dict[str, Any] = dict(classify.evaluate(arguments.classify))
        plain = [
            {"text": r.text("title", default="") + r.text("text"), "label": r.key("label")}
            for r in read_rows(arguments.classify, ("text", "label"))
        ]
        report["baseline_macro_f1"] = baseline(plain, classify.FOLDS)
        rows += table.of_topics(report, f" ({arguments.classify.name})")
    if arguments.duty is not None:
        report = dict(classify.evaluate(arguments.duty))
        rows.append(table.of_duty(report, f" ({arguments.duty.name})"))
    if arguments.similar is not None:
        report = dict(similar.evaluate(arguments.similar))
        rows += table.of_similar(report, report["copies"], f" ({arguments.similar.name})")
    if arguments.law is not None:
        rows += table.of_law(
            law.evaluate(arguments.law, train=arguments.law, corpus=arguments.corpus)
        )
    return rows


def main() -> int:
    """Print the table; 1 when a part failed or a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("classify", "duty", "similar", "law"):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="the statutes of --law")
    parser.add_argument(
        "--own-only", action="store_true", help="measure the sets handed over, nothing else"
    )
    arguments = parser.parse_args()
    rows = own_sets(arguments)
    for name, options, rows_of in () if arguments.own_only else PARTS:
        report = measured(name, options)
        failed = Row(f"benchmarks.{name}", "runs", "failed, see above", met=False)
        rows += [failed] if report is None else rows_of(report)
    print(table.render(rows))
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
