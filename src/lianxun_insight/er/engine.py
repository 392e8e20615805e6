"""Find and score pairs: blocking with a cap, training, prediction (Splink on DuckDB).

DuckDB 2 refuses work on a connection with an unfetched result, so every statement here is fetched
to the end and Splink gets a connection of its own.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from lianxun_insight.er.model import Comparison, Model
from lianxun_insight.er.splink_settings import (
    blocking_rules,
    complete,
    default_chances,
    level_case,
    splink_settings,
)
from lianxun_insight.scratch import spill_folder

#: A block of more pairs than this is skipped and reported: a shared office phone says nothing.
MAX_BLOCK_PAIRS: Final = 5_000
#: Pairs below this probability are not worth a row.
KEEP_PROBABILITY: Final = 0.01
TRAINING_PAIRS: Final = 400_000
#: Below these the parameters are not learnt but taken from the model.
LEAST_RECORDS: Final = 2_000
LEAST_PAIRS: Final = 100
#: Records on each side of the sample of random pairs.
SAMPLE_SIDE: Final = 1_500


@dataclass(frozen=True, slots=True)
class SkippedBlocks:
    """Blocks of one key that were too big: how many, records in them, the biggest."""

    key: str
    blocks: int
    records: int
    largest: int


@dataclass
class Scored:
    """Scored pairs in `connection`, table `pairs`; parameters as Splink saved them."""

    connection: Any
    model: Model
    parameters: dict[str, Any]
    skipped: list[SkippedBlocks] = field(default_factory=list)
    trained: bool = True


def connect(memory: str = "2GB", threads: int | None = None) -> Any:
    """An in-memory DuckDB that spills to a private folder and reaches nothing outside."""
    config: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": str(spill_folder()),
        "preserve_insertion_order": False,
    }
    if threads:
        config["threads"] = threads
    return duckdb.connect(":memory:", config=config)


def run(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    """Execute and fetch to the end."""
    rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return rows


def score(
    prepared: pa.Table,
    model: Model,
    *,
    parameters: Mapping[str, Any] | None = None,
    connection: Any = None,
    condition: str = "",
    keep: float = KEEP_PROBABILITY,
    block_all: bool = False,
) -> Scored:
    """Score all blocked pairs of `prepared`; the result stands in table `pairs`.

    With `parameters` (a saved model) nothing is trained; data too small to learn from are scored
    with the start values. `condition` narrows the pairs, in SQL over `l` and `r`: one new delivery
    against all (`l.dataset = 'x' OR r.dataset = 'x'`), or only across files. `block_all` compares
    everything with everything (small data).
    """
    connection = connection or connect()
    skipped = load_blocked(connection, prepared, model)
    trained = parameters is not None
    if parameters is None:
        trained = _learnable(connection, model)
        parameters = train(connection, model) if trained else _untrained(model)
    rules = ["1 = 1" + (f" AND ({condition})" if condition else "")]
    settings = {
        **parameters,
        "blocking_rules_to_generate_predictions": rules
        if block_all
        else blocking_rules(model, condition),
    }
    linker = _linker(connection, settings)
    predicted = linker.inference.predict(threshold_match_probability=keep)
    _keep(connection, predicted.physical_name, parameters)
    run(connection, f'DROP TABLE IF EXISTS "{predicted.physical_name}"')
    return Scored(connection, model, dict(parameters), skipped, trained)


def _learnable(connection: Any, model: Model) -> bool:
    """True when there are enough records, and enough pairs that are true almost surely."""
    rows = run(connection, "SELECT count(*) FROM records")[0][0]
    if rows < LEAST_RECORDS:
        return False
    column = model.identifier
    sure = run(
        connection,
        f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) AS n FROM records "
        f"WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) BETWEEN 2 AND 50)",
    )[0][0]
    return bool(sure >= LEAST_PAIRS)


def _untrained(model: Model) -> dict[str, Any]:
    settings = splink_settings(model, default_chances(model), frequencies=False)
    return complete(settings, model)


def load_blocked(connection: Any, prepared: pa.Table, model: Model) -> list[SkippedBlocks]:
    """Create table `records` with one capped blocking key per rule; report what was skipped."""
    connection.register("prepared_view", prepared)
    keys = ", ".join(
        f"CASE WHEN ({sql}) IS NOT NULL THEN hash({sql}) END AS raw_{name}"
        for name, sql in model.blocking.items()
    )
    wanted = ", ".join(("record_id", "dataset", *model.columns))
    run(connection, f"CREATE OR REPLACE TABLE keyed AS SELECT {wanted}, {keys} FROM prepared_view")
    connection.unregister("prepared_view")
    skipped = []
    for name in model.blocking:
        run(
            connection,
            f"CREATE OR REPLACE TABLE big_{name} AS SELECT raw_{name} AS key, count(*) AS n "
            f"FROM keyed WHERE raw_{name} IS NOT NULL GROUP BY 1 "
            f"HAVING count(*) * (count(*) - 1) / 2 > {MAX_BLOCK_PAIRS}",
        )
        blocks, records, largest = run(
            connection, f"SELECT count(*), coalesce(sum(n), 0), coalesce(max(n), 0) FROM big_{name}"
        )[0]
        if blocks:
            skipped.append(SkippedBlocks(name, int(blocks), int(records), int(largest)))
    chosen = ", ".join(
        f"CASE WHEN raw_{name} NOT IN (SELECT key FROM big_{name}) THEN raw_{name} END AS bk_{name}"
        for name in model.blocking
    )
    run(
        connection,
        f"CREATE OR REPLACE TABLE records AS SELECT {wanted}, {chosen} FROM keyed",
    )
    for name in model.blocking:
        run(connection, f"DROP TABLE big_{name}")
    run(connection, "DROP TABLE keyed")
    return skipped


def chance_agreement(connection: Any, model: Model) -> dict[str, tuple[float, ...]]:
    """u of every level: how often two records of different entities agree so by chance.

    Equality levels with a term frequency are exact (Σ p² over the records that have the value);
    the others come from a seeded sample of random pairs, half a count added so none is zero.
    """
    rows = int(run(connection, "SELECT count(*) FROM records")[0][0])
    side = min(rows, SAMPLE_SIDE)
    for name, salt in (("left", 17), ("right", 29)):
        run(
            connection,
            f"CREATE OR REPLACE TEMP TABLE u_{name} AS SELECT * FROM records "
            f"ORDER BY hash(record_id || '{salt}') LIMIT {side}",
        )
    out = {}
    for item in model.comparisons:
        out[item.field] = _chances(connection, item)
    return out


def _chances(connection: Any, item: Comparison) -> tuple[float, ...]:
    text = " ".join((item.null_sql, *(level.sql for level in item.levels)))
    columns = sorted(set(re.findall(r"([a-z][a-z0-9_]*)_l\b", text)))
    left = ", ".join(f"l.{column} AS {column}_l" for column in columns)
    right = ", ".join(f"r.{column} AS {column}_r" for column in columns)
    counts = dict(
        run(
            connection,
            f"SELECT {level_case(item)} AS level, count(*) FROM (SELECT {left}, {right} "
            "FROM u_left l, u_right r WHERE l.record_id <> r.record_id) GROUP BY 1",
        )
    )
    total = sum(n for level, n in counts.items() if level is not None)
    chances = [(counts.get(place, 0) + 0.5) / (total + 1) for place in range(len(item.levels))]
    for place, level in enumerate(item.levels):
        exact = level.known_u
        if level.tf_column:
            exact = _exact_chance(connection, level.tf_column)
        if exact:
            chances[place] = exact
    return tuple(max(chance, 1e-9) for chance in chances)


def _exact_chance(connection: Any, column: str) -> float | None:
    """Σ p²: the chance that two random records that have the column agree on it."""
    row = run(
        connection,
        f"SELECT sum(n * n - n) / nullif(sum(n) * (sum(n) - 1), 0), sum(n) FROM (SELECT "
        f"count(*)::DOUBLE AS n FROM records WHERE {column} IS NOT NULL GROUP BY {column})",
    )[0]
    if not row[1]:
        return None
    return max(float(row[0] or 0.0), 0.5 / float(row[1]) ** 2, 1e-9)


def _linker(connection: Any, settings: Mapping[str, Any]) -> Any:
    import splink

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = splink.DuckDBAPI(connection=connection)
    frame = api.register("records")
    return splink.Linker(frame, dict(settings), log_level=logging.ERROR, validate_settings=False)


def train(connection: Any, model: Model) -> dict[str, Any]:
    """Estimate the parameters from table `records` without labels (expectation maximisation)."""
    linker = _linker(connection, splink_settings(model, chance_agreement(connection, model)))
    linker.training.estimate_probability_two_random_records_match(
        [model.sure_rule], recall=model.sure_recall
    )
    for rule in model.training:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=TRAINING_PAIRS
        )
    return complete(linker.misc.save_model_to_json(), model)


def _keep(connection: Any, table: str, parameters: Mapping[str, Any]) -> None:
    """Copy what decisions and explanations need into `pairs`: level and weight of each field.

    Splink keeps the levels only together with every compared column, which would multiply the
    memory; a level is recovered from its weight, a constant of the model.
    """
    parts = []
    for item in parameters["comparisons"]:
        name = item["output_column_name"]
        weights = level_weights(item)
        steps = " ".join(
            f"WHEN abs(mw_{name} - ({weight!r})) < 1e-5 THEN {place}"
            for place, weight in enumerate(weights)
        )
        has_tf = any("tf_adjustment_column" in level for level in item["comparison_levels"])
        total = f"mw_{name} + mw_tf_adj_{name}" if has_tf else f"mw_{name}"
        parts.append(f"CASE {steps} ELSE -1 END::TINYINT AS level_{name}")
        parts.append(f"({total})::FLOAT AS weight_{name}")
    run(
        connection,
        f"CREATE OR REPLACE TABLE pairs AS SELECT record_id_l, record_id_r, match_weight, "
        f"match_probability, {', '.join(parts)} FROM {table}",
    )


def level_weights(comparison: Mapping[str, Any]) -> list[float]:
    """Match weight log2(m/u) of each level but the null level, strongest first (bits)."""
    levels = [item for item in comparison["comparison_levels"] if not item.get("is_null_level")]
    return [math.log2(item["m_probability"] / item["u_probability"]) for item in levels]


def save_parameters(parameters: Mapping[str, Any], path: Path) -> None:
    """Write trained parameters so that a later delivery is scored alike."""
    path.write_text(json.dumps(parameters, ensure_ascii=False, indent=1), encoding="utf-8")
