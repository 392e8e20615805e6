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
from scipy import sparse
from scipy.sparse import csgraph

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.views import bids

Ints = np.ndarray[Any, np.dtype[np.int64]]


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


@rule("P10", finish="closed_groups", judge="beyond_random")
def closed_group_input(data: Data, p: Parameters) -> Any:
    """One row per bid."""
    return _input(data)


@rule("P11", finish="rotations")
def rotation_input(data: Data, p: Parameters) -> Any:
    """One row per bid."""
    return _input(data)


def _codes(values: list[str]) -> tuple[Ints, int]:
    """Texts as integers from 0 in the order of their first appearance, and how many there are."""
    coded = pa.array(values, pa.string()).dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), len(coded.dictionary)


def _pairs(sections: Ints, firms: Ints, size: int) -> tuple[Ints, Ints]:
    """Unordered pairs of firms in one section with their number: (first·size + second, count).

    Sections with more than 40 bidders say nothing about groups and are left out.
    """
    order = np.lexsort((firms, sections))
    sections, firms = sections[order], firms[order]
    starts = np.flatnonzero(np.r_[True, sections[1:] != sections[:-1]])
    counts = np.diff(np.r_[starts, len(sections)])
    keep = np.repeat(counts <= 40, counts)
    place = np.arange(len(sections)) - np.repeat(starts, counts)
    left = np.repeat(counts, counts) - place - 1
    left[~keep] = 0
    first = np.repeat(np.arange(len(sections)), left)
    offset = np.arange(len(first)) - np.repeat(np.cumsum(left) - left, left)
    second = first + offset + 1
    a, b = firms[first], firms[second]
    codes = np.minimum(a, b) * size + np.maximum(a, b)
    codes = codes[a != b]
    return np.unique(codes, return_counts=True)


@dataclass(frozen=True, slots=True)
class _Communities:
    """Groups of firms that meet again and again. `label`: the group of each firm; the rest by group.

    Cohesion = mean over pairs of meetings / tenders of either; exclusivity = meetings inside over all
    meetings of the members (Wachs & Kertész, Scientific Reports 2019).
    """

    label: Ints
    chosen: Ints
    sizes: Ints
    cohesion: Any
    exclusivity: Any

    def rows(self, firms: Ints) -> list[Ints]:
        """Places of the bids of each group, in the order of the groups."""
        number = np.full(len(self.sizes), -1)
        number[self.chosen] = np.arange(len(self.chosen))
        of_bid = number[self.label[firms]]
        order = np.argsort(of_bid, kind="stable")
        bounds = np.searchsorted(of_bid[order], np.arange(len(self.chosen) + 1))
        return [order[a:b] for a, b in pairwise(bounds)]


def _communities(
    sections: Ints, firms: Ints, size: int, least: int, members: int
) -> _Communities | None:
    """Components of 3 to 30 firms whose pairs meet at least `least` times; None if there are none."""
    codes, counts = _pairs(sections, firms, size)
    strong = counts >= least
    if not strong.any():
        return None
    a, b = codes // size, codes % size
    graph = sparse.coo_matrix(
        (np.ones(strong.sum()), (a[strong], b[strong])), shape=(size, size)
    ).tocsr()
    number, label = csgraph.connected_components(graph, directed=False)
    sizes = np.bincount(label, minlength=number)
    chosen = np.flatnonzero((sizes >= members) & (sizes <= 30))
    if not len(chosen):
        return None
    bids_of = np.bincount(firms, minlength=size)
    of_a, of_b = label[a], label[b]
    inside = of_a == of_b
    overlap = counts[inside] / (bids_of[a[inside]] + bids_of[b[inside]] - counts[inside])

    def summed(labels: Ints, weights: Any) -> Any:
        return np.bincount(labels, weights=weights, minlength=number)[chosen]

    within = summed(of_a[inside], counts[inside])
    touching = summed(of_a, counts) + summed(of_b, counts) - within
    pairs = sizes[chosen] * (sizes[chosen] - 1) / 2
    cohesion = summed(of_a[inside], overlap) / pairs
    return _Communities(label, chosen, sizes, cohesion, within / touching)


def closed_groups(rows: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    """Groups with their cohesion and exclusivity; `beyond_random` compares them.

    A group rests on all bids of the tenders in which a member takes part: whom the members meet outside
    the group is what exclusivity measures.
    """
    if not rows:
        return []
    firms, size = _codes([row["bidder_code"] for row in rows])
    sections, _ = _codes([row["section_id"] for row in rows])
    arguments = (size, int(p["tenders"]), int(p["members"]))
    observed = _communities(sections, firms, *arguments)
    if observed is None:
        return []
    by_section = np.argsort(sections, kind="stable")
    starts = np.searchsorted(sections[by_section], np.arange(int(sections.max()) + 2))
    found = []
    for place, chosen in enumerate(observed.rows(firms)):
        cohesion = float(observed.cohesion[place])
        exclusivity = float(observed.exclusivity[place])
        if min(cohesion, exclusivity) < p["least"]:
            continue
        tenders = np.unique(sections[chosen])
        every = [rows[bid] for s in tenders for bid in by_section[starts[s] : starts[s + 1]]]
        found.append(
            {
                **_joint(rows, chosen),
                "k_d20_section": sorted({row["k_d20_section"] for row in every}),
                "k_d20_bid": sorted(row["k_d20_bid"] for row in every),
                "members": int(observed.sizes[observed.chosen[place]]),
                "cohesion": cohesion,
                "exclusivity": exclusivity,
                "all_bids": rows,
            }
        )
    return found


def beyond_random(groups: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    """Keep the groups whose cohesion and exclusivity no degree-preserving random network reaches.

    The null shuffles who bid where inside each item class: every firm keeps its number of bids there,
    every tender its number of bidders. `baseline_p` is family-wise over all groups of a run.
    """
    if not groups:
        return []
    rows = groups[0]["all_bids"]
    firms, size = _codes([row["bidder_code"] for row in rows])
    sections, _ = _codes([row["section_id"] for row in rows])
    layers, _ = _codes([row["layer"] for row in rows])
    cohesion = np.array([group["cohesion"] for group in groups])
    exclusivity = np.array([group["exclusivity"] for group in groups])
    rng = np.random.default_rng(p["seed"])
    order = np.argsort(layers, kind="stable")
    bounds = np.flatnonzero(np.r_[True, layers[order][1:] != layers[order][:-1]])
    exceeded = np.zeros(len(groups), dtype=np.int64)
    for _run in range(int(p["runs"])):
        shuffled = firms.copy()
        for part in np.split(order, bounds[1:]):
            shuffled[part] = rng.permutation(firms[part])
        null = _communities(sections, shuffled, size, int(p["tenders"]), int(p["members"]))
        if null is not None:
            as_close = null.cohesion[:, None] >= cohesion
            exceeded += (as_close & (null.exclusivity[:, None] >= exclusivity)).any(axis=0)
    runs = int(p["runs"])
    return [
        {**group, "baseline_p": chance, "stratum": "同品目随机网络", "peers": runs}
        for group, number in zip(groups, exceeded, strict=True)
        if (chance := (1 + int(number)) / (1 + runs)) < p["tail"]
    ]


def _joint(rows: list[dict[str, Any]], chosen: Ints) -> dict[str, Any]:
    """The tenders in which at least two of the chosen bids meet."""
    by_section: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for place in chosen:
        by_section[rows[place]["section_id"]].append(rows[place])
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


def rotations(rows: list[dict[str, Any]], p: Parameters) -> list[dict[str, Any]]:
    """Groups that meet again and again and win in turn, the losers close behind together."""
    rows = [row for row in rows if row["valid"]]
    if not rows:
        return []
    firms, size = _codes([row["bidder_code"] for row in rows])
    sections, _ = _codes([row["section_id"] for row in rows])
    groups = _communities(sections, firms, size, int(p["tenders"]), int(p["members"]))
    found: list[dict[str, Any]] = []
    if groups is None:
        return found
    for label, chosen in zip(groups.chosen, groups.rows(firms), strict=True):
        members = int(groups.sizes[label])
        joint = _joint(rows, chosen)
        verdict = _in_turn(joint["met"], members)
        if verdict is None:
            continue
        evenness, gap_ratio = verdict
        if evenness > p["evenness"] and gap_ratio > 1.0 and joint["tenders"] >= p["tenders"]:
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
