"""Targets and what was measured, as one table. A row without a figure says why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Row(NamedTuple):
    """``met`` is None where nothing was measured."""

    what: str
    target: str
    measured: str
    met: bool | None


def render(rows: Iterable[Row]) -> str:
    """Markdown."""
    words = {True: "met", False: "NOT MET", None: "—"}
    lines = ["| what | target | measured | |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.target} | {r.measured} | {words[r.met]} |" for r in rows]
    return "\n".join(lines)


def at_least(what: str, target: float, value: float | None, note: str = "") -> Row:
    """A figure that should be high."""
    shown = "not measured" if value is None else f"{value:.4g}"
    return Row(what, f"≥ {target:g}", shown + note, None if value is None else value >= target)


def at_most(what: str, target: float, value: float | None, note: str = "") -> Row:
    """A figure that should be low."""
    shown = "not measured" if value is None else f"{value:.4g}"
    return Row(what, f"≤ {target:g}", shown + note, None if value is None else value <= target)


def value(report: Mapping[str, Any] | None, *path: str) -> float | None:
    """The figure at a path of nested objects; ``{"value": …}`` is opened; None when it is not there."""
    found: Any = report
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    if isinstance(found, Mapping):
        found = found.get("value")
    return None if found is None else float(found)


def of_triage(report: Mapping[str, Any]) -> list[Row]:
    """Rows of ``benchmarks.triage``. Quality is that of invented or public text, never of real leads."""
    ece = [row["ece"] for row in report["figures_of_the_card"].values()]
    faithful = [row["faithful"] for row in report["figures_of_the_card"].values()]
    stated = " (statute passages; no public petitions)" if report.get("topics") else ""
    return [
        *of_topics(report.get("topics"), stated),
        of_duty(report["duty"], " (articles of the Criminal Law)"),
        *of_similar(report["other_words"], report["similar"]["copies"], " (invented letters)"),
        at_most(
            "same text, other subject, called duplicate",
            0.05,
            value(report["gate"], "other_subject", "called_duplicate"),
            f" of {report['gate']['other_subject']['pairs']} pairs",
        ),
        at_most(
            "suggestion, 800 characters, both facets, warm, CPU ms (median)",
            50,
            value(report["suggestion"], "both_facets_ms", "median"),
        ),
        at_least("explanations: halved when their words go (worst facet)", 0.9, min(faithful)),
        at_most("ECE of the shipped model (worst facet)", 0.03, max(ece)),
    ]


def of_topics(report: Mapping[str, Any] | None, note: str) -> list[Row]:
    """Rows of ``text eval classify`` with several labels; ``note`` says on what."""
    plain = value(report, "baseline_macro_f1")
    beside = f"{note}; characters 1-2 with LinearSVC {plain:.4g}" if plain else note
    return [
        at_least("topics, 10-fold macro-F1", 0.93, value(report, "macro_f1"), beside),
        at_least("topics, accuracy at 80 % coverage", 0.975, value(report, "accuracy_at_80"), note),
        at_most("topics, ECE", 0.03, value(report, "ece"), note),
    ]


def of_duty(report: Mapping[str, Any], note: str) -> Row:
    """The row of ``text eval classify`` with yes and no."""
    rule, stack = value(report, "f1_one_rule"), value(report, "f1_stack")
    words = f" (F1 {stack}, one rule {rule}){note}"
    difference = value(report, "f1_stack_minus_rule")
    return at_least("duty-related: F1 above the one rule", 0.0, difference, words)


def of_similar(report: Mapping[str, Any], copies: Mapping[str, Any], note: str) -> list[Row]:
    """Rows of ``text eval similar``."""
    return [
        at_least("similar leads, P@1", 0.97, value(report, "p_at_1"), note),
        at_least("similar leads, P@5", 0.94, value(report, "p_at_5"), note),
        at_least("copies above .5 Jaccard, recall", 0.995, value(copies, "recall"),
                 f" of {copies['pairs']} pairs"),
    ]  # fmt: skip


def of_statutes(report: Mapping[str, Any]) -> list[Row]:
    """Rows of ``benchmarks.text_law``."""
    quality, plain = report["quality"], report["baseline_plain_bm25"]
    cited = report["citations"]
    rows = [
        *of_law(quality, plain),
        at_least("citations found", 1.0, value(cited, "accuracy")),
        at_most("one citation, ms", 0.2, value(cited, "milliseconds_each")),
        at_most(
            "search p95, CPU ms (engine alone)",
            100,
            value(report["search_ranked"], "cpu", "p95_ms"),
        ),
        at_most(
            "index build, CPU s (engine alone)", 30, value(report["index_build"], "cpu_seconds")
        ),
        at_most("add one article, p95 ms (engine alone)", 50, value(report["add_one"], "p95_ms")),
    ]
    if "ocr" in report:
        rows.append(
            at_most(
                "OCR, typeset A4, clean and degraded, character error",
                0.002,
                value(report["ocr"], "character_error_rate"),
            )
        )
        seconds = report["ocr"]["cpu_seconds_a_page"]
        rows.append(
            at_most("OCR, CPU s a page", 10, seconds["mean"], f" (slowest {seconds['max']})")
        )
    return rows


def of_law(quality: Mapping[str, Any], plain: Mapping[str, Any] | None = None) -> list[Row]:
    """Rows of ``text eval law``; ``plain`` is BM25 on the wording alone."""
    untrained, trained = quality["untrained"], quality.get("trained", {})
    rows = []
    for name, target in (("MRR@10", 0.40), ("R@10", 0.48), ("R@100", 0.68)):
        beside = f" (plain BM25 {value(plain, name)})" if plain else ""
        rows.append(
            at_least(f"statute search, untrained, {name}", target, value(untrained, name), beside)
        )
    for name, target in (("R@5", 0.53), ("R@100", 0.78)):
        what = f"ranker, questions not trained on, {name}"
        rows.append(at_least(what, target, value(trained, name)))
    return rows


def of_library(report: Mapping[str, Any]) -> list[Row]:
    """Rows of ``benchmarks.regulations_search``: through HTTP, with permissions."""
    load = f" (load of the machine {report['load_average'][0]})"
    imported, leaks = report["import"], report["questions"]["pages_that_name_a_restricted_rule"]
    return [
        at_most("import of the public statutes, s", 180, value(imported, "wall_seconds")),
        at_most("… files not accounted for", 0, value(imported, "unaccounted_files")),
        *(
            at_most(f"search over HTTP, {words}, p95 ms", 100, value(report, name, "whole", "p95_ms"), load)
            for name, words in (("questions", "questions"), ("two_characters", "words of two characters"),
                                ("citations", "citations"))
        ),
        at_most("… pages that name what the reader may not see", 0, float(leaks)),
        at_most("index build from the database, s", 30, value(report, "index", "build_and_save_seconds"), load),
        at_most("one more rule in the index, p95 ms", 50, value(report, "add_one_rule", "p95_ms"), load),
    ]  # fmt: skip
