"""How often chance alone gives a relation: permutation baselines per unit type.

In a large graph many officials are linked to their unit by accident. For the official–supplier rules
the null permutes who works where inside each unit type; for linked bidders it permutes which bid
belongs to which section inside each item class. `baseline_p` of a hit is the chance that one unit
(one section) of the stratum shows such a relation by accident: 1 - exp(-mean hits / units).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from lianxun_insight.rules import bidders, ownership
from lianxun_insight.rules.data import Data, kept
from lianxun_insight.rules.model import Parameters, Rule
from lianxun_insight.rules.peers import EVERYBODY, with_stratum
from lianxun_insight.rules.sieve import among, repeated
from lianxun_insight.rules.views import officials, tenders

Ints = np.ndarray[Any, np.dtype[np.int64]]
ENOUGH = 10_000
"""Accidental hits after which their mean is known to one per cent (Poisson) and no more runs are made."""
LEAST_RUNS = 20


@dataclass(frozen=True, slots=True)
class Baseline:
    """One stratum: pairs observed, mean and p of the permuted counts, chance per unit."""

    stratum: str
    units: int
    observed: int
    mean: float
    p: float
    runs: int

    @property
    def chance(self) -> float:
        """Chance that one unit of the stratum shows at least one hit by accident."""
        return 1.0 - math.exp(-self.mean / max(1, self.units))


def encode(*columns: Any) -> list[Ints]:
    """Columns of texts (lists or arrow arrays) to integers with one common numbering."""
    parts = [
        column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        for column in columns
    ]
    arrays = [part if isinstance(part, pa.Array) else pa.array(part, pa.string()) for part in parts]
    lengths = np.cumsum([len(array) for array in arrays])[:-1]
    whole = pa.chunked_array([array.cast(pa.string()) for array in arrays], pa.string())
    coded = whole.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return [part.astype(np.int64) for part in np.split(codes, lengths)]


def permute_pairs(
    left: tuple[Ints, Ints], strata: Ints, known: Ints, size: int, *, runs: int, seed: int
) -> tuple[Ints, Ints]:
    """Hits per stratum: observed (s,) and permuted (runs, s).

    `left` = units and people, row by row; `known` = the pairs of the other side as
    `unit * size + person`, sorted, without repeats (`size` > every person). A hit is a row of the left
    side that is known; the null permutes the people of the left side inside each stratum.
    """
    n_strata = int(strata.max(initial=-1)) + 1
    order = np.argsort(strata, kind="stable")
    units, people, groups = left[0][order], left[1][order], strata[order]
    bounds: Ints = np.flatnonzero(np.diff(groups)) + 1
    maybe = among(known)

    def count(persons: Ints) -> Ints:
        codes = units * size + persons
        rows = np.flatnonzero(maybe(codes))
        place = np.minimum(np.searchsorted(known, codes[rows]), max(0, len(known) - 1))
        hit = rows[known[place] == codes[rows]]
        return np.bincount(groups[hit], minlength=n_strata).astype(np.int64)

    rng = np.random.default_rng(seed)
    permuted = np.zeros((runs, n_strata), dtype=np.int64)
    for run in range(runs):
        shuffled = np.concatenate(
            [rng.permutation(part) for part in np.split(people, bounds)] or [people]
        )
        permuted[run] = count(shuffled)
    return count(people), permuted


def _left(data: Data, rule_id: str) -> Any:
    """(org, person) of the officials' side; for kin rules the person is the relative."""
    posts = officials(data)
    if rule_id in ("X01", "K12", "X07"):
        relatives = ownership.kin(data)
        t = posts.join(relatives, [posts.person == relatives.person])
        return t.select(org="org", who="relative").distinct()
    if rule_id in ("X03", "K13"):
        posts = posts.filter(posts.post_to.notnull())
    if rule_id == "K14":
        posts = posts.filter(posts.buys)
    return posts.select(org="org", who="person").distinct()


def _right(data: Data, rule_id: str, share: float) -> tuple[Any, Any]:
    """The suppliers' side in two tables, (org, firm) and (firm, who), that meet on the firm."""
    if rule_id == "X07":
        call = tenders(data).select("org", firm="winner_code")
        change = data["D30.change"]
        sides = [
            change.filter(change[column].notnull()).select(firm="firm_code", who=column)
            for column in ("before_token", "after_token")
        ]
        return call, sides[0].union(sides[1])
    dated = rule_id in ("X03", "K13", "K14")
    tie = ownership.dated_ties(data, share) if dated else ownership.strong_ties(data, share)
    return ownership.supplied(data).select("org", firm="supplier"), tie.select("firm", who="person")


def _numbered(table: Any, column: str) -> Any:
    """The distinct values of a column with numbers from 0, in the order of the values."""
    each = table.filter(table[column].notnull()).select(column).distinct()
    return kept(each.mutate(number=ibis.row_number().over(order_by=each[column])))


def _known(right: tuple[Any, Any], orgs: Any, people: Any, size: int) -> Ints:
    """The pairs of the suppliers' side as sorted `org * size + person`, for numbered ends only.

    Numbers are put in before the two tables meet, so that what is sorted out and handed over are ten
    million numbers and not twenty million texts.
    """
    won, tie = right
    won = won.join(orgs, "org").select("firm", n_org="number").distinct()
    tie = tie.join(people, "who").select(t_firm="firm", n_who="number").distinct()
    met = won.join(tie, [won.firm == tie.t_firm])
    codes = met.select(code=met.n_org.cast("int64") * size + met.n_who).distinct().to_pyarrow()
    return np.sort(codes["code"].to_numpy().astype(np.int64))


def official_baselines(data: Data, rule_id: str, p: Parameters) -> dict[str, Baseline]:
    """Baselines of an official–supplier rule by stratum of the unit."""
    left = kept(with_stratum(data, _left(data, rule_id)))
    orgs, people = _numbered(left, "org"), _numbered(left, "who")
    rows = left.join(orgs.rename(n_org="number"), "org").join(people.rename(n_who="number"), "who")
    side = rows.select("n_org", "n_who", "stratum").order_by("n_org", "n_who").to_pyarrow()
    size = int(people.count().to_pyarrow().as_py())
    known = _known(_right(data, rule_id, p.values.get("share", 0.05)), orgs, people, size)
    if not side.num_rows or not len(known):
        return {}
    units, persons = (side[name].to_numpy().astype(np.int64) for name in ("n_org", "n_who"))
    coded = side["stratum"].combine_chunks().dictionary_encode()
    strata = coded.indices.to_numpy().astype(np.int64)
    observed, permuted = permute_pairs(
        (units, persons), strata, known, size, runs=p["runs"], seed=p["seed"]
    )
    found = {}
    for place, name in enumerate(coded.dictionary.to_pylist()):
        number = len(np.unique(units[strata == place]))
        found[name] = _baseline(name, number, int(observed[place]), permuted[:, place], p["runs"])
    return found


def _baseline(name: str, units: int, observed: int, permuted: Ints, runs: int) -> Baseline:
    p = (1 + int((permuted >= observed).sum())) / (1 + runs)
    return Baseline(name, units, observed, float(permuted.mean()), p, runs)


_MARKS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "X04": (bidders.HANDS | bidders.OTHERS, bidders.REGISTRY),
    "K01": (bidders.MACHINE, {}),
    "K02": (bidders.HANDS, {"phone_token": "登记电话"}),
    "K03": ({}, {"legal_rep_token": "法定代表人", "controller_token": "实际控制人"}),
    "K04": ({"manager_token": "项目班子"}, {}),
    "K06": ({"deposit_account_token": "保证金账户"}, {}),
}


def bidder_baselines(data: Data, rule_id: str, p: Parameters) -> dict[str, Baseline]:
    """Baseline of a linked-bidders rule: sections with a shared mark when bids change sections."""
    columns, registry = _MARKS[rule_id]
    t = bidders.marked_bids(data)
    parts = bidders.marks_of(t, columns) + bidders.registered(data, t, registry)
    if not parts:
        return {}
    marks = parts[0]
    for part in parts[1:]:
        marks = marks.union(part)
    marks = bidders.between_hubs(marks, p["hub"])
    marks = marks.select("k_d20_bid", mark=marks.mark_kind + "|" + marks.mark).to_pyarrow()
    offers = t.select(
        "k_d20_bid", "section_id", "bidder_code", layer=ibis.coalesce(t.item_class, "")
    )
    offers = offers.order_by("k_d20_bid").to_pyarrow()
    if not marks.num_rows:
        return {}
    keys = encode(offers["k_d20_bid"], marks["k_d20_bid"])
    (sections,) = encode(offers["section_id"])
    (firms,) = encode(offers["bidder_code"])
    (layers,) = encode(offers["layer"])
    (mark,) = encode(marks["mark"])
    place_of = np.zeros(int(keys[0].max()) + 1, dtype=np.int64)
    place_of[keys[0]] = np.arange(len(keys[0]))
    bid = place_of[keys[1]]
    size, many = int(mark.max()) + 1, int(firms.max()) + 1  # bits: sections · marks · firms < 2^63

    def linked(of_bid: Ints) -> int:
        group = of_bid[bid] * size + mark
        several = repeated(group, 2)  # a firm that handed in twice shares with nobody
        rows = np.flatnonzero(among(several)(group)) if len(several) else several
        firm_of = np.unique(group[rows] * many + firms[bid[rows]]) // many
        return len(np.unique(repeated(firm_of, 2) // size))

    rng = np.random.default_rng(p["seed"])
    order = np.argsort(layers, kind="stable")
    bounds = np.flatnonzero(np.diff(layers[order])) + 1
    permuted: list[int] = []
    while len(permuted) < p["runs"] and (len(permuted) < LEAST_RUNS or sum(permuted) < ENOUGH):
        shuffled = sections.copy()
        for part in np.split(order, bounds):
            shuffled[part] = rng.permutation(sections[part])
        permuted.append(linked(shuffled))
    number, counts = int(sections.max()) + 1, np.array(permuted, dtype=np.int64)
    return {"": _baseline("标段随机重排", number, linked(sections), counts, len(permuted))}


BASELINES: dict[str, Callable[[Data, str, Parameters], dict[str, Baseline]]] = {
    **dict.fromkeys(("X01", "X02", "X03", "X07", "K12", "K13", "K14"), official_baselines),
    **dict.fromkeys(_MARKS, bidder_baselines),
}


#: What one `baseline_p` is about: a body, or (linked bidders) a section, which is the matter itself.
BASELINE_OF = {
    rule_id: "body" if build is official_baselines else "section"
    for rule_id, build in BASELINES.items()
}


def attach(
    data: Data, record: Rule, rows: list[dict[str, Any]], p: Parameters
) -> list[dict[str, Any]]:
    """Write the baseline of its stratum beside each row of a relation rule."""
    if record.id not in BASELINES or not rows:
        return rows
    found = BASELINES[record.id](data, record.id, p)
    if not found:
        return rows
    kinds = _strata_of(data, {row["org"] for row in rows}) if "" not in found else {}
    done = []
    for row in rows:
        base = found.get("") or found.get(kinds.get(row["org"], EVERYBODY))
        if base is None:
            done.append(row)
            continue
        done.append(
            {**row, "stratum": base.stratum, "peers": base.units, "baseline_p": base.chance}
        )
    return done


def _strata_of(data: Data, orgs: set[str]) -> dict[str, str]:
    table = with_stratum(data, ibis.memtable({"org": sorted(orgs)}))
    if "D07.unit" not in data:
        return dict.fromkeys(orgs, EVERYBODY)
    rows = table.to_pyarrow().to_pylist()
    return {row["org"]: row["stratum"] for row in rows}
