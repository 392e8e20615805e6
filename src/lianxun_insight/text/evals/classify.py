"""``text eval classify``: topic routing, or yes/no, on any labelled set.

Each line: ``{"id": ..., "text": "...", "label": "..."}``; a subject may stand as the first line of
``text``. Without ``train`` the file is cross-validated (10 folds, stratified, fixed seed); with
``train`` the model is fitted on that file and measured on this one. With exactly two labels the
report also has F1 of the positive label and the one-rule baseline of ``triage.duty`` beside it.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.text.evals.common import BadFileError, bootstrap, figure, read_rows, stopwatch
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
from lianxun_insight.triage.ensemble.model import SEED, VIEW_WEIGHTS, fit, stratified_folds
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
DUTY_WEIGHTS = {**VIEW_WEIGHTS, "cues": 0.8}


@dataclass(frozen=True)
class LabelledSet:
    texts: list[str]
    labels: NDArray[np.intp]
    names: list[str]


def load(path: Path, names: Sequence[str] | None = None) -> LabelledSet:
    """The set as texts and label numbers; ``names`` fixes the numbering of a training set."""
    rows = read_rows(path, ("id", "text", "label"))
    labels = [_label(row["label"]) for row in rows]
    known = sorted(set(labels)) if names is None else list(names)
    unknown = sorted(set(labels) - set(known))
    if unknown:
        raise BadFileError(f"{path.name} 含训练文件中没有的标签：{'、'.join(unknown[:5])}。")
    if len(known) < 2:
        raise BadFileError(f"{path.name} 只有一种标签，无法评测分类；请提供至少两种标签的文件。")
    numbers = np.array([known.index(label) for label in labels], dtype=np.intp)
    return LabelledSet([str(row["text"]) for row in rows], numbers, known)


def _label(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


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
    model = fit_duty(counts, train, positive, rule, weights=DUTY_WEIGHTS)
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


def _check_sizes(labels: NDArray[np.intp], names: Sequence[str]) -> None:
    sizes = np.bincount(labels, minlength=len(names))
    small = [name for name, size in zip(names, sizes, strict=True) if size < 2]
    if small:
        raise BadFileError(
            f"下列标签少于 2 条，无法训练：{'、'.join(small[:5])}；请合并或补充样本。"
        )


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
    trained = load(train) if train is not None else None
    tested = load(file, trained.names if trained else None)
    texts = (trained.texts if trained else []) + tested.texts
    labels = np.concatenate([trained.labels, tested.labels]) if trained else tested.labels
    _check_sizes(trained.labels if trained else labels, tested.names)
    report: dict[str, object] = {
        "eval": "classify",
        "rows": len(tested.texts),
        "labels": {n: int((tested.labels == i).sum()) for i, n in enumerate(tested.names)},
        "method": f"train file of {len(trained.texts)}" if trained else f"{folds}-fold",
    }
    whole = LabelledSet(texts, labels, tested.names)
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


def _topics(report: dict[str, object], whole: LabelledSet, splits: Splits, jobs: int) -> None:
    counts, labels, names = count(whole.texts), whole.labels, whole.names
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
    counts = count(texts).beside("cues", cue_columns(texts))
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
