"""Groups of bidders (P10, P11): input from ibis, graph work and simulation on numpy."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse import csgraph

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.sieve import repeated
from lianxun_insight.rules.views import bids

Ints = np.ndarray[Any, np.dtype[np.int64]]
CROWD = 40
"""Sections with more bidders say nothing about groups; their pairs would be most of the work."""
LARGEST = 30
"""Members of the largest group looked at; beyond it is a market and no circle."""


def _input(data: Data) -> Any:
    t = bids(data)
    t = t.filter(t.bidder_code.notnull(), ~ibis.coalesce(t.is_framework, False))
    return t.select(
        "org",
        "section_id",
        "bidder_code",
        "bid_price",
        "valid",
        "won",
        "period_from",
        "period_to",
        "k_d20_section",
        "k_d20_bid",
        layer=ibis.coalesce(t.item_class, ""),
    ).order_by("section_id", "bidder_code")


@rule("P10", core="closed_groups")
def closed_group_input(data: Data, p: Parameters) -> Any:
    """One row per bid."""
    return _input(data)


@rule("P11", core="rotations")
def rotation_input(data: Data, p: Parameters) -> Any:
    """One row per bid."""
    return _input(data)


def codes_of(values: Any) -> tuple[Ints, int]:
    """Texts (arrow) as integers from 0 in the order of their first appearance, and how many there are."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = array.cast(pa.string()).dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), len(coded.dictionary)


def _meetings(sections: Ints) -> tuple[Ints, Ints]:
    """Places of the two bids of every pair in one section of at most `CROWD` bids."""
    order = np.argsort(sections, kind="stable")
    ordered = sections[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counts = np.diff(np.r_[starts, len(ordered)])
    after = np.repeat(counts, counts) - (np.arange(len(ordered)) - np.repeat(starts, counts)) - 1
    after[np.repeat(counts > CROWD, counts)] = 0
    first = np.repeat(np.arange(len(ordered)), after)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(after) - after, after)
    return order[first], order[second]


@dataclass(frozen=True, slots=True)
class _Communities:
    """Groups of firms that meet again and again. `label`: the group of each firm, -1 for none.

    Cohesion = mean over pairs of meetings / tenders of either; exclusivity = meetings inside over all
    meetings of the members (Wachs & Kertész, Scientific Reports 2019).
    """

    label: Ints
    sizes: Ints
    cohesion: Any
    exclusivity: Any

    def rows(self, firms: Ints) -> list[Ints]:
        """Places of the bids of each group, in the order of the groups."""
        of_bid = self.label[firms]
        order = np.argsort(of_bid, kind="stable")
        bounds = np.searchsorted(of_bid[order], np.arange(len(self.sizes) + 1))
        return [order[a:b] for a, b in pairwise(bounds)]


def _components(codes: Ints, size: int, members: int) -> tuple[Ints, Ints] | None:
    """Components of `members` to `LARGEST` firms joined by pairs `first * size + second`.

    Gives the component of each firm (-1 for none) and the number of members of each; None without any.
    """
    if not len(codes):
        return None
    ends, place = np.unique(np.r_[codes // size, codes % size], return_inverse=True)
    a, b = np.split(place, 2)
    graph = sparse.coo_matrix((np.ones(len(a)), (a, b)), shape=(len(ends), len(ends)))
    number, label = csgraph.connected_components(graph.tocsr(), directed=False)
    sizes = np.bincount(label, minlength=number)
    chosen = np.flatnonzero((sizes >= members) & (sizes <= LARGEST))
    if not len(chosen):
        return None
    group = np.full(number, -1, dtype=np.int64)
    group[chosen] = np.arange(len(chosen))
    of_firm = np.full(size, -1, dtype=np.int64)
    of_firm[ends] = group[label]
    return of_firm, sizes[chosen]


def _communities(
    meetings: tuple[Ints, Ints], firms: Ints, size: int, least: int, members: int
) -> _Communities | None:
    """Components of 3 to 30 firms whose pairs meet at least `least` times; None if there are none.

    `meetings` are places in `firms` (`_meetings`), `firms` the numbers of the bidders below `size`.
    """
    a, b = firms[meetings[0]], firms[meetings[1]]
    two = a != b  # a firm may have handed in twice
    a, b = a[two], b[two]
    codes = np.minimum(a, b) * size + np.maximum(a, b)
    found = _components(repeated(codes, least), size, members)
    if found is None:
        return None
    label, sizes = found
    groups = len(sizes)
    inside = (label[a] >= 0) & (label[a] == label[b])
    pairs, counts = np.unique(codes[inside], return_counts=True)
    one, other = pairs // size, pairs % size
    bids_of = np.bincount(firms, minlength=size)
    overlap = counts / (bids_of[one] + bids_of[other] - counts)
    within = np.bincount(label[one], weights=counts, minlength=groups)
    met = np.bincount(a, minlength=size) + np.bincount(b, minlength=size)
    member = label >= 0
    touching = np.bincount(label[member], weights=met[member], minlength=groups) - within
    cohesion = np.bincount(label[one], weights=overlap, minlength=groups)
    return _Communities(label, sizes, cohesion / (sizes * (sizes - 1) / 2), within / touching)


def closed_groups(table: pa.Table, p: Parameters, judged: bool) -> list[dict[str, Any]]:
    """Groups with cohesion and exclusivity; `judged` ones beat degree-preserving random networks.

    A group rests on all bids of the tenders in which a member takes part: whom the members meet outside
    the group is what exclusivity measures.
    """
    firms, size = codes_of(table["bidder_code"])
    sections, _ = codes_of(table["section_id"])
    meetings = _meetings(sections)
    observed = _communities(meetings, firms, size, int(p["tenders"]), int(p["members"]))
    if observed is None:
        return []
    close = np.minimum(observed.cohesion, observed.exclusivity) >= p["least"]
    kept = np.flatnonzero(close)
    chances = np.full(len(kept), np.nan)
    if judged and len(kept):
        layers, _ = codes_of(table["layer"])
        both = (observed.cohesion[kept], observed.exclusivity[kept])
        chances = _chances(meetings, firms, layers, both, p)
        kept, chances = kept[chances < p["tail"]], chances[chances < p["tail"]]
    by_section = np.argsort(sections, kind="stable")
    starts = np.searchsorted(sections[by_section], np.arange(int(sections.max()) + 2))
    members_bids = observed.rows(firms)
    found = []
    for group, chance in zip(kept, chances, strict=True):
        tenders = np.unique(sections[members_bids[group]])
        every = np.concatenate([by_section[starts[s] : starts[s + 1]] for s in tenders])
        hit = {
            **_joint(table.take(members_bids[group]).to_pylist()),
            "k_d20_section": sorted(pc.unique(table["k_d20_section"].take(every)).to_pylist()),
            "k_d20_bid": sorted(table["k_d20_bid"].take(every).to_pylist()),
            "members": int(observed.sizes[group]),
            "cohesion": float(observed.cohesion[group]),
            "exclusivity": float(observed.exclusivity[group]),
        }
        if judged:
            null = {"stratum": "同品目随机网络", "peers": int(p["runs"])}
            hit |= {"baseline_p": float(chance), **null}
        found.append(hit)
    return found


def _chances(
    meetings: tuple[Ints, Ints],
    firms: Ints,
    layers: Ints,
    observed: tuple[Any, Any],
    p: Parameters,
) -> Any:
    """For each group the chance that a random network has one as cohesive and exclusive.

    The null shuffles who bid where inside each item class: every firm keeps its number of bids there,
    every tender its number of bidders. The chance is family-wise over all groups of a network. When no
    group can come below the tail any more the rest of the runs is left out, which changes no verdict.
    """
    cohesion, exclusivity = observed
    size, least, members = int(firms.max()) + 1, int(p["tenders"]), int(p["members"])
    runs = int(p["runs"])
    rng = np.random.default_rng(p["seed"])
    order = np.argsort(layers, kind="stable")
    bounds = np.flatnonzero(np.diff(layers[order])) + 1
    exceeded = np.zeros(len(cohesion), dtype=np.int64)
    for _run in range(runs):
        shuffled = firms.copy()
        for part in np.split(order, bounds):
            shuffled[part] = rng.permutation(firms[part])
        null = _communities(meetings, shuffled, size, least, members)
        if null is not None:
            as_close = null.cohesion[:, None] >= cohesion
            exceeded += (as_close & (null.exclusivity[:, None] >= exclusivity)).any(axis=0)
        if ((1 + exceeded) / (1 + runs) >= p["tail"]).all():
            break
    return (1 + exceeded) / (1 + runs)


def _joint(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The tenders in which at least two of the bids of a group meet."""
    by_section: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_section[row["section_id"]].append(row)
    met = {section: several for section, several in by_section.items() if len(several) > 1}
    every = [row for several in met.values() for row in several]
    dates = [row[k] for row in every for k in ("period_from", "period_to") if row[k] is not None]
    return {
        "org": Counter(row["org"] for row in every).most_common(1)[0][0],
        "tenders": len(met),
        "bids": len(every),
        "period_from": min(dates, default=None),
        "period_to": max(dates, default=None),
        "k_d20_section": sorted({row["k_d20_section"] for row in every}),
        "k_d20_bid": sorted(row["k_d20_bid"] for row in every),
        "met": met,
    }


def rotations(table: pa.Table, p: Parameters, _judged: bool) -> list[dict[str, Any]]:
    """Groups that meet again and again and win in turn, the losers close behind together."""
    table = table.filter(table["valid"])
    firms, size = codes_of(table["bidder_code"])
    sections, _ = codes_of(table["section_id"])
    least = int(p["tenders"])
    groups = _communities(_meetings(sections), firms, size, least, int(p["members"]))
    found: list[dict[str, Any]] = []
    if groups is None:
        return found
    for members, chosen in zip(groups.sizes.tolist(), groups.rows(firms), strict=True):
        joint = _joint(table.take(chosen).to_pylist())
        verdict = _in_turn(joint["met"], members)
        if verdict is None:
            continue
        evenness, gap_ratio = verdict
        if evenness > p["evenness"] and gap_ratio > 1.0 and joint["tenders"] >= least:
            found.append(
                {**joint, "members": members, "evenness": evenness, "gap_ratio": gap_ratio}
            )
    return found


def _in_turn(met: dict[str, list[dict[str, Any]]], members: int) -> tuple[float, float] | None:
    """Entropy of winners over log k, and mean gap to the winner over mean gap among the losers."""
    winners: Counter[str] = Counter()
    to_winner, among_losers = [], []
    for several in met.values():
        winners.update(row["bidder_code"] for row in several if row["won"])
        prices = sorted(float(row["bid_price"]) for row in several if row["bid_price"])
        if len(prices) > 2:
            to_winner.append((prices[1] - prices[0]) / prices[0])
            among_losers.append(float(np.diff(prices[1:]).mean()) / prices[0])
    total = winners.total()
    if total < 2 or not to_winner or members < 2:
        return None
    entropy = -sum(n / total * math.log(n / total) for n in winners.values())
    base = float(np.mean(among_losers))
    ratio = float(np.mean(to_winner)) / base if base else math.inf
    return entropy / math.log(members), min(ratio, 1000.0)
