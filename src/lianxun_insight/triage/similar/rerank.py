"""The order of similar leads by what they name: persons, units, places, amounts, vehicles.

Two letters about one incident share few words and the same names. Each shared name counts by its
rarity among the candidates at hand, ln((n + 1) / (times + 1)): the one village named by everybody tells
nothing, an amount that two letters share tells much. Needs the texts, so it comes after the index, on
its first few dozen hits; the best of the new order then widen the question instead of those that merely
share words (relevance feedback, Rocchio 1971), and the second list is ordered in the same way.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from lianxun_insight.triage.similar.gate import Profile, common_names
from lianxun_insight.triage.similar.index import Hit, Lead, SimilarityIndex

DEPTH = 40  # hits that are put into a new order
WEIGHT = (
    0.13  # chosen on invented letters, seed 43; the figures of seed 44 stand in docs/text/triage.md
)
NEAR = 2  # leads that widen the question the second time
KINDS = ("person", "org", "place", "amount", "plate")


def by_names(own: Profile, hits: Sequence[Hit], profiles: Mapping[str, Profile]) -> list[Hit]:
    """The hits in their new order; ``score`` has the share of the names in it.

    A hit without a profile keeps its score. Ties keep the order they came in.
    """
    shared = [
        {
            (kind, name)
            for kind in KINDS
            for name in (common_names(own, profiles[h.id], kind) if h.id in profiles else ())
        }
        for h in hits
    ]
    times = Counter(name for names in shared for name in names)
    new = [
        replace(
            hit,
            score=max(hit.score, hit.jaccard)
            + WEIGHT * sum(math.log((len(hits) + 1) / (times[n] + 1)) for n in sorted(names)),
        )
        for hit, names in zip(hits, shared, strict=True)
    ]
    return sorted(new, key=lambda hit: -hit.score)


def similar(
    index: SimilarityIndex,
    lead: Lead,
    own: Profile,
    profiles_of: Callable[[Collection[str]], Mapping[str, Profile]],
    scope: Collection[str] | None = None,
) -> list[Hit]:
    """The first ``DEPTH`` similar leads of the index in scope, ordered by words and names.

    ``profiles_of`` gives the profiles of ids; a hit it gives none for is left out.
    """
    first = _ordered(index.query(lead, DEPTH, scope), own, profiles_of)
    if not first:
        return []
    near = [hit.id for hit in first[:NEAR]]
    return _ordered(index.query(lead, DEPTH, scope, near=near), own, profiles_of)


def _ordered(
    hits: Sequence[Hit],
    own: Profile,
    profiles_of: Callable[[Collection[str]], Mapping[str, Profile]],
) -> list[Hit]:
    profiles = profiles_of([hit.id for hit in hits])
    return by_names(own, [hit for hit in hits if hit.id in profiles], profiles)
