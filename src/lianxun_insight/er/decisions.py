"""From scores to decisions: bands, human judgements, clusters.

Bands (settled in the design, section 4.5):

* `linked`    a shared valid strong identifier and no contradiction, or at least `AUTO_BITS` bits with
              two independent agreeing fields, one of them not the name;
* `review`    likely, or an identifier with a contradiction: a person decides;
* `name_only` nothing but the name (and region or gender) agrees: never linked, however rare the name;
* `conflict`  two different valid identifiers: never linked;
* `confirmed`, `rejected`  decided by a person; a rejection is permanent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lianxun_insight.er.engine import Scored, run
from lianxun_insight.er.model import Comparison, Model

AUTO_BITS: Final = 12.0
#: Weight above which a pair without auto-link goes to the human queue (probability one half).
REVIEW_BITS: Final = 0.0
BANDS: Final = ("linked", "confirmed", "review", "conflict", "name_only", "rejected", "unlikely")


def decide(scored: Scored) -> None:
    """Add table `decisions`: every scored pair with its band and the number of agreeing fields."""
    model = scored.model
    fields = [item for item in model.comparisons if not item.weak]
    others = [item for item in fields if item.field != "name"]
    agreeing = " + ".join(f"({_agrees(item)})::INT" for item in fields)
    beyond = " + ".join(f"({_agrees(item)})::INT" for item in others)
    strong = next(item for item in model.comparisons if item.strong)
    prefix = strong.field
    valid = f"{prefix}_valid"
    same_id = f"(level_{prefix} = 0 AND a.{valid} AND b.{valid})"
    conflict = f"(level_{prefix} = {len(strong.levels) - 1})"
    run(
        scored.connection,
        f"""CREATE OR REPLACE TABLE decisions AS
        SELECT p.*, {agreeing} AS agreeing, CASE
            WHEN {conflict} THEN 'conflict'
            WHEN {same_id} AND NOT ({_contradiction(model)}) THEN 'linked'
            WHEN level_{prefix} = 0 THEN 'review'
            WHEN ({beyond}) = 0 THEN CASE WHEN match_weight >= {REVIEW_BITS}
                THEN 'name_only' ELSE 'unlikely' END
            WHEN match_weight >= {AUTO_BITS} AND ({agreeing}) >= 2
                AND NOT ({_contradiction(model)}) THEN 'linked'
            WHEN match_weight >= {REVIEW_BITS} THEN 'review'
            ELSE 'unlikely' END AS band
        FROM pairs p
        JOIN records a ON a.record_id = p.record_id_l
        JOIN records b ON b.record_id = p.record_id_r""",
    )


def _agrees(item: Comparison) -> str:
    places = [str(place) for place, level in enumerate(item.levels) if level.agrees]
    return f"level_{item.field} IN ({', '.join(places)})"


def _contradiction(model: Model) -> str:
    """A level that never links by itself: a shared number under another name is a mistake in it."""
    found = [
        f"level_{item.field} = {place}"
        for item in model.comparisons
        for place, level in enumerate(item.levels)
        if level.forbids
    ]
    return " OR ".join(found)


@dataclass(frozen=True, slots=True)
class RefusedMerge:
    """Two groups that a link would have joined although something forbids it."""

    left: str
    right: str
    reason: str


@dataclass
class Clusters:
    """Entity of every record that is linked to another, and the merges that were refused."""

    entity: dict[str, str] = field(default_factory=dict)
    refused: list[RefusedMerge] = field(default_factory=list)

    def members(self) -> dict[str, list[str]]:
        """Records by entity, both sorted."""
        groups: dict[str, list[str]] = {}
        for record, entity in sorted(self.entity.items()):
            groups.setdefault(entity, []).append(record)
        return groups


def cluster(
    links: Iterable[tuple[str, str]],
    identifiers: Mapping[str, str],
    rejected: Iterable[tuple[str, str]] = (),
) -> Clusters:
    """Join records along links, strongest first, unless a group would hold a contradiction.

    A group may hold one valid identifier only (a person with two valid numbers is two entities until
    somebody decides), and never two records that a person has ruled apart. `identifiers` maps a
    record to its valid identifier. An entity is named after its smallest record.
    """
    parent: dict[str, str] = {}
    held: dict[str, str] = dict(identifiers)
    apart: dict[str, set[str]] = {}
    for one, other in rejected:
        apart.setdefault(one, set()).add(other)
        apart.setdefault(other, set()).add(one)
    members: dict[str, set[str]] = {}

    def root(record: str) -> str:
        while parent.setdefault(record, record) != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    out = Clusters()
    for left, right in links:
        a, b = root(left), root(right)
        if a == b:
            continue
        first, second = held.get(a), held.get(b)
        group_a, group_b = members.get(a, {a}), members.get(b, {b})
        if first and second and first != second:
            out.refused.append(RefusedMerge(left, right, "两侧各有不同的有效证件号"))
            continue
        if any(apart.get(record, set()) & group_b for record in group_a if record in apart):
            out.refused.append(RefusedMerge(left, right, "其中有人工判定为不同的记录"))
            continue
        keep, drop = min(a, b), max(a, b)
        parent[drop] = keep
        members[keep] = group_a | group_b
        members.pop(drop, None)
        identifier = first or second
        if identifier:
            held[keep] = identifier
    out.entity = {record: root(record) for record in parent}
    return out


def linked_pairs(connection: Any) -> list[tuple[str, str]]:
    """Accepted pairs, human ones first, then by weight, ties by name (repeatable)."""
    rows = run(
        connection,
        "SELECT record_id_l, record_id_r FROM decisions WHERE band IN ('linked', 'confirmed') "
        "ORDER BY band = 'confirmed' DESC, match_weight DESC, record_id_l, record_id_r",
    )
    return [(left, right) for left, right in rows]


def valid_identifiers(connection: Any, model: Model) -> dict[str, str]:
    """Record -> its valid strong identifier."""
    valid = model.identifier.replace("_token", "_valid")
    return dict(
        run(
            connection,
            f"SELECT record_id, {model.identifier} FROM records "
            f"WHERE {valid} AND {model.identifier} IS NOT NULL",
        )
    )
