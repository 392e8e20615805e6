"""``text eval classify``: topic routing, or yes/no, on any labelled set.

Each line: ``{"id": ..., "text": "...", "label": "..."}``; a subject may stand as the first line of
``text`` or in a field ``title`` of its own. Without ``train`` the file is cross-validated (10 folds, stratified, fixed seed); with
``train`` the model is fitted on that file and measured on this one. With exactly two labels the
report also has F1 of the positive label and the one-rule baseline of ``triage.duty`` beside it.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.text.evals.common import (
    BadFileError,
    Row,
    bootstrap,
    figure,
    read_rows,
    stopwatch,
)
from lianxun_insight.triage.duty import cue_columns, fit_duty, follows_rule
from lianxun_insight.triage.ensemble.metrics import (
    accuracy_at_coverage,
    calibration_error,
    confusion,
    coverage_curve,
    f1_binary,
    f1_per_class,
    macro_f1,
)
from lianxun_insight.triage.ensemble.model import SEED, VIEWS, fit, stratified_folds
from lianxun_insight.triage.ensemble.views import Counts, count

FOLDS = 10
POSITIVE_NAMES = (
    "1",
    "true",
    "yes",
    "是",
    "duty",
    "duty-related",
    "duty_related",
    "职务",
    "涉职务",
)
DUTY_VIEWS = (*VIEWS, "cues")


@dataclass(frozen=True)
class LabelledSet:
    """Texts with the numbers of their labels; ``lines`` are those of the file."""

    texts: list[str]
    labels: NDArray[np.intp]
    names: list[str]
    lines: list[int]


def load(path: Path, names: Sequence[str] | None = None) -> LabelledSet:
    """The set as texts and label numbers; ``names`` fixes the numbering of a training set.

    A separate ``title`` is put before the text as its subject line.
    """
    rows = read_rows(path, ("text", "label"))
    labels = [row.key("label") for row in rows]
    known = sorted(set(labels)) if names is None else list(names)
    place = {name: number for number, name in enumerate(known)}
    for row, label in zip(rows, labels, strict=True):
        if label not in place:
            raise BadFileError(f"{row.place}的标签“{label}”在训练文件中没有。")
    if len(known) < 2:
        raise BadFileError(f"{path.name} 只有一种标签，无法评测分类；请提供至少两种标签的文件。")
    numbers = np.array([place[label] for label in labels], dtype=np.intp)
    return LabelledSet([_subject_first(r) for r in rows], numbers, known, [r.line for r in rows])


def _subject_first(row: Row) -> str:
    title, text = row.text("title", default="").strip(), row.text("text").strip()
    return f"{title}\n{text}" if title and not text.startswith(title) else text


def without_singles(whole: LabelledSet, report: dict[str, Any], path: Path) -> LabelledSet:
    """The set without labels that occur once: there is nothing to learn them from, which is said."""
    sizes = np.bincount(whole.labels, minlength=len(whole.names))
    if (sizes > 1).all():
        return whole
    kept = np.flatnonzero(sizes[whole.labels] > 1)
    single = np.flatnonzero(sizes[whole.labels] == 1)
    named = [f"第 {whole.lines[i]} 行（{whole.names[whole.labels[i]]}）" for i in single.tolist()]
    words = f"标签只出现一次，无从学习，未计入各项数字：{path.name} {'、'.join(named[:10])}。"
    report.setdefault("warnings", []).append(words)
    renumbered = np.cumsum(sizes > 1) - 1
    names = [n for n, size in zip(whole.names, sizes, strict=True) if size > 1]
    if len(names) < 2:
        raise BadFileError(f"{path.name} 中至少出现两次的标签不足两种，无法评测分类。")
    return LabelledSet(
        [whole.texts[i] for i in kept.tolist()],
        renumbered[whole.labels[kept]].astype(np.intp),
        names,
        [whole.lines[i] for i in kept.tolist()],
    )


@dataclass(frozen=True)
class Outcome:
    """Probabilities of the measured rows; for yes/no the yes at the learnt threshold too."""

    stated: NDArray[np.float64]
    yes: NDArray[np.bool_] | None


def _measure(
    counts: Counts,
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    labels: NDArray[np.intp],
    classes: int,
) -> Outcome:
    model = fit(counts, train, labels, classes)
    return Outcome(model.probabilities(model.weighting.apply(counts)[test]), None)


def _measure_duty(
    counts: Counts,
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    positive: NDArray[np.bool_],
    rule: NDArray[np.bool_],
) -> Outcome:
    model = fit_duty(counts, train, positive, rule, views=DUTY_VIEWS)
    yes = model.probabilities(counts, rule)[test]
    return Outcome(np.column_stack([1.0 - yes, yes]), yes >= model.threshold)


def positive_label(names: Sequence[str], labels: NDArray[np.intp], wanted: str | None) -> int:
    """The number of the label that means yes: the one named, a usual name, or the rarer one."""
    if wanted is not None:
        if wanted not in names:
            raise BadFileError(f"标签 {wanted} 不在文件中；现有标签：{'、'.join(names)}。")
        return list(names).index(wanted)
    usual = [i for i, name in enumerate(names) if name.lower() in POSITIVE_NAMES]
    return usual[0] if len(usual) == 1 else int(np.argmin(np.bincount(labels, minlength=2)))


Splits = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def _splits(whole: LabelledSet, train_size: int, folds: int) -> Splits:
    if train_size:
        return [(np.arange(train_size), np.arange(train_size, len(whole.texts)))]
    fold = stratified_folds(whole.labels, folds, seed=SEED)
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(folds)]


def evaluate(
    file: Path,
    *,
    train: Path | None = None,
    corpus: Path | None = None,
    positive: str | None = None,
    folds: int = FOLDS,
    jobs: int = 2,
) -> dict[str, object]:
    """Figures with 95 % bootstrap intervals over the measured rows. ``corpus`` is not used here."""
    del corpus
    report: dict[str, object] = {"eval": "classify"}
    trained = load(train) if train is not None else None
    tested = load(file, trained.names if trained else None)
    if trained is None:
        tested = without_singles(tested, report, file)
    texts = (trained.texts if trained else []) + tested.texts
    labels = np.concatenate([trained.labels, tested.labels]) if trained else tested.labels
    report |= {
        "rows": len(tested.texts),
        "labels": {n: int((tested.labels == i).sum()) for i, n in enumerate(tested.names)},
        "method": f"train file of {len(trained.texts)}" if trained else f"{folds}-fold",
    }
    whole = LabelledSet(texts, labels, tested.names, tested.lines)
    splits = _splits(whole, len(trained.texts) if trained else 0, folds)
    with stopwatch(report, "time"):
        if len(tested.names) == 2:
            yes = positive_label(tested.names, labels, positive)
            report["positive"] = tested.names[yes]
            _binary(report, texts, labels == yes, splits, jobs)
        else:
            _topics(report, whole, splits, jobs)
    report["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return report


def _counted(texts: list[str]) -> Counts:
    """The n-grams of the texts; a set without any that comes twice cannot be learnt from."""
    try:
        counts = count(texts)
    except ValueError as error:  # scikit-learn: the vocabulary is empty
        raise BadFileError("文本过少或过短，没有可以学习的字词，请补充样本。") from error
    if not sum(matrix.shape[1] for matrix in counts.matrices.values()):
        raise BadFileError("文本过少或过短，没有可以学习的字词，请补充样本。")
    return counts


def _topics(report: dict[str, object], whole: LabelledSet, splits: Splits, jobs: int) -> None:
    counts, labels, names = _counted(whole.texts), whole.labels, whole.names
    # Threads are enough: nearly all of the time goes into liblinear, which lets others run.
    with ThreadPoolExecutor(jobs) as pool:
        outcomes = list(
            pool.map(lambda s: _measure(counts, s[0], s[1], labels, len(names)), splits)
        )
    rows = np.concatenate([test for _, test in splits])
    stated = np.concatenate([outcome.stated for outcome in outcomes])
    _figures(report, labels[rows], stated, names)


def _figures(
    report: dict[str, object],
    truth: NDArray[np.intp],
    stated: NDArray[np.float64],
    names: list[str],
) -> None:
    guess, k = stated.argmax(axis=1).astype(np.intp), len(names)

    def with_interval(statistic: Callable[[NDArray[np.intp]], float]) -> dict[str, object]:
        return figure(statistic(np.arange(len(truth))), bootstrap(statistic, len(truth)))

    report["macro_f1"] = with_interval(lambda r: macro_f1(truth[r], guess[r], k))
    report["accuracy"] = with_interval(lambda r: float(np.mean(truth[r] == guess[r])))
    report["accuracy_at_80"] = with_interval(lambda r: accuracy_at_coverage(truth[r], stated[r]))
    report["ece"] = with_interval(lambda r: calibration_error(truth[r], stated[r]))
    report["coverage_curve"] = coverage_curve(truth, stated)
    table = confusion(truth, guess, k)
    report["f1"] = {n: round(float(f), 4) for n, f in zip(names, f1_per_class(table), strict=True)}
    report["confusion"] = {"rows_truth_columns_guess": table.tolist(), "order": names}


def _binary(
    report: dict[str, object],
    texts: list[str],
    positive: NDArray[np.bool_],
    splits: Splits,
    jobs: int,
) -> None:
    rule = follows_rule(texts)
    counts = _counted(texts).beside("cues", cue_columns(texts))
    with ThreadPoolExecutor(jobs) as pool:
        outcomes = list(
            pool.map(lambda s: _measure_duty(counts, s[0], s[1], positive, rule), splits)
        )
    rows = np.concatenate([test for _, test in splits])
    truth, ruled = positive[rows], rule[rows]
    yes = np.concatenate([o.yes for o in outcomes if o.yes is not None])
    stated = np.concatenate([outcome.stated for outcome in outcomes])
    _figures(report, truth.astype(np.intp), stated, ["no", "yes"])
    size = len(truth)
    report["f1_one_rule"] = figure(
        f1_binary(truth, ruled), bootstrap(lambda r: f1_binary(truth[r], ruled[r]), size)
    )
    report["f1_stack"] = figure(
        f1_binary(truth, yes), bootstrap(lambda r: f1_binary(truth[r], yes[r]), size)
    )
    report["f1_stack_minus_rule"] = figure(
        f1_binary(truth, yes) - f1_binary(truth, ruled),
        bootstrap(lambda r: f1_binary(truth[r], yes[r]) - f1_binary(truth[r], ruled[r]), size),
    )
