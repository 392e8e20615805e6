"""Replay a flag: run its rule on nothing but its own records, and without each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lianxun_insight.flags import Flag, Outcome, RecordRef, ReplayReport, Scalar, digest, replay
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import parameters_of, run_rule
from lianxun_insight.rules.limits import Limits
from lianxun_insight.rules.model import load_rules
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
        found = run_rule(data_of_rows(tables), rule, parameters, judged=False)
        own_hits = [
            {name: _scalar(value) for name, value in hit.value.items()}
            for hit in found
            if hit.org == flag.subject.org
        ]
        same = [value for value in own_hits if Outcome(value).same_as(flag.value)]
        return Outcome(same[0] if same else own_hits[0] if own_hits else None)

    return rerun


def _fetch(flag: Flag, data: Data) -> dict[str, Mapping[str, Scalar]]:
    rows: dict[str, Mapping[str, Scalar]] = {}
    for table_id in dict.fromkeys(r.dataset for r in flag.records):
        keys = [r.record_key for r in flag.records if r.dataset == table_id]
        for key, row in rows_by_key(data, table_id, keys).items():
            rows[f"{table_id}#{key}"] = row
    return rows
