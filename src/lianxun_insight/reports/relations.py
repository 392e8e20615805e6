"""The relation graph of one organisation: who is tied to whom by the records of its flags.

Nodes are the body, firms and persons (tokens); every edge names the record that says so. Laid
out here, so that the page needs no script: rings around the body by distance, each branch in its
own sector, so lines of different branches do not cross.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lianxun_insight.flags import Flag, RecordRef
from lianxun_insight.reports.people import PERSON_TOKEN

LIMIT = 300
MANY_TIES = 16
CROWDED = 40  # from so many actors on a ring they stand in three staggered lanes
WIDER = 1.55  # rings are ellipses: labels are wide, pages too

CONTACT = "联系人"

#: (table, from, to, what the edge says). Only ties, no attributes.
TIES: tuple[tuple[str, str, str, str], ...] = (
    ("D13.payment", "unit_code", "payee_code", "付款"),
    ("D14.contract", "buyer_code", "supplier_code", "合同"),
    ("D14.project", "buyer_code", "winner_code", "成交"),
    ("D20.section", "tenderer_code", "winner_code", "中标"),
    ("D20.bid", "bidder_code", "contact_token", CONTACT),
    ("D20.bid", "bidder_code", "manager_token", "项目经理"),
    ("D30.firm", "legal_rep_token", "firm_code", "法定代表人"),
    ("D30.firm", "controller_token", "firm_code", "实际控制"),
    ("D30.holder", "holder_token", "firm_code", "持股"),
    ("D30.holder", "holder_code", "firm_code", "持股"),
    ("D30.person", "person_token", "firm_code", "任职"),
    ("D30.change", "before_token", "firm_code", "变更前"),
    ("D30.change", "after_token", "firm_code", "变更后"),
    ("D22.holding", "parent_code", "firm_code", "出资"),
    ("D25", "person_a_token", "person_b_token", "亲属"),
    ("D06", "person_token", "firm_code", "亲属在企"),
    ("D04.post", "person_token", "unit_code", "任职"),
    ("D07.person", "person_token", "unit_code", "在编"),
    ("D15", "person_token", "unit_code", "领薪"),
    ("D34.insured", "person_token", "employer_code", "参保"),
    ("D38", "unit_code", "person_token", "救助"),
    ("D38", "handler_token", "person_token", "经办"),
    ("D16", "unit_code", "person_token", "补贴"),
    ("D16", "handler_token", "person_token", "经办"),
    ("D18.lease", "unit_code", "tenant_code", "出租"),
    ("D18.lease", "unit_code", "tenant_token", "出租"),
    ("D18.disposal", "unit_code", "buyer_code", "处置资产"),
    ("D24", "firm_code", "party_code", "购销"),
    ("D28.invoice", "seller_code", "buyer_code", "开票"),
    ("D36.permit", "owner_code", "contractor_code", "施工"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """One actor at its place; x and y in units of the drawing, ring 0 is the body itself.

    `leaf` actors have nobody behind them, so their labels may stand outside.
    """

    id: str
    kind: str
    ring: int
    x: float
    y: float
    flags: int
    leaf: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """All ties between two actors, in words with their numbers of rows (「中标×3、合同×2」).

    `tree` edges carry the layout.
    """

    source: str
    target: str
    label: str
    tree: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The laid-out graph; `left_out` actors did not fit the limit."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    radius: float
    left_out: int


def ties_of(record: RecordRef) -> list[tuple[str, str, str]]:
    """The ties one record states, from the fields the flag used."""
    found = []
    for table, source, target, label in TIES:
        a, b = record.fields.get(source), record.fields.get(target)
        if record.dataset == table and a and b and a != b:
            relation = record.fields.get("relation")
            found.append((str(a), str(b), str(relation) if relation and table == "D25" else label))
    return found


def draw(org: str, flags: Iterable[Flag], limit: int = LIMIT) -> Drawing:
    """Graph around `org` from the records and paths of its flags, at most `limit` actors.

    When there are more, those in most flags stay (the nearer first), and the drawing says how
    many were left out.
    """
    weights: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    seen_in: dict[str, set[str]] = defaultdict(set)
    for flag in _telling(flags):
        for source, target, label, record in _stated(flag):
            weights[source, target, label].add(record)
            seen_in[source].add(flag.flag_id)
            seen_in[target].add(flag.flag_id)
    weights = _without_lone_contacts(weights)
    neighbours: dict[str, set[str]] = defaultdict(set)
    for source, target, _ in weights:
        neighbours[source].add(target)
        neighbours[target].add(source)
    ring, parent = _rings(org, neighbours, seen_in)
    ranked = sorted(ring, key=lambda n: (ring[n], -len(seen_in[n]), n))
    kept = _closed(ranked[:limit], parent)
    behind = {parent[n] for n in kept if n in parent}
    places, radius = _sectors(org, kept, ring, parent)
    nodes = tuple(
        Node(n, _kind(n, org), ring[n], *places[n], len(seen_in[n]), n not in behind)
        for n in ranked
        if n in kept
    )
    return Drawing(nodes, _merged(weights, kept, parent), radius, len(ring) - len(kept))


def _without_lone_contacts(
    weights: Mapping[tuple[str, str, str], set[str]],
) -> dict[tuple[str, str, str], set[str]]:
    """Leave out persons who are nothing but the contact of one bidder: every bidder has one."""
    ends: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for source, target, label in weights:
        ends[target].add((source, label))
        ends[source].add((target, label))
    return {
        tie: records
        for tie, records in weights.items()
        if not (tie[2] == CONTACT and len(ends[tie[1]]) == 1)
    }


def _telling(flags: Iterable[Flag]) -> list[Flag]:
    """Flags about particular actors; shares and concentrations name every supplier of a year and
    would only hide the others. When there are no particular ones, all are drawn."""
    listed = list(flags)
    few = [f for f in listed if len({t[:2] for t in _stated(f)}) <= MANY_TIES]
    return few or listed


def _merged(
    weights: Mapping[tuple[str, str, str], set[str]], kept: set[str], parent: Mapping[str, str]
) -> tuple[Edge, ...]:
    """One line per pair of actors, however many ties the records state between them."""
    words: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (source, target, label), records in sorted(weights.items()):
        if source in kept and target in kept:
            pair = (source, target) if (target, source) not in words else (target, source)
            words[pair].append(f"{label}×{len(records)}" if len(records) > 1 else label)
    return tuple(
        Edge(s, t, _label(list(dict.fromkeys(found))), parent.get(s) == t or parent.get(t) == s)
        for (s, t), found in words.items()
    )


def _label(words: list[str]) -> str:
    """Two ties in words and how many kinds there are: more would cover the next edge."""
    return "、".join(words) if len(words) <= 3 else f"{'、'.join(words[:2])}等 {len(words)} 种"


def _stated(flag: Flag) -> Iterable[tuple[str, str, str, str]]:
    tenderers = {
        r.fields.get("section_id"): r.fields.get("tenderer_code")
        for r in flag.records
        if r.dataset == "D20.section"
    }
    for record in flag.records:
        for source, target, label in ties_of(record):
            yield source, target, label, record.address
        bidder, tenderer = (
            record.fields.get("bidder_code"),
            tenderers.get(record.fields.get("section_id")),
        )
        if record.dataset == "D20.bid" and bidder and tenderer:
            yield str(bidder), str(tenderer), "投标", record.address
    for edge in flag.path:
        if edge.source and edge.target and edge.source != edge.target:
            yield edge.source, edge.target, edge.edge, edge.source_record


def _rings(
    org: str, neighbours: Mapping[str, set[str]], seen_in: Mapping[str, set[str]]
) -> tuple[dict[str, int], dict[str, str]]:
    """Breadth first from the body; actors without a tie to it start a branch of their own."""
    ring, parent = {org: 0}, {}
    for start in [org, *sorted(neighbours, key=lambda n: (-len(seen_in[n]), n))]:
        if start not in ring:
            ring[start] = 1
            parent[start] = org
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for other in sorted(neighbours.get(node, ())):
                if other not in ring:
                    ring[other], parent[other] = ring[node] + 1, node
                    queue.append(other)
    return ring, parent


def _closed(nodes: Iterable[str], parent: Mapping[str, str]) -> set[str]:
    kept = set(nodes)
    return {n for n in kept if n not in parent or parent[n] in kept}


def _sectors(
    org: str, kept: set[str], ring: Mapping[str, int], parent: Mapping[str, str]
) -> tuple[dict[str, tuple[float, float]], float]:
    """Give every branch an angle in proportion to its leaves; rings far enough for the labels."""
    children: dict[str, list[str]] = defaultdict(list)
    for node in sorted(kept):
        if node in parent:
            children[parent[node]].append(node)
    leaves: dict[str, int] = {}
    for node in sorted(kept, key=lambda n: -ring[n]):
        leaves[node] = sum(leaves[c] for c in children[node]) or 1
    depth = max((ring[n] for n in kept), default=0)
    around = max((sum(ring[n] == r for n in kept) / r for r in range(1, depth + 1)), default=1)
    lanes = 1 if around <= CROWDED else 3
    step = max(118.0, 46.0 * around / (2 * math.pi * lanes**2))
    places = {org: (0.0, 0.0)}
    spans = {org: (-math.pi / 2, 1.5 * math.pi)}
    for node in sorted(kept, key=lambda n: (ring[n], n)):
        low, high = spans[node]
        angle = low
        for n, child in enumerate(sorted(children[node], key=lambda c: (-leaves[c], c))):
            width = (high - low) * leaves[child] / leaves[node]
            spans[child] = (angle, angle + width)
            middle = angle + width / 2
            radius = step * (lanes * (ring[child] - 1) + 1 + n % lanes)
            places[child] = (WIDER * radius * math.cos(middle), radius * math.sin(middle))
            angle += width
    return places, step * lanes * depth


def _kind(node: str, org: str) -> str:
    if node == org:
        return "body"
    return "person" if PERSON_TOKEN.fullmatch(node) else "firm"
