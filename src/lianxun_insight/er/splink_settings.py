"""A comparison model in the form that Splink takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianxun_insight.er.model import DEFAULT_PRIOR, SMALLEST_M, Comparison, Model


def default_chances(model: Model) -> dict[str, tuple[float, ...]]:
    """u of each level for data too small to measure it."""
    out = {}
    for item in model.comparisons:
        known = [level.u or 0.0 for level in item.levels]
        left = max(1.0 - sum(known), 1e-3)
        out[item.field] = tuple(chance or left for chance in known)
    return out


def splink_settings(
    model: Model,
    chances: Mapping[str, tuple[float, ...]],
    *,
    extra: str = "",
    frequencies: bool = True,
) -> dict[str, Any]:
    """Settings for Splink; `chances` gives per field the u of each level (fixed in training).

    `extra` is a condition added to every blocking rule. Small data go without term frequencies.
    """
    return {
        "probability_two_random_records_match": DEFAULT_PRIOR,
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_id",
        "comparisons": [
            _comparison(item, chances[item.field], frequencies) for item in model.comparisons
        ],
        "blocking_rules_to_generate_predictions": blocking_rules(model, extra),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": 15,
        "em_convergence": 0.001,
    }


def blocking_rules(model: Model, extra: str = "") -> list[str]:
    """One rule per blocking key; `extra` narrows all of them."""
    tail = f" AND ({extra})" if extra else ""
    return [f"l.bk_{name} = r.bk_{name}{tail}" for name in model.blocking]


def _comparison(item: Comparison, chances: tuple[float, ...], frequencies: bool) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": item.null_sql, "is_null_level": True, "label_for_charts": "缺"}
    ]
    for level, chance in zip(item.levels, chances, strict=True):
        entry: dict[str, Any] = {
            "sql_condition": level.sql,
            "label_for_charts": level.label_zh,
            "m_probability": level.m,
            "u_probability": chance,
            "fix_u_probability": True,
        }
        if level.tf_column and frequencies:
            entry["tf_adjustment_column"] = level.tf_column
            entry["tf_adjustment_weight"] = 1.0
        levels.append(entry)
    return {
        "output_column_name": item.field,
        "comparison_description": item.label_zh,
        "comparison_levels": levels,
    }


def level_case(item: Comparison) -> str:
    """SQL that gives the level of a pair: 0 strongest, NULL when the field says nothing."""
    steps = " ".join(
        f"WHEN {level.sql} THEN {place}" if level.sql != "ELSE" else f"ELSE {place}"
        for place, level in enumerate(item.levels)
    )
    return f"CASE WHEN {item.null_sql} THEN NULL {steps} END"


def complete(parameters: dict[str, Any], model: Model) -> dict[str, Any]:
    """Trained parameters made ready for scoring.

    Levels that training never met get their start value of m (Splink drops it), no m is left at zero,
    and fields implied by others fall silent.
    """
    for saved, item in zip(parameters["comparisons"], model.comparisons, strict=True):
        levels = [entry for entry in saved["comparison_levels"] if not entry.get("is_null_level")]
        for entry, level in zip(levels, item.levels, strict=True):
            entry.setdefault("m_probability", level.m)
            entry["m_probability"] = max(entry["m_probability"], SMALLEST_M)
        if item.implied_by:
            null = next(e for e in saved["comparison_levels"] if e.get("is_null_level"))
            null["sql_condition"] = f"({item.null_sql}) OR {item.implied_by}"
    return parameters
