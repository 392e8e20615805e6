"""Leads: what a team checks in one go, in the order that is worth its time.

A lead is a body and one counterparty (a firm), or a body and one matter where no firm is involved.
Its flags are combined the way inspectors do (叠加分析): the most surprising flag of each family
speaks for it, families add up, so two independent rules beat one strong one. A rule that marks
every third tender surprises nobody (`surprise`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lianxun_insight.flags import Flag
from lianxun_insight.profile.facts import Scan

#: Fields that name the counterparty, the most telling first.
COUNTERPARTIES = (
    "supplier_code", "winner_code", "payee_code", "bidder_code", "contractor_code", "party_code",
    "buyer_code", "tenant_code", "seller_code", "firm_code",
)  # fmt: skip
LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Lead:
    """Body, counterparty ("" if none), flags, surprise in decades summed over families."""

    org: str
    counterparty: str
    flags: tuple[str, ...]
    families: tuple[str, ...]
    surprise: float


def rank_leads(flags: Sequence[Flag], scan: Scan) -> list[Lead]:
    """All leads, the most surprising first (ties: more flags, then by code)."""
    rate = hit_rates(flags, scan)
    quiet = {run.id for run in scan.indicators if run.profile_only}
    groups: dict[tuple[str, str], list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.indicator.id not in quiet:
            groups[flag.subject.org, counterparty_key(flag)].append(flag)
    by_body = _by_body(scan)
    leads = [_lead(key, members, rate, by_body) for key, members in groups.items()]
    return sorted(leads, key=lambda x: (-x.surprise, -len(x.flags), x.org, x.counterparty))


def hit_rates(flags: Iterable[Flag], scan: Scan) -> dict[str, float]:
    """How much of the teams' time a rule asks for without cause, per body-supplier pair.

    All rules compete for one review budget, so all are measured against the same thing. Without a null
    of its own a rule is charged with all its hits; a relation rule with the hits that its permutation
    expects by accident.
    """
    flags = list(flags)
    hits: Counter[str] = Counter(flag.indicator.id for flag in flags)
    by_body = _by_body(scan)
    strata: dict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
    for flag in flags:
        reference = flag.reference
        if flag.indicator.id in by_body and reference.baseline_p is not None:
            strata[flag.indicator.id][reference.stratum] = (reference.n, reference.baseline_p)
    expected = {rule: _accidental(found.values()) for rule, found in strata.items()}
    pairs = max(1, scan.pairs)
    return {
        rule: min(1.0, max(LEAST, expected.get(rule, float(count)) / pairs))
        for rule, count in hits.items()
    }


def _by_body(scan: Scan) -> set[str]:
    return {run.id for run in scan.indicators if run.baseline == "body"}


def _accidental(strata: Iterable[tuple[int, float]]) -> float:
    """Hits by accident in all bodies of the strata: each has -log(1 - p) of them (Poisson)."""
    return sum(-bodies * math.log1p(-min(chance, 1 - 1e-9)) for bodies, chance in strata)


def surprise(flag: Flag, rates: Mapping[str, float], by_body: Container[str] = ()) -> float:
    """-log10 of how often this is seen without cause: the flag's own null, else its place among
    peers, else how often its rule hits. A null about whole bodies (`by_body`) is in the rates."""
    reference = flag.reference
    if flag.indicator.id in by_body:
        p = rates[flag.indicator.id]
    elif reference.baseline_p is not None:
        p = max(reference.baseline_p, 1 / (reference.n + 1) if reference.n else LEAST)
    elif reference.quantile is not None:
        p = max(1 - reference.quantile, 1 / max(1, reference.n))
    else:
        p = rates[flag.indicator.id]
    return -math.log10(min(1.0, max(LEAST, p)))


def counterparty_key(flag: Flag) -> str:
    """What makes flags of one body one matter: the firm, the group of firms, or the flag itself."""
    found = counterparties(flag)
    return "+".join(found) if found else f"#{flag.flag_id}"


def counterparties(flag: Flag) -> list[str]:
    """Firms a flag is about, from its values, else from its records."""
    own = flag.subject.org
    found = _codes(flag.value, own)
    if not found:
        for name in COUNTERPARTIES:
            codes = {str(r.fields[name]) for r in flag.own_records if r.fields.get(name)}
            found = sorted(codes - {own})
            if found:
                break
    return found


def _codes(value: Mapping[str, object], own: str) -> list[str]:
    return sorted(
        {str(value[n]) for n in (*COUNTERPARTIES, "firm", "supplier") if value.get(n)} - {own}
    )


def _lead(
    key: tuple[str, str],
    flags: Sequence[Flag],
    rate: Mapping[str, float],
    by_body: Container[str],
) -> Lead:
    best: dict[str, float] = {}
    for flag in flags:
        family = flag.indicator.family
        best[family] = max(best.get(family, 0.0), surprise(flag, rate, by_body))
    org, counterparty = key
    return Lead(
        org=org,
        counterparty="" if counterparty.startswith("#") else counterparty,
        flags=tuple(sorted({flag.flag_id for flag in flags})),
        families=tuple(sorted(best)),
        surprise=sum(best.values()),
    )
