"""Statutes: splitting, index, search, citations, on the public collection. One command:

    python -m benchmarks.text_law [--ocr]

Prints JSON. Quality comes from the harness (`lianxun-insight text eval law|cite|ocr`), with the plain
baseline (BM25 on single characters' bigrams without titles) rerun on the same data in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks import table
from lianxun_insight.articles.library import load_folder
from lianxun_insight.rank import Filters, Passage, Searcher, SearchIndex, passages_of, shipped
from lianxun_insight.text.evals import cite, law, ocr
from lianxun_insight.text.evals.statutes import GoldFinder, read_questions

DATA = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[2] / "shared" / "data"))
SHORT_WORDS = ("押金", "受贿", "举报", "公示", "回避", "招标", "巡视", "保密", "复议", "罚款")


def timed(call: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    value = call()
    return value, {
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "wall_seconds": round(time.perf_counter() - wall, 3),
    }


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    p50, p95, p99 = np.percentile(milliseconds, [50, 95, 99])
    return {"p50_ms": round(p50, 2), "p95_ms": round(p95, 2), "p99_ms": round(p99, 2)}


def latency(searcher: Searcher, queries: Sequence[str], filters: Filters | None) -> dict[str, Any]:
    """Processor and wall milliseconds of whole searches: ranking, matched words, reasons."""
    searcher.search(queries[0], filters=filters)
    cpu, wall = [], []
    for query in queries:
        begin, used = time.perf_counter(), time.process_time()
        searcher.search(query, k=10, filters=filters)
        cpu.append((time.process_time() - used) * 1000)
        wall.append((time.perf_counter() - begin) * 1000)
    return {"cpu": percentiles(cpu), "wall": percentiles(wall), "queries": len(queries)}


def plain_baseline(index: SearchIndex, questions: Path) -> dict[str, object]:
    """BM25 over the wording alone: no titles, no headings, no lead-ins cut."""
    bare = [Passage(p.id, p.work, "", p.label, p.text) for p in index.passages]
    plain = SearchIndex(bare)
    gold = GoldFinder(plain)
    examples = [gold.example(q) for q in read_questions(questions)]
    return law.summary(law.per_question(Searcher(plain), examples))


def run(*, with_ocr: bool) -> dict[str, Any]:
    """All figures."""
    out: dict[str, Any] = {}
    questions = DATA / "statute_questions" / "train.jsonl"
    (library, load), out["split_1517_files"] = timed(lambda: load_folder(DATA / "laws"))
    out["split"] = {
        "files": load.files,
        "lines": load.lines,
        "problems": len(load.problems),
        "skipped": len(load.skipped),
    }
    passages = passages_of(library)
    index, out["index_build"] = timed(lambda: SearchIndex(passages))
    out["index"] = {"passages": index.size, "postings_megabytes": round(index.nbytes / 1e6, 1)}
    learned, out["load_ranker"] = timed(shipped)
    asked = [q.text for q in read_questions(questions)][:300]
    searcher = Searcher(index, learned)
    today = Filters(as_of=date(2025, 5, 1))
    out["search_ranked"] = latency(searcher, asked, today)
    out["search_untrained"] = latency(Searcher(index), asked, today)
    out["search_two_characters"] = latency(searcher, SHORT_WORDS * 5, today)
    half = Filters(allowed={p.id for p in index.passages[::2]})
    out["search_allowed_half"] = latency(searcher, asked[:50], half)
    out["add_one"] = percentiles([_add(index, passages, i, 1) for i in range(40)])
    out["add_a_rule_of_100"] = percentiles([_add(index, passages, 500 + i, 100) for i in range(5)])
    out["baseline_plain_bm25"] = plain_baseline(SearchIndex(passages), questions)
    out["quality"] = law.evaluate(questions, train=questions, corpus=DATA / "laws")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "generate.jsonl"
        file.write_text('{"generate": 500, "as_of": "2025-05-01"}\n', "utf-8")
        out["citations"] = cite.evaluate(file, corpus=DATA / "laws")
        if with_ocr:
            file.write_text('{"render": 3, "size": 10.5}\n', "utf-8")
            out["ocr"] = ocr.evaluate(file)
    return out


def _add(index: SearchIndex, passages: Sequence[Passage], seed: int, count: int) -> float:
    fresh = [
        Passage(f"new{seed}/{i}", "新规", "新规", f"第{i}条", passages[seed * 7 + i].text)
        for i in range(count)
    ]
    begin = time.process_time()
    index.add(fresh)
    return (time.process_time() - begin) * 1000


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    if not DATA.exists():
        raise SystemExit("公开数据不在 ../shared/data，未测量。")
    report = run(with_ocr=arguments.ocr)
    text = json.dumps(report, ensure_ascii=False, indent=2)
    if arguments.json is not None:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text)
    print("\n" + table.render(table.of_statutes(report)))


if __name__ == "__main__":
    main()
