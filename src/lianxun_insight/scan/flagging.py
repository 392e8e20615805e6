"""From hits to flags: fetch the rows, keep the fields, freeze what was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lianxun_insight.flags import (
    DataQuality,
    Flag,
    Indicator,
    PathEdge,
    RecordRef,
    Reference,
    Scalar,
    Subject,
    digest,
    make_flag,
)
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Rule, load_rules
from lianxun_insight.rules.result import RuleHit
from lianxun_insight.scan.source import rows_by_key
from lianxun_insight.schemas import Field, load_catalogue

#: Types of fields always shown: who, how much, when.
_SHOWN_TYPES = ("org_code", "money", "date", "datetime", "month", "share")
Rows = Mapping[str, Mapping[str, Mapping[str, Scalar]]]


@dataclass(frozen=True, slots=True)
class Framing:
    """What all flags of one scan share. `names` calls organisations by code."""

    as_of: str
    settings_hash: str
    names: Mapping[str, str]


def flags_of(
    data: Data, hits: Sequence[RuleHit], framing: Framing, *, batch: int = 5_000
) -> Iterator[Flag]:
    """Flags for hits, fetching the rows in batches so that memory does not grow with the hits."""
    for start in range(0, len(hits), batch):
        some = hits[start : start + batch]
        rows = _rows(data, some)
        for hit in some:
            yield flag_of(hit, rows, framing)


def flag_of(hit: RuleHit, rows: Rows, framing: Framing) -> Flag:
    """One flag; raises ValueError when a row the hit names is not in the data."""
    rule = load_rules()[hit.rule_id]
    return make_flag(
        indicator=indicator_of(rule),
        subject=Subject(hit.org, framing.names.get(hit.org, hit.org)),
        period=(_day(hit.period[0]), _day(hit.period[1])),
        value={name: _scalar(value) for name, value in hit.value.items()},
        reference=Reference(hit.stratum, hit.peers, hit.quantile, hit.baseline_p),
        records=tuple(
            record_of(rule, table_id, key, rows[table_id].get(key), framing.as_of)
            for table_id, keys in hit.records.items()
            for key in keys
        ),
        path=tuple(
            PathEdge(step.edge, f"{step.table}#{step.key}", step.source, step.target)
            for step in hit.path
        ),
        settings_hash=framing.settings_hash,
        data_quality=tuple(DataQuality(missing, assumed) for missing, assumed in hit.notes),
        innocent_explanations=rule.innocent,
    )


def indicator_of(rule: Rule) -> Indicator:
    """The part of a rule that a flag carries."""
    return Indicator(rule.id, rule.version, rule.text_zh, rule.ground, rule.title_zh, rule.family)


def record_of(
    rule: Rule, table_id: str, key: str, row: Mapping[str, Scalar] | None, as_of: str
) -> RecordRef:
    """One row as evidence: the fields that were used or say who, how much, when."""
    if row is None:
        raise ValueError(f"规则 {rule.id} 引用的记录 {table_id}#{key} 不在数据中。")
    catalogue = load_catalogue()
    used = set(rule.needs.get(table_id, ()))
    fields = {
        field.name: row[field.name]
        for field in catalogue.table(table_id).fields
        if row.get(field.name) is not None and (field.name in used or _always_shown(field))
    }
    provider = catalogue.data_class(table_id.split(".", maxsplit=1)[0]).provider
    return RecordRef(table_id, provider, key, fields, as_of, digest(dict(row)))


def _always_shown(field: Field) -> bool:
    return (
        field.key
        or field.type in _SHOWN_TYPES
        or field.kind == "resident_id"
        or (field.name in ("relation", "role", "post", "method", "purpose", "state", "status"))
    )


def _rows(data: Data, hits: Iterable[RuleHit]) -> Rows:
    keys: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        for table_id, found in hit.records.items():
            keys[table_id].update(found)
    return {table_id: rows_by_key(data, table_id, wanted) for table_id, wanted in keys.items()}


def _day(value: Any) -> str:
    return "" if value is None else str(value)[:10]


def _scalar(value: Any) -> Scalar:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
