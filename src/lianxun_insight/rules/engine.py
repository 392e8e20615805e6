"""Run rules on the tables of a scan: what can be computed is, the rest says why not."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lianxun_insight.rules.corroboration import corroborate
from lianxun_insight.rules.data import Data, key_column
from lianxun_insight.rules.limits import Limits, load_limits
from lianxun_insight.rules.model import Parameters, Rule, load_rules, measure_of
from lianxun_insight.rules.permutation import attach
from lianxun_insight.rules.result import PathStep, RuleHit, RuleRun
from lianxun_insight.schemas import load_catalogue


def parameters_of(
    record: Rule, limits: Limits | None = None, changed: Mapping[str, Any] | None = None
) -> Parameters:
    """The parameters of a rule, some of them `changed`; unknown names are refused."""
    known = dict(load_rules()[record.same_as].params) if record.same_as else {}
    known |= record.params
    for name in changed or {}:
        if name not in known:
            raise ValueError(
                f"规则 {record.id} 没有参数“{name}”。可用：{'、'.join(known) or '无'}。"
            )
    return Parameters({**known, **(changed or {})}, limits or load_limits())


def run_rule(
    data: Data,
    record: Rule,
    parameters: Parameters,
    *,
    judged: bool = True,
    others: Iterable[RuleHit] = (),
) -> list[RuleHit]:
    """Hits of one rule. `judged=False` leaves out the comparison with peers (replay on few rows).

    `others` are the hits found before: corroboration (C01) keeps only what they meet.
    """
    measure = measure_of(record)
    table = measure.build(data, parameters)
    if judged and measure.decide is not None:
        table = measure.decide(data, table, parameters)
    columns = table.to_pyarrow()
    rows = measure.core(columns, parameters, judged) if measure.core else columns.to_pylist()
    if measure.finish is not None:
        rows = measure.finish(rows, parameters)
    if judged and measure.judge is not None:
        rows = measure.judge(rows, parameters)
    if judged:
        rows = attach(data, record, rows, parameters)
    if record.id == "C01":
        rows = corroborate(rows, others, parameters)
    hits = [_hit(record, row) for row in rows]
    # Two hits of one rule may rest on the same records (one invoice, one trip): the value decides then,
    # so that the same data always gives the same flags in the same order.
    return sorted(hits, key=lambda hit: (hit.identity, repr(sorted(hit.value.items()))))


def run_rules(
    data: Data,
    *,
    only: Iterable[str] | None = None,
    limits: Limits | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Callable[[str], None] | None = None,
) -> RuleRun:
    """Run all rules (or `only` some). `settings`: rule id -> changed parameters."""
    result = RuleRun()
    rules = load_rules()
    wanted = list(rules) if only is None else list(only)
    wanted.sort(key=lambda rule_id: rule_id == "C01")
    unknown = [each for each in wanted if each not in rules]
    if unknown:
        raise ValueError(f"没有编号为“{'、'.join(unknown)}”的规则。")
    for rule_id in wanted:
        record = rules[rule_id]
        reasons = data.missing(record)
        if reasons:
            result.skipped[rule_id] = reasons
            continue
        started = time.monotonic()
        parameters = parameters_of(record, limits, (settings or {}).get(rule_id))
        result.hits += run_rule(data, record, parameters, others=result.hits)
        result.computed.append(rule_id)
        result.seconds[rule_id] = time.monotonic() - started
        if progress:
            progress(rule_id)
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return round(value, 6)
    if hasattr(value, "as_tuple"):  # a decimal sum
        return float(value)
    return value


def _hit(record: Rule, row: Mapping[str, Any]) -> RuleHit:
    records: dict[str, tuple[str, ...]] = {}
    for table in load_catalogue().tables:
        found = row.get(key_column(table.id))
        if found:
            keys = [found] if isinstance(found, str) else found
            each = {key for several in keys if several for key in several.split("\n")}
            if each:
                records[table.id] = tuple(sorted(each))
    return RuleHit(
        rule_id=record.id,
        version=record.version,
        org=row["org"] or "",
        period=(row.get("period_from"), row.get("period_to")),
        value={name: _plain(row[name]) for name in record.values},
        records=records,
        stratum=row.get("stratum") or "全部",
        peers=int(row.get("peers") or 0),
        quantile=_plain(row.get("quantile")),
        baseline_p=_plain(row.get("baseline_p")),
        path=_path(record, row, records) + tuple(row.get("cited") or ()),
        notes=tuple(row.get("notes") or ()),
    )


def _path(
    record: Rule, row: Mapping[str, Any], records: Mapping[str, tuple[str, ...]]
) -> tuple[PathStep, ...]:
    return tuple(
        PathStep(edge, str(row.get(source) or ""), str(row.get(target) or ""), table, key)
        for edge, source, target, table in record.path
        for key in records.get(table, ())
    )
