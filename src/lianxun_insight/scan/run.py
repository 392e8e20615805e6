"""A scan: run every rule that can be computed, write flags, say what could not be and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianxun_insight.flags import Flag, digest, write_flags
from lianxun_insight.profile import IndicatorRun, Organisation, Precision, Scan
from lianxun_insight.profile.facts import scan_path
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import run_rules
from lianxun_insight.rules.limits import Limits, load_limits
from lianxun_insight.rules.model import Rule, load_rules
from lianxun_insight.rules.permutation import BASELINE_OF
from lianxun_insight.rules.result import RuleRun
from lianxun_insight.scan.flagging import Framing, flags_of
from lianxun_insight.scan.source import data_of
from lianxun_insight.schemas import load_catalogue

#: Columns that say whose row it is, in order of preference.
_OWNERS = ("unit_code", "buyer_code", "tenderer_code", "owner_code", "seller_code", "firm_code")


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan did: the summary that stands beside the flags file, and the number of flags."""

    scan: Scan
    flags: int
    seconds: Mapping[str, float]
    questions: Mapping[str, int]


def run_scan(
    backend: Any,
    flags_path: Path,
    *,
    as_of: str,
    only: Iterable[str] | None = None,
    limits: Limits | None = None,
    precision: Mapping[tuple[str, str], Precision] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> ScanResult:
    """Run the rules on the tables of `backend` and write flags and summary.

    Rules that reviews sent back to design are not run; they are listed with the reason.
    """
    data = data_of(backend)
    rules = load_rules()
    limits = limits or load_limits()
    wanted = list(only) if only is not None else list(rules)
    stopped = _back_to_design(rules, precision or {})
    done = run_rules(
        data, only=[r for r in wanted if r not in stopped], limits=limits, progress=progress
    )
    names = organisation_names(data)
    settings = digest({"limits": limits.version, "rules": {r: rules[r].version for r in wanted}})
    hits = [hit for hit in done.hits if hit.org and hit.records]
    mentioned: set[str] = set()
    flags = flags_of(data, hits, Framing(as_of, settings, names))
    count = write_flags(flags_path, _noting(flags, mentioned))
    summary = Scan(
        organisations=organisations(data, rules, names),
        indicators=_runs(rules, wanted, done, stopped),
        settings_hash=settings,
        as_of=as_of,
        rows={
            table.id: data.filled(table.id)[""]
            for table in load_catalogue().tables
            if table.id in data
        },
        precision=tuple(p.sentence() for p in (precision or {}).values()),
        pairs=_pairs(data),
        names={code: names[code] for code in sorted(mentioned & set(names))},
    )
    summary.write(scan_path(flags_path))
    questions = {rule: len(asked) for rule, asked in done.questions.items()}
    return ScanResult(summary, count, done.seconds, questions)


def _back_to_design(
    rules: Mapping[str, Rule], precision: Mapping[tuple[str, str], Precision]
) -> dict[str, str]:
    return {
        rule.id: found.sentence()
        for rule in rules.values()
        if (found := precision.get((rule.id, rule.version))) and found.back_to_design
    }


def _runs(
    rules: Mapping[str, Rule], wanted: Iterable[str], done: RuleRun, stopped: Mapping[str, str]
) -> tuple[IndicatorRun, ...]:
    hits = Counter(hit.rule_id for hit in done.hits)
    computed = set(done.computed)
    catalogue = load_catalogue()
    runs = []
    for rule_id in wanted:
        rule = rules[rule_id]
        reason = stopped.get(rule_id) or "；".join(done.skipped.get(rule_id, ()))
        departments = {catalogue.data_class(c).provider for c in rule.classes}
        runs.append(
            IndicatorRun(
                id=rule.id,
                version=rule.version,
                title_zh=rule.title_zh,
                family=rule.family,
                computed=rule_id in computed,
                reason=reason,
                exposure=exposure_table(rule),
                departments=tuple(sorted(departments)),
                hits=hits[rule_id],
                profile_only=rule.profile_only,
                baseline=BASELINE_OF.get(rule.id, ""),
            )
        )
    return tuple(runs)


def exposure_table(rule: Rule) -> str:
    """The table whose rows are a rule's opportunities: the first it needs that names a body."""
    for table_id in (*rule.needs, *rule.any_of):
        if owner_column(table_id):
            return table_id
    return ""


def owner_column(table_id: str) -> str:
    """The column that says whose row it is; "" for tables of nobody (bids, kin)."""
    names = {field.name for field in load_catalogue().table(table_id).fields}
    return next((name for name in _OWNERS if name in names), "")


def organisations(
    data: Data, rules: Mapping[str, Rule], names: Mapping[str, str]
) -> tuple[Organisation, ...]:
    """Bodies under review with kind, level, size and their number of rows by exposure table."""
    facts = _bodies(data)
    exposure: dict[str, dict[str, int]] = {}
    for table_id in sorted({exposure_table(rule) for rule in rules.values()} - {""}):
        if table_id in data:
            for org, rows in _counts(data, table_id).items():
                if org in facts:
                    exposure.setdefault(org, {})[table_id] = rows
    return tuple(
        Organisation(
            org=org,
            name=names.get(org, org),
            kind=row["unit_kind"] or "",
            level=row["unit_level"] or "",
            region=row["region_code"] or "",
            size=row["on_post"] or 0,
            exposure=exposure.get(org, {}),
        )
        for org, row in sorted(facts.items())
    )


def _bodies(data: Data) -> dict[str, dict[str, Any]]:
    """The latest row of the staffing return of each body; without D07, every buyer and payer."""
    if "D07.unit" in data:
        rows = data["D07.unit"].to_pyarrow().to_pylist()
        rows.sort(key=lambda row: row["as_of"])
        return {row["unit_code"]: row for row in rows}
    empty = {"unit_kind": "", "unit_level": "", "region_code": "", "on_post": 0}
    found: set[str] = set()
    for table_id in ("D14.contract", "D13.payment"):
        if table_id in data:
            found |= set(_counts(data, table_id))
    return dict.fromkeys(found, empty)


def _counts(data: Data, table_id: str) -> dict[str, int]:
    table, name = data[table_id], owner_column(table_id)
    counted = table.group_by(name).aggregate(n=table.count()).to_pyarrow().to_pylist()
    return {row[name]: int(row["n"]) for row in counted if row[name]}


def organisation_names(data: Data) -> dict[str, str]:
    """Names by code from the registry and the staffing return."""
    names: dict[str, str] = {}
    for table_id, code, name in (
        ("D30.firm", "firm_code", "firm_name"),
        ("D07.unit", "unit_code", "unit_name"),
    ):
        if table_id in data:
            rows = data[table_id].select(code, name).to_pyarrow().to_pylist()
            names |= {row[code]: row[name] for row in rows if row[name]}
    return names


def _noting(flags: Iterable[Flag], mentioned: set[str]) -> Iterator[Flag]:
    """Pass the flags on and note every text in them that could be the code of an organisation."""
    for flag in flags:
        mentioned.add(flag.subject.org)
        mentioned.update(v for v in flag.value.values() if isinstance(v, str))
        mentioned.update(x for edge in flag.path for x in (edge.source, edge.target))
        for record in flag.records:
            mentioned.update(v for v in record.fields.values() if isinstance(v, str))
        yield flag


def _pairs(data: Data) -> int:
    """Distinct pairs of body and supplier: what a review budget is a share of."""
    pairs = []
    for table_id, body, firm in (
        ("D14.contract", "buyer_code", "supplier_code"),
        ("D13.payment", "unit_code", "payee_code"),
    ):
        if table_id in data:
            table = data[table_id]
            pairs.append(table.select(body=table[body], firm=table[firm]).distinct())
    if not pairs:
        return 0
    union = pairs[0] if len(pairs) == 1 else pairs[0].union(pairs[1], distinct=True)
    return int(union.count().to_pyarrow().as_py())
