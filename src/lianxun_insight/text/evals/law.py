"""``text eval law``: plain-language search over a folder of statutes.

Each line: ``{"id", "question", "articles": [{"name", "text"}]}``; ``--corpus`` is a folder of
statutes (Markdown, text, Word, PDF, OFD, workbooks; folders inside it are read too). Reported: MRR@10 and recall at 5, 10, 100, averaged over questions,
with 95 % bootstrap intervals, (a) without any training, (b) with the shipped ranker — with a warning
and separate figures where the questions were in its training set — and (c) with ``--train FILE``
a ranker trained on that file; if it is the same file, five-fold cross-validation by question.
An article the folder does not hold counts as missed and is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.grams import fingerprint
from lianxun_insight.rank.index import SearchIndex
from lianxun_insight.rank.learned import Learned, shipped
from lianxun_insight.rank.passages import passages_of
from lianxun_insight.rank.search import Searcher
from lianxun_insight.rank.train import MOST_QUESTIONS, Example
from lianxun_insight.rank.train import train as fit
from lianxun_insight.text.evals.common import SEED, bootstrap, figure, sampled, stopwatch
from lianxun_insight.text.evals.statutes import (
    GoldFinder,
    Question,
    files_of,
    load_library,
    read_questions,
)

CUTS = (5, 10, 100)
FOLDS = 5
MOST_ASKED = 10_000
Ranks = NDArray[np.float64]


def ranks_of(places: Sequence[int], example: Example) -> list[float]:
    """Rank (from 1) of each answer in a result list; infinity where it is missing."""
    at = {p: i for i, p in enumerate(places, 1)}
    return [min((at[p] for p in a if p in at), default=np.inf) for a in example.answers]


def per_question(searcher: Searcher, examples: Sequence[Example]) -> Ranks:
    """Columns MRR@10, R@5, R@10, R@100; one row per question."""
    rows = []
    for example in examples:
        places = searcher.order(example.question, k=max(CUTS)).places
        ranks = np.array(ranks_of(places, example), dtype=np.float64)
        best = ranks.min(initial=np.inf)
        recalls = [float((ranks <= cut).mean()) for cut in CUTS]
        rows.append([1 / best if best <= 10 else 0.0, *recalls])
    return np.array(rows)


def summary(rows: Ranks) -> dict[str, object]:
    """The means with their intervals."""
    names = ("MRR@10", *(f"R@{c}" for c in CUTS))
    out: dict[str, object] = {}
    for column, name in enumerate(names):
        values = rows[:, column]

        def mean_of(sample: NDArray[np.intp], values: Ranks = values) -> float:
            return float(values[sample].mean())

        out[name] = figure(float(values.mean()), bootstrap(mean_of, len(rows)))
    return out


def evaluate(
    file: Path, *, train: Path | None = None, corpus: Path | None = None, **_options: object
) -> dict[str, Any]:
    """Run the evaluation; see the module's docstring."""
    report: dict[str, Any] = {"eval": "law", "file": file.name, "seed": SEED}
    questions = sampled(read_questions(file), MOST_ASKED, report, "条问题")
    with stopwatch(report, "reading"):
        library, loaded = load_library(corpus)
        passages = passages_of(library)
    with stopwatch(report, "index_build"):
        index = SearchIndex(passages)
    report["corpus"] = files_of(loaded) | {
        "works": len(library.works),
        "passages": index.size,
        "index_bytes": index.nbytes,
    }
    gold = GoldFinder(index)
    examples = [gold.example(q) for q in questions]
    report["questions"] = len(examples)
    report["gold"] = _gold_report(questions, examples)
    with stopwatch(report, "search_untrained"):
        report["untrained"] = summary(per_question(Searcher(index), examples))
    _with_shipped(report, index, questions, examples)
    if train is not None:
        if len(examples) * (FOLDS - 1) // FOLDS > MOST_QUESTIONS:
            words = f"训练问题多于 {MOST_QUESTIONS} 条的，按固定种子抽取这么多条训练。"
            report.setdefault("warnings", []).append(words)
        with stopwatch(report, "training_and_search"):
            report["trained"] = _trained(index, gold, examples, file, train)
    return report


def _gold_report(questions: Sequence[Question], examples: Sequence[Example]) -> dict[str, object]:
    missing = [
        f"{q.id}: {name}"
        for q, e in zip(questions, examples, strict=True)
        for (name, _), answer in zip(q.articles, e.answers, strict=True)
        if not answer
    ]
    return {
        "articles": sum(len(q.articles) for q in questions),
        "not_in_corpus": len(missing),
        "not_in_corpus_first": missing[:10],
    }


def _with_shipped(
    report: dict[str, Any],
    index: SearchIndex,
    questions: Sequence[Question],
    examples: Sequence[Example],
) -> None:
    try:
        learned = shipped()
    except FileNotFoundError:
        return
    with stopwatch(report, "search_shipped"):
        rows = per_question(Searcher(index, learned), examples)
    seen = set(learned.card.get("question_fingerprints", ()))
    known = np.array([fingerprint(q.text) in seen for q in questions])
    part: dict[str, Any] = {"all": summary(rows), "questions_seen_in_training": int(known.sum())}
    if known.any():
        part["warning"] = (
            "随附排序模型的训练集包含本文件中的问题，全体数字偏高，请看 unseen 或交叉验证。"
        )
        if not known.all():
            part["unseen"] = summary(rows[~known])
    report["shipped_ranker"] = part


def _trained(
    index: SearchIndex, gold: GoldFinder, examples: Sequence[Example], file: Path, train: Path
) -> dict[str, Any]:
    if train.read_bytes() == file.read_bytes():
        return {
            "method": f"{FOLDS}-fold cross-validation by question",
            **cross_validate(index, examples),
        }
    others = [gold.example(q) for q in read_questions(train)]
    learned = fit(index, others, {"name": train.stem})
    rows = per_question(Searcher(index, learned), examples)
    seen = {e.question for e in others}
    overlap = sum(e.question in seen for e in examples)
    return {"method": f"trained on {train.name}", "overlap": overlap, **summary(rows)}


def cross_validate(index: SearchIndex, examples: Sequence[Example]) -> dict[str, Any]:
    """Every question is ranked by a model that has not seen it (nor an equal question).

    `no_shared_articles` is the harder figure: no article that answers a question answers a training
    question of its fold either — what to expect on subjects nobody asked about.
    """
    equal: dict[str, int] = {}
    by_question = [equal.setdefault(e.question, len(equal)) for e in examples]
    out = summary(_cross_validated(index, examples, by_question))
    by_article = _linked_by_articles(examples)
    if len(set(by_article)) >= FOLDS:
        out["no_shared_articles"] = summary(_cross_validated(index, examples, by_article))
    return out


def _cross_validated(
    index: SearchIndex, examples: Sequence[Example], groups: Sequence[int]
) -> Ranks:
    """Questions of one group stay in one fold."""
    numbers = sorted(set(groups))
    fold_of = dict(
        zip(numbers, np.random.default_rng(SEED).permutation(len(numbers)) % FOLDS, strict=True)
    )
    folds = [int(fold_of[g]) for g in groups]
    rows = np.zeros((len(examples), 1 + len(CUTS)))
    for fold in range(FOLDS):
        inside = [e for e, f in zip(examples, folds, strict=True) if f != fold]
        learned = fit(index, inside, {"name": f"fold {fold}"})
        at = [i for i, f in enumerate(folds) if f == fold]
        rows[at] = per_question(Searcher(index, learned), [examples[i] for i in at])
    return rows


def _linked_by_articles(examples: Sequence[Example]) -> list[int]:
    """Group numbers: questions that share an answer, directly or through others, are one group."""
    parent = list(range(len(examples)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[int, int] = {}
    for number, example in enumerate(examples):
        for position in {p for a in example.answers for p in a}:
            parent[root(number)] = root(first.setdefault(position, number))
    return [root(i) for i in range(len(examples))]


def train_and_save(file: Path, corpus: Path, folder: Path) -> Learned:
    """Train on all questions of the file and write the text artefact with its card."""
    questions = read_questions(file)
    index = SearchIndex(passages_of(load_library(corpus)[0]))
    gold = GoldFinder(index)
    examples = [gold.example(q) for q in questions]
    card = {
        "name": "lianxun-law-ranker",
        "version": 1,
        "trained_on": "STARD train split (oneal2000/STARD, MIT): public lay questions with their statutes",
        "figures": {"cross_validated": cross_validate(index, examples)},
        "weak_where": [
            "Questions about articles that no training question asked about gain less: see docs/text/ranker-card.md.",
            "Party rules, local rules and questions of officials are in no public set; nothing was learnt about them.",
        ],
        "corpus": {"works": len({p.work for p in index.passages}), "passages": index.size},
        "question_fingerprints": sorted({fingerprint(q.text) for q in questions}),
    }
    learned = fit(index, examples, card)
    learned.save(folder)
    return learned
