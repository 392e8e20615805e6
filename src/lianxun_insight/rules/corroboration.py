"""Corroboration (C01): petitions, repeated findings and closed issues beside other hits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import ibis

from lianxun_insight.flags.record import CITED
from lianxun_insight.rules.data import Data, key_column
from lianxun_insight.rules.model import Parameters, load_rules, rule
from lianxun_insight.rules.peers import with_stratum
from lianxun_insight.rules.result import PathStep, RuleHit

_NAMES = (
    "org",
    "theme",
    "sign",
    "number",
    "usual",
    "since",
    "until",
    "k_d11_count",
    "k_d08",
    "k_d10",
)


MANY = "信访件数偏多"
MET = CITED
"""Edge of the path of a corroboration: the row belongs to the hit of the rule named after it."""


@rule("C01", decide="_unusual")
def signs(data: Data, p: Parameters) -> Any:
    """Signs of a unit and theme; the engine keeps those that other hits of the theme meet."""
    parts = []
    if "D11.count" in data:
        parts.append(_petitions(data, p))
    if "D08" in data:
        parts.append(_repeated(data))
    if "D10" in data:
        parts.append(_closed(data))
    result = parts[0]
    for part in parts[1:]:
        result = result.union(part)
    return result


def _petitions(data: Data, p: Parameters) -> Any:
    """Counts of at least k petitions of a unit and theme; `_unusual` compares them."""
    t = data["D11.count"]
    t = t.mutate(org=t.unit_code, theme=t.topic)
    each = t.group_by("org", "theme").aggregate(
        number=t.petition_count.sum(),
        months=t.stat_month.nunique(),
        since=t.stat_month.min(),
        until=t.stat_month.max(),
        k_d11_count=t.k_d11_count.collect(distinct=True),
    )
    each = each.filter(each.number >= p["k"])
    each = each.mutate(usual=ibis.null("float64"), sign=ibis.literal(MANY))
    return _shaped(each, "k_d11_count")


def _unusual(data: Data, table: Any, p: Parameters) -> Any:
    """Petitions above the mean of the stratum and theme by three deviations (Poisson); the rest stays."""
    if "D11.count" not in data:
        return table
    t = with_stratum(data, table)
    usual = t.number.mean().over(ibis.window(group_by=["stratum", "theme", "sign"]))
    t = t.mutate(usual=usual.cast("float64"))
    many = t.number >= t.usual + p["deviations"] * t.usual.sqrt() * 0.5
    return t.filter((t.sign != MANY) | many)


def _shaped(t: Any, key: str) -> Any:
    none = ibis.array([ibis.null("string")])
    empty = {each: none for each in ("k_d11_count", "k_d08", "k_d10") if each != key}
    t = t.mutate(number=t.number.cast("int64"), **empty)
    return t.select(*_NAMES)


def _repeated(data: Data) -> Any:
    """The same theme found by two audits of a unit."""
    t = data["D08"]
    t = t.mutate(org=t.unit_code)
    each = t.group_by("org", "theme").aggregate(
        number=t.audit_project.nunique(),
        since=t.found_on.min(),
        until=t.found_on.max(),
        k_d08=t.k_d08.collect(distinct=True),
    )
    each = each.filter(each.number >= 2).mutate(
        usual=ibis.null("float64"), sign=ibis.literal("同类审计问题重复出现")
    )
    return _shaped(each, "k_d08")


def _closed(data: Data) -> Any:
    """Issues closed in the ledger: hits of the theme afterwards speak against the closing."""
    t = data["D10"]
    t = t.filter(t.status == "已销号", t.theme.notnull())
    t = t.mutate(org=t.unit_code)
    each = t.group_by("org", "theme").aggregate(
        number=t.issue_id.nunique(),
        since=ibis.coalesce(t.closed_on, t.stat_month).min(),
        until=ibis.coalesce(t.closed_on, t.stat_month).max(),
        k_d10=t.k_d10.collect(distinct=True),
    )
    each = each.mutate(usual=ibis.null("float64"), sign=ibis.literal("问题已销号后仍有同类疑点"))
    return _shaped(each, "k_d10")


def families_of(theme: str, themes: dict[str, list[str]]) -> set[str]:
    """Families of rules that a theme speaks of, by the words of the parameter table."""
    return {
        family for family, words in themes.items() if any(re.search(word, theme) for word in words)
    }


def corroborate(
    rows: Iterable[dict[str, Any]], hits: Iterable[RuleHit], p: Parameters
) -> list[dict[str, Any]]:
    """Keep signs met by at least one hit of a mapped family: within 12 months, after the closing."""
    rules = load_rules()
    by_org: dict[str, list[RuleHit]] = {}
    for hit in hits:
        if not rules[hit.rule_id].profile_only:
            by_org.setdefault(hit.org, []).append(hit)
    reach = dt.timedelta(days=p["days"])
    found = []
    for row in rows:
        families = families_of(row["theme"], p["themes"])
        after_only = row["sign"].startswith("问题已销号")
        met = [
            hit
            for hit in by_org.get(row["org"], ())
            if rules[hit.rule_id].family in families
            and hit.period[1] is not None
            and row["since"] - (dt.timedelta(0) if after_only else reach)
            <= hit.period[1]
            <= row["until"] + (reach * 3 if after_only else reach)
        ]
        if met:
            found.append(_met(row, met))
    return found


def _met(row: dict[str, Any], hits: Iterable[RuleHit]) -> dict[str, Any]:
    """A sign with what it meets: of each rule the hit on the fewest rows, all of them listed.

    The steps of the path say which row belongs to which rule, so that a replay can run it again.
    """
    shortest: dict[str, RuleHit] = {}
    for hit in hits:
        known = shortest.get(hit.rule_id)
        if known is None or _length(hit) < _length(known):
            shortest[hit.rule_id] = hit
    rows: dict[str, set[str]] = {}
    steps = []
    for rule_id, hit in sorted(shortest.items()):
        for table, keys in hit.records.items():
            rows.setdefault(key_column(table), set()).update(keys)
            steps += [PathStep(f"{MET}{rule_id}", "", "", table, key) for key in keys]
    for name in (each for each in row if each.startswith("k_") and row[each]):
        own = [row[name]] if isinstance(row[name], str) else row[name]
        rows.setdefault(name, set()).update(key for key in own if key)
    return {
        **row,
        **{name: sorted(keys) for name, keys in rows.items()},
        "period_from": row["since"],
        "period_to": row["until"],
        "met": len(shortest),
        "entries": sum(len(keys) for hit in shortest.values() for keys in hit.records.values()),
        "rules": "、".join(sorted(shortest)),
        "cited": tuple(steps),
    }


def _length(hit: RuleHit) -> tuple[int, Any]:
    return sum(len(keys) for keys in hit.records.values()), hit.identity
