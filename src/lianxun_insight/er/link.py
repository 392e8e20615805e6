"""Link records end to end: prepare, score, decide, judge, cluster, write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lianxun_insight.er import decisions, judgements
from lianxun_insight.er.engine import SkippedBlocks, connect, run, score
from lianxun_insight.er.explain import sentence
from lianxun_insight.er.model import MODEL_VERSION, MODELS, Model
from lianxun_insight.er.prepare import prepare
from lianxun_insight.identifiers.tokens import Tokeniser
from lianxun_insight.names import NORMALISER_VERSION


class LinkError(ValueError):
    """Linking cannot start; the text is a Chinese sentence."""


@dataclass
class Linked:
    """Result: decisions in `connection`, entities, and a summary for people."""

    connection: Any
    model: Model
    parameters: Mapping[str, Any]
    clusters: decisions.Clusters
    summary: dict[str, Any]
    skipped: list[SkippedBlocks] = field(default_factory=list)

    def rows(self, bands: Sequence[str], limit: int = 1_000) -> list[dict[str, Any]]:
        """Decided pairs of some bands, strongest first."""
        wanted = ", ".join(f"'{band}'" for band in bands if band in decisions.BANDS)
        table: pa.Table = self.connection.sql(
            f"SELECT * FROM decisions WHERE band IN ({wanted}) "
            f"ORDER BY match_weight DESC, record_id_l, record_id_r LIMIT {int(limit)}"
        ).to_arrow_table()
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows


def link(
    kind: str,
    tables: Mapping[str, pa.Table],
    tokeniser: Tokeniser,
    *,
    parameters: Mapping[str, Any] | None = None,
    verdicts: dict[tuple[str, str], str] | None = None,
    new: Sequence[str] = (),
    connection: Any = None,
) -> Linked:
    """Link the records of all tables (dataset name -> table).

    Record ids become `dataset:record_id`. With `new` only pairs that touch one of those datasets are
    scored; `parameters` (saved from the run before) keep the weights comparable.
    """
    model = MODELS[kind]
    prepared = combine(kind, tables, tokeniser)
    connection = connection or connect()
    condition = ""
    if new:
        unknown = sorted(set(new) - set(tables))
        if unknown:
            raise LinkError(f"没有名为 {'、'.join(unknown)} 的数据")
        names = ", ".join("'" + name.replace("'", "''") + "'" for name in new)
        condition = f"l.dataset IN ({names}) OR r.dataset IN ({names})"
    rows = prepared.num_rows
    prepared, copies = collapse(prepared, model)
    scored = score(
        prepared, model, parameters=parameters, connection=connection, condition=condition
    )
    decisions.decide(scored)
    judgements.apply(connection, verdicts or {})
    rejected = [
        pair for pair, verdict in (verdicts or {}).items() if verdict == judgements.NEGATIVE
    ]
    clusters = decisions.cluster(
        decisions.linked_pairs(connection),
        decisions.valid_identifiers(connection, model),
        rejected,
    )
    for record, kept in copies.items():
        clusters.entity[record] = clusters.entity.setdefault(kept, kept)
    bands = dict(run(connection, "SELECT band, count(*) FROM decisions GROUP BY 1"))
    summary = {
        "kind": kind,
        "records": rows,
        "identical": rows - prepared.num_rows,
        "pairs": {band: int(bands.get(band, 0)) for band in decisions.BANDS},
        "entities": len(clusters.members()),
        "refused_merges": len(clusters.refused),
        "trained": scored.trained,
        "model": MODEL_VERSION,
        "normaliser": NORMALISER_VERSION,
        "skipped_blocks": [
            {"key": s.key, "blocks": s.blocks, "records": s.records, "largest": s.largest}
            for s in scored.skipped
        ],
    }
    return Linked(connection, model, scored.parameters, clusters, summary, scored.skipped)


def combine(kind: str, tables: Mapping[str, pa.Table], tokeniser: Tokeniser) -> pa.Table:
    """Prepared rows of all datasets under unique ids."""
    parts = []
    for dataset, table in tables.items():
        part = prepare(kind, table, tokeniser, dataset)
        ids = pa.array([f"{dataset}:{record}" for record in part["record_id"].to_pylist()])
        if len(set(ids.to_pylist())) != len(ids):
            raise LinkError(f"{dataset} 中记录号有重复，请先去重或去掉记录号列")
        names = pa.array([dataset] * table.num_rows, pa.string())
        part = part.set_column(part.column_names.index("record_id"), "record_id", ids)
        parts.append(part.set_column(part.column_names.index("dataset"), "dataset", names))
    if not parts or not sum(part.num_rows for part in parts):
        raise LinkError("没有可比对的记录")
    return pa.concat_tables(parts)


def collapse(prepared: pa.Table, model: Model) -> tuple[pa.Table, dict[str, str]]:
    """One row for records of one dataset that say exactly the same under one valid identifier.

    A monthly list repeats every person; comparing the repetitions with each other tells nothing. Rows
    without a valid identifier are never taken together, however alike: they may be namesakes.
    Returns the rows to compare and, for every record left out, the record that stands for it.
    """
    valid = model.identifier.replace("_token", "_valid")
    keys = [name for name in prepared.column_names if name != "record_id"]
    sure = pc.fill_null(prepared[valid], False)
    numbers = pa.array(range(prepared.num_rows), pa.int64())
    groups = (
        prepared.append_column("_n", numbers)
        .filter(sure)
        .group_by(keys, use_threads=False)
        .aggregate([("_n", "list")])["_n_list"]
        .to_pylist()
    )
    ids = prepared["record_id"].to_pylist()
    copies: dict[str, str] = {}
    gone: set[int] = set()
    for group in groups:
        if len(group) > 1:
            first = min(group, key=ids.__getitem__)
            gone.update(n for n in group if n != first)
            copies |= {ids[n]: ids[first] for n in group if n != first}
    kept = pa.array([n for n in range(prepared.num_rows) if n not in gone], pa.int64())
    return prepared.take(kept), copies


def write(linked: Linked, folder: Path) -> None:
    """Write links, review queue, entities, model and report; tokens only, no clear identifiers."""
    folder.mkdir(parents=True, exist_ok=True)
    everything: pa.Table = linked.connection.sql(
        "SELECT * FROM decisions WHERE band <> 'unlikely' ORDER BY record_id_l, record_id_r"
    ).to_arrow_table()
    reasons = pa.array([sentence(row, linked.model) for row in everything.to_pylist()], pa.string())
    pq.write_table(everything.append_column("why", reasons), folder / "links.parquet")
    entities = sorted(linked.clusters.entity.items())
    pq.write_table(
        pa.table(
            {
                "record": pa.array([record for record, _ in entities], pa.string()),
                "entity": pa.array([entity for _, entity in entities], pa.string()),
            }
        ),
        folder / "entities.parquet",
    )
    refused = [
        {"left": r.left, "right": r.right, "reason": r.reason} for r in linked.clusters.refused
    ]
    report = linked.summary | {"refused": refused[:1000]}
    for name, value in (("report.json", report), ("model.json", dict(linked.parameters))):
        text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
        (folder / name).write_text(text, encoding="utf-8")
