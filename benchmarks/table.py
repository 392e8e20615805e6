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
    topics = report.get("topics")
    margin = None
    if topics and "macro_f1" in topics:
        margin = topics["macro_f1"]["value"] - topics["baseline_macro_f1"]
    ece = [row["ece"] for row in report["figures_of_the_card"].values()]
    faithful = [row["faithful"] for row in report["figures_of_the_card"].values()]
    stated = " (statute passages; the issue's petitions are kept back)"
    return [
        at_least("topics, 10-fold macro-F1", 0.93, value(topics, "macro_f1"), stated),
        at_least(
            "topics, macro-F1 above the plain baseline (+.005 wanted on petitions)", 0.005, margin
        ),
        at_least(
            "topics, accuracy at 80 % coverage", 0.975, value(topics, "accuracy_at_80"), stated
        ),
        at_most("topics, ECE", 0.03, value(topics, "ece"), stated),
        at_least(
            "duty-related: F1 above the one rule",
            0.0,
            value(report["duty"], "f1_stack_minus_rule"),
            f" (rule {value(report['duty'], 'f1_one_rule')}, stack {value(report['duty'], 'f1_stack')})",
        ),
        at_least("similar leads, P@1", 0.97, value(report["other_words"], "p_at_1")),
        at_least("similar leads, P@5", 0.94, value(report["other_words"], "p_at_5")),
        at_least(
            "copies above .5 Jaccard, recall", 0.995, value(report["similar"], "copies", "recall")
        ),
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


def of_statutes(report: Mapping[str, Any]) -> list[Row]:
    """Rows of ``benchmarks.text_law``."""
    quality, trained = report["quality"], report["quality"].get("trained", {})
    plain = quality["untrained"]
    cited = report["citations"]
    rows = [
        at_least("statute search, untrained, MRR@10", 0.40, value(plain, "MRR@10")),
        at_least("statute search, untrained, R@10", 0.48, value(plain, "R@10")),
        at_least("statute search, untrained, R@100", 0.68, value(plain, "R@100")),
        at_least("ranker, questions not trained on, R@5", 0.53, value(trained, "R@5")),
        at_least("ranker, questions not trained on, R@100", 0.78, value(trained, "R@100")),
        at_least("citations found", 1.0, value(cited, "accuracy")),
        at_most("one citation, ms", 0.2, value(cited, "milliseconds_each")),
        at_most(
            "search p95, CPU ms (engine alone)",
            100,
            value(report["search_ranked"], "cpu", "p95_ms"),
        ),
        at_most("index build, CPU s", 30, value(report["index_build"], "cpu_seconds")),
        at_most("add one article, p95 ms", 50, value(report["add_one"], "p95_ms")),
    ]
    if "ocr" in report:
        rows.append(
            at_most(
                "OCR, typeset A4, clean and degraded, character error",
                0.002,
                value(report["ocr"], "character_error_rate"),
            )
        )
    return rows
