"""Replay a flag: run its rule on nothing but its own records, and without each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lianxun_insight.flags import Flag, Outcome, RecordRef, ReplayReport, Scalar, digest, replay
from lianxun_insight.rules.corroboration import MET
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import parameters_of, run_rule
from lianxun_insight.rules.limits import Limits
from lianxun_insight.rules.model import load_rules
from lianxun_insight.rules.result import RuleHit
from lianxun_insight.scan.flagging import _scalar
from lianxun_insight.scan.source import data_of_rows, rows_by_key


@dataclass(frozen=True, slots=True)
class Replay:
    """Replay with what changed in the data since: rows gone, rows with another content."""

    report: ReplayReport
    gone: tuple[str, ...]
    changed: tuple[str, ...]


def replay_flag(flag: Flag, data: Data, *, limits: Limits | None = None) -> Replay:
    """Check the promises (a) and (b) of a flag against the data.

    Only the listed rows are given to the rule; comparison with peers stays as the flag froze it.
    Raises ValueError when the rule is unknown or has another version today.
    """
    rule = load_rules().get(flag.indicator.id)
    if rule is None:
        raise ValueError(f"本版本没有规则 {flag.indicator.id}，无法复算。")
    if rule.version != flag.indicator.version:
        raise ValueError(
            f"规则 {rule.id} 现为第 {rule.version} 版，疑点按第 {flag.indicator.version} 版得出，"
            "请用当时的版本复算，或重新扫描。"
        )
    rows = _fetch(flag, data)
    gone = tuple(r.address for r in flag.records if r.address not in rows)
    changed = tuple(
        r.address for r in flag.records if r.address in rows and digest(rows[r.address]) != r.hash
    )
    report = replay(flag, rerun_with(flag, rows, limits))
    return Replay(report, gone, changed)


def rerun_with(
    flag: Flag, rows: Mapping[str, Mapping[str, Scalar]], limits: Limits | None = None
) -> Callable[[Sequence[RecordRef]], Outcome]:
    """The rule as a function of records: its value for the flag's organisation, or silence."""
    rule = load_rules()[flag.indicator.id]
    parameters = parameters_of(rule, limits)

    def rerun(records: Sequence[RecordRef]) -> Outcome:
        tables: dict[str, list[Mapping[str, Scalar]]] = {}
        for table_id in dict.fromkeys(r.dataset for r in flag.records):
            own = [rows[r.address] for r in records if r.dataset == table_id and r.address in rows]
            tables[table_id] = own
        for table_id in rule.needs:
            tables.setdefault(table_id, [])
        others = _met_again(flag, rows, records, limits) if rule.id == "C01" else ()
        found = run_rule(data_of_rows(tables), rule, parameters, judged=False, others=others)
        own_hits = [
            {name: _scalar(value) for name, value in hit.value.items()}
            for hit in found
            if hit.org == flag.subject.org
        ]
        same = [value for value in own_hits if Outcome(value).same_as(flag.value)]
        return Outcome(same[0] if same else own_hits[0] if own_hits else None)

    return rerun


def _met_again(
    flag: Flag,
    rows: Mapping[str, Mapping[str, Scalar]],
    records: Sequence[RecordRef],
    limits: Limits | None,
) -> list[RuleHit]:
    """The hits a corroboration met, from the rows its path lists for each rule."""
    there = {record.address for record in records if record.address in rows}
    found: list[RuleHit] = []
    for rule_id in str(flag.value["rules"]).split("、"):
        rule = load_rules()[rule_id]
        tables: dict[str, list[Mapping[str, Scalar]]] = {table: [] for table in rule.needs}
        for edge in flag.path:
            if edge.edge == f"{MET}{rule_id}":
                table = tables.setdefault(edge.source_record.split("#", 1)[0], [])
                if edge.source_record in there:
                    table.append(rows[edge.source_record])
        if any(tables.values()):
            data = data_of_rows(tables)
            found += run_rule(data, rule, parameters_of(rule, limits), judged=False)
    return found


def _fetch(flag: Flag, data: Data) -> dict[str, Mapping[str, Scalar]]:
    rows: dict[str, Mapping[str, Scalar]] = {}
    for table_id in dict.fromkeys(r.dataset for r in flag.records):
        keys = [r.record_key for r in flag.records if r.dataset == table_id]
        for key, row in rows_by_key(data, table_id, keys).items():
            rows[f"{table_id}#{key}"] = row
    return rows
