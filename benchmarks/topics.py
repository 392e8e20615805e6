"""Topic routing on real public text, 10-fold: ``python -m benchmarks.topics [--rows 9000]``.

There is no public set of petitions here, so the harness is measured on what comes nearest: passages of
two neighbouring articles of Chinese statutes, labelled by the shelf they stand on (seven shelves of
``laws/``; the newest version of a work, every wording once, unequal shelves as in real intake). The
plain baseline (characters 1-2, LinearSVC) runs on the same folds in the same run. Unlike petitions,
passages of one statute stand on both sides of a split, which flatters.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lianxun_insight.articles.library import Library, load_folder
from lianxun_insight.text.evals import classify
from lianxun_insight.text.evals.common import stopwatch
from lianxun_insight.triage.ensemble.metrics import macro_f1
from lianxun_insight.triage.ensemble.model import SEED, stratified_folds

DATA = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[2] / "shared" / "data"))
SHELVES = ("司法解释", "行政法规", "行政法", "经济法", "社会法", "民法商法", "宪法相关法")
ROWS, FOLDS = 9_000, 10
SHORTEST = 60  # characters of a passage

Row = dict[str, str]


def passages(folder: Path, size: int) -> list[Row]:
    """At most ``size`` rows ``{"id", "text", "label", "work"}``; the same rows on every machine."""
    rows, seen = [], set[str]()
    for shelf in SHELVES:
        library, _ = load_folder(folder / shelf)
        for work, texts in sorted(_texts(library).items()):
            for i in range(0, len(texts) - 1, 2):
                text = f"{texts[i]}\n{texts[i + 1]}"
                if len(text) >= SHORTEST and text not in seen:
                    seen.add(text)
                    rows.append({"id": f"{work}#{i}", "text": text, "label": shelf, "work": work})
    random.Random(SEED).shuffle(rows)
    return rows[:size]


def _texts(library: Library) -> dict[str, list[str]]:
    """Articles of the newest version of each work, without their numbers."""
    newest = {version.work: version for version in library}
    return {work: [a.text for a in version.articles] for work, version in newest.items()}


def baseline(rows: Sequence[Row], folds: int) -> float:
    """Macro-F1 of characters 1-2 with a linear SVM, on the folds of the harness."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    names = sorted({row["label"] for row in rows})
    labels = np.array([names.index(row["label"]) for row in rows], dtype=np.intp)
    texts = [row["text"] for row in rows]
    fold = stratified_folds(labels, folds, seed=SEED)
    guess = np.zeros_like(labels)
    for k in range(folds):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        features = grams.fit_transform([texts[i] for i in train])
        machine = LinearSVC(random_state=0).fit(features, labels[train])
        guess[test] = machine.predict(grams.transform([texts[i] for i in test]))
    return round(macro_f1(labels, guess, len(names)), 4)


def run(size: int = ROWS, folds: int = FOLDS) -> dict[str, Any]:
    """The report of the harness with the baseline beside it."""
    rows = passages(DATA / "laws", size)
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "passages.jsonl"
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        report: dict[str, Any] = classify.evaluate(path, folds=folds)
    with stopwatch(report, "baseline_time"):
        report["baseline_macro_f1"] = baseline(rows, folds)
    return report


def run_duty(folds: int = FOLDS) -> dict[str, Any]:
    """Articles of the Criminal Law: chapters eight and nine (贪污贿赂罪, 渎职罪) against all others."""
    library, _ = load_folder(DATA / "laws" / "刑法")
    newest = {version.work: version for version in library}
    version = newest["刑法"]
    rows = [
        {
            "id": article.key,
            "text": article.text,
            "label": "duty"
            if any("贪污贿赂" in h or "渎职" in h for h in article.headings)
            else "other",
        }
        for article in version.articles
    ]
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "articles.jsonl"
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return classify.evaluate(path, folds=folds)


def main() -> int:
    """Print the report as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--folds", type=int, default=FOLDS)
    arguments = parser.parse_args()
    if not DATA.exists():
        raise SystemExit("公开数据不在 ../shared/data，未测量。")
    report = run(arguments.rows, arguments.folds)
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
