"""Trains the ranker on questions with known articles. Needs the extra `insight` (LightGBM).

Translation and memory are one kernel ridge regression from question grams to the statute vector,
and to the identity, of the answering articles, written out in primal form and pruned. The trees
are fitted on leave-one-out scores (closed form), so that no question is scored by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.rank.features import (
    CANDIDATES,
    COLUMNS,
    Memory,
    Signals,
    matrix,
    top_positions,
)
from lianxun_insight.rank.grams import keys_of
from lianxun_insight.rank.index import SearchIndex
from lianxun_insight.rank.learned import EXPANSION, Learned
from lianxun_insight.rank.postings import build
from lianxun_insight.rank.query import query_weights, stripped
from lianxun_insight.rank.trees import TreeEnsemble

RIDGE: Final = 0.5
TRANSLATIONS_PER_GRAM: Final = 24
ARTICLES_PER_GRAM: Final = 12
MIN_QUESTIONS: Final = 2
ROUNDS: Final = 80
#: The regression inverts a matrix of questions × questions: 200 MB and a minute at this size.
MOST_QUESTIONS: Final = 5_000
SAMPLE_SEED: Final = 20_250_101
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "lambdarank",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 20,
    "verbose": -1,
    "num_threads": 1,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the index positions of the articles that answer it (any edition of each)."""

    question: str
    answers: tuple[frozenset[int], ...]

    @property
    def positions(self) -> list[int]:
        """One position per answer: the first edition."""
        return [min(a) for a in self.answers if a]


@dataclass(slots=True)
class _Problem:
    """Everything in matrix form: rows are examples."""

    examples: list[Example]
    vocabulary: list[int]
    idf: NDArray[np.float64]
    questions: Any  # scipy CSR, examples × vocabulary, unit rows
    statute: Any  # scipy CSR, examples × statute grams, mean unit vector of the answers
    statute_keys: NDArray[np.int64]
    articles: list[str]
    answer: NDArray[np.float32]  # examples × articles, rows sum to 1
    inverse: NDArray[np.float64]


def train(index: SearchIndex, examples: Sequence[Example], card: Mapping[str, Any]) -> Learned:
    """Fit translation, memory and trees. Deterministic for equal input on one platform.

    Of more than ``MOST_QUESTIONS`` that many are drawn with a fixed seed. Raises ``ValueError`` where fewer
    than ten questions have an answer in the index.
    """
    usable = [e for e in examples if e.positions]
    if len(usable) < 10:
        raise ValueError(
            f"可用的训练问题只有 {len(usable)} 条，至少需要 10 条，请检查法规文件夹与训练文件是否对应。"
        )
    offered = len(usable)
    if offered > MOST_QUESTIONS:
        drawn = np.random.default_rng(SAMPLE_SEED).permutation(offered)[:MOST_QUESTIONS]
        usable = [usable[i] for i in np.sort(drawn).tolist()]
    problem = _problem(index, usable)
    learned = _primal(problem)
    learned.trees_text = _trees(index, problem, learned)
    learned.trees = TreeEnsemble.parse(learned.trees_text)
    learned.card = {**card, "questions": len(usable), "features": list(COLUMNS)}
    if offered > len(usable):
        learned.card["questions_offered"] = offered
    return learned


def _problem(index: SearchIndex, examples: list[Example]) -> _Problem:
    from scipy import sparse

    counts = [Counter(keys_of(e.question).tolist()) for e in examples]
    frequency = Counter(k for c in counts for k in c)
    vocabulary = sorted(frequency)
    column = {k: i for i, k in enumerate(vocabulary)}
    n = len(examples)
    idf = np.array([np.log(n / frequency[k]) + 0.3 for k in vocabulary])
    questions = sparse.csr_matrix(
        (
            [f * idf[column[k]] for c in counts for k, f in c.items()],
            (
                [i for i, c in enumerate(counts) for _ in c],
                [column[k] for c in counts for k in c],
            ),
        ),
        shape=(n, len(vocabulary)),
    )
    questions = _unit_rows(questions)
    kernel = (questions @ questions.T).toarray()
    statute, keys = _statute_vectors(index, examples)
    names = [[index.fingerprints[p] for p in e.positions] for e in examples]
    articles = sorted({f for row in names for f in row})
    place = {f: i for i, f in enumerate(articles)}
    answer = np.zeros((n, len(articles)), np.float32)
    for row, found in enumerate(names):
        for name in found:
            answer[row, place[name]] += 1 / len(found)
    inverse = np.linalg.inv(kernel + RIDGE * np.eye(n))
    return _Problem(examples, vocabulary, idf, questions, statute, keys, articles, answer, inverse)


def _unit_rows(rows: Any) -> Any:
    from scipy import sparse

    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(norms, 1e-9)) @ rows).tocsr()


def _statute_vectors(index: SearchIndex, examples: list[Example]) -> tuple[Any, NDArray[np.int64]]:
    """Mean of the unit (idf × BM25 part) vectors of each example's answers."""
    from scipy import sparse

    positions = sorted({p for e in examples for p in e.positions})
    row = {p: i for i, p in enumerate(positions)}
    average = float(index.main.lengths.mean())
    part = build([index.passages[p].searched_text for p in positions], average=average)
    idf = index.idf(part.keys.tolist())
    weights = part.weights * np.repeat([idf[int(k)] for k in part.keys], np.diff(part.starts))
    columns = np.repeat(np.arange(len(part.keys)), np.diff(part.starts))
    vectors = _unit_rows(
        sparse.csr_matrix(
            (weights, (part.documents, columns)), shape=(len(positions), len(part.keys))
        )
    )
    mean = sparse.csr_matrix(
        (
            [1 / len(e.positions) for e in examples for _ in e.positions],
            (
                [i for i, e in enumerate(examples) for _ in e.positions],
                [row[p] for e in examples for p in e.positions],
            ),
        ),
        shape=(len(examples), len(positions)),
    )
    return (mean @ vectors).tocsr(), part.keys


def _primal(problem: _Problem) -> Learned:
    """Question gram → its strongest statute grams and articles."""
    kept = [
        i for i, n in enumerate(np.diff(problem.questions.tocsc().indptr)) if n >= MIN_QUESTIONS
    ]
    left = problem.questions.T.tocsr()[kept]  # grams × examples
    inverse = problem.inverse.astype(np.float32)
    statute = problem.statute.astype(np.float32)
    pointed = inverse @ problem.answer
    translation, memory = {}, {}
    idf = {problem.vocabulary[i]: float(problem.idf[i]) for i in kept}
    for begin in range(0, len(kept), 256):
        rows = left[begin : begin + 256]
        dual = np.asarray(rows @ inverse, dtype=np.float32)
        grams = dual @ statute
        grams = np.asarray(grams if isinstance(grams, np.ndarray) else grams.toarray())
        articles = np.asarray(rows @ pointed)
        for offset in range(rows.shape[0]):
            key = problem.vocabulary[kept[begin + offset]]
            best = _strongest(grams[offset], TRANSLATIONS_PER_GRAM)
            translation[key] = (problem.statute_keys[best], grams[offset][best])
            best = _strongest(articles[offset], ARTICLES_PER_GRAM)
            memory[key] = (best.astype(np.int32), articles[offset][best].astype(np.float32))
    return Learned(idf, translation, memory, tuple(problem.articles), TreeEnsemble(COLUMNS, ()))


def _strongest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    count = min(count, len(values))
    part = np.argpartition(-np.abs(values), count - 1)[:count]
    part = part[np.abs(values[part]) >= 0.0005]
    return np.sort(part)


def _trees(index: SearchIndex, problem: _Problem, learned: Learned) -> str:
    import lightgbm

    rows, labels, groups = [], [], []
    memory = Memory(index, learned)
    allowed = index.alive
    n = len(problem.examples)
    # Leave-one-out weights of ridge regression: −M_ij / M_ii with zero on the diagonal.
    diagonal = np.diag(problem.inverse)
    loo = -problem.inverse / diagonal[:, None]
    loo[np.arange(n), np.arange(n)] = 0.0
    numbers, positions = memory.positions()
    answers = loo.astype(np.float32) @ problem.answer
    for row, example in enumerate(problem.examples):
        vector = np.asarray(loo[row] @ problem.statute).ravel()
        signals = _signals(index, problem, example, vector)
        signals.remembered[positions] = answers[row][numbers]
        places = top_positions(signals.fused(), allowed, CANDIDATES)
        wanted = {p for a in example.answers for p in a}
        label = np.fromiter((int(p) in wanted for p in places), np.int32, len(places))
        if label.any():
            rows.append(matrix(index, signals, places, allowed))
            labels.append(label)
            groups.append(len(places))
    data = lightgbm.Dataset(
        np.concatenate(rows),
        np.concatenate(labels),
        group=groups,
        feature_name=list(COLUMNS),
        free_raw_data=False,
    )
    booster = lightgbm.train(PARAMETERS, data, ROUNDS)
    text: str = booster.model_to_string()
    return text


def _signals(
    index: SearchIndex, problem: _Problem, example: Example, vector: NDArray[np.float64]
) -> Signals:
    best = np.argsort(-np.abs(vector), kind="stable")[:EXPANSION]
    grams = {int(problem.statute_keys[i]): float(vector[i]) for i in best}
    idf = index.idf(grams)
    translated = index.score_weighted({k: grams[k] * idf[k] for k in idf}) / index.norms()
    lexical = index.score(query_weights(example.question))
    return Signals(lexical, translated, np.zeros_like(lexical), len(stripped(example.question)))
