"""Groups of bidders (P10, P11): the same answer from the listed rows alone, and no cost beyond the data."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun_insight.rules.engine import parameters_of, run_rule
from lianxun_insight.rules.groups import _communities, _meetings, codes_of
from lianxun_insight.rules.model import load_rules
from tests.insight.rules.tables import data, day


def market(rounds):
    """Tenders with their bidders; the first wins. `rounds`: list of tuples of firms."""
    sections, bids = [], []
    for n, firms in enumerate(rounds):
        section = f"B{n:03d}"
        sections.append(
            {
                "section_id": section,
                "tenderer_code": f"U{n % 3}",
                "method": "公开招标",
                "item_class": "A",
                "award_date": day("2025-01-01"),
                "winner_code": firms[0],
            }
        )
        bids += [
            {
                "section_id": section,
                "bidder_code": firm,
                "bid_price": (1000, 1080, 1100, 1115)[place],
                "status": "有效",
                "is_winner": place == 0,
            }
            for place, firm in enumerate(firms)
        ]
    return sections, bids


def ring(turns, guests=(), others=60):
    """A ring of three in turn, some of its tenders with a guest, among ordinary tenders."""
    members = ("R1", "R2", "R3")
    rounds = [
        (*members[n % 3 :], *members[: n % 3], *([f"G{n}"] if n in guests else []))
        for n in range(turns)
    ]
    rng = np.random.default_rng(3)
    rounds += [tuple(f"F{k}" for k in rng.choice(40, 3, replace=False)) for _ in range(others)]
    rounds.append(("R1", "F1"))
    return market(rounds)


def found(rule_id, sections, bids, **more):
    record = load_rules()[rule_id]
    tables = data(D20_section=sections, D20_bid=bids)
    return run_rule(
        tables,
        record,
        parameters_of(record, changed={"runs": 120} if rule_id == "P10" else None),
        **more,
    )


@pytest.mark.parametrize("rule_id", ["P10", "P11"])
@pytest.mark.parametrize("guests", [(), (0, 4)])
def test_the_listed_rows_alone_give_the_same_value(rule_id, guests):
    sections, bids = ring(9, guests)
    (hit,) = found(rule_id, sections, bids)
    assert hit.value["members"] == 3
    kept = set(hit.records["D20.bid"])
    few = (
        [s for s in sections if s["section_id"] in hit.records["D20.section"]],
        [b for b in bids if f"{b['section_id']}|{b['bidder_code']}" in kept],
    )
    (again,) = found(rule_id, *few, judged=False)
    assert again.value == hit.value
    assert again.records == hit.records
    for left_out in few[1][:: max(1, len(few[1]) // 6)]:
        rest = [b for b in few[1] if b is not left_out]
        assert [h.value for h in found(rule_id, few[0], rest, judged=False)] != [hit.value]


def test_an_open_market_has_no_closed_group():
    rng = np.random.default_rng(9)
    rounds = [tuple(f"F{k}" for k in rng.choice(12, 4, replace=False)) for _ in range(80)]
    assert found("P10", *market(rounds)) == []


def plain(rounds, least, members):
    """Cohesion and exclusivity the long way, with sets."""
    firms = sorted({f for r in rounds for f in r})
    met = {
        (a, b): sum(a in r and b in r for r in rounds) for a, b in itertools.combinations(firms, 2)
    }
    group = {f: {f} for f in firms}
    for (a, b), n in met.items():
        if n >= least and group[a] is not group[b]:
            joined = group[a] | group[b]
            for f in joined:
                group[f] = joined
    answers = {}
    for several in {frozenset(g) for g in group.values() if len(g) >= members}:
        inside = [(p, n) for p, n in met.items() if set(p) <= several and n]
        touching = sum(n for p, n in met.items() if set(p) & several)
        bids_of = {f: sum(f in r for r in rounds) for f in several}
        pairs = len(several) * (len(several) - 1) / 2
        cohesion = sum(n / (bids_of[a] + bids_of[b] - n) for (a, b), n in inside) / pairs
        answers[several] = (cohesion, sum(n for _, n in inside) / touching)
    return answers


@settings(max_examples=80, deadline=None)
@given(
    rounds=st.lists(
        st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=4).map(sorted),
        min_size=1,
        max_size=40,
    ),
    least=st.integers(1, 4),
)
def test_communities_are_those_of_the_plain_count(rounds, least):
    rows = [(str(n), firm) for n, r in enumerate(rounds) for firm in r]
    firms, size = codes_of(pa.array([firm for _, firm in rows]))
    sections, _ = codes_of(pa.array([section for section, _ in rows]))
    names = list(dict.fromkeys(firm for _, firm in rows))
    wanted = plain([set(r) for r in rounds], least, 3)
    got = _communities(_meetings(sections), firms, size, least, 3)
    if got is None:
        assert wanted == {}
        return
    members = [
        frozenset(names[f] for f in np.flatnonzero(got.label == g)) for g in range(len(got.sizes))
    ]
    assert set(members) == set(wanted)
    for several, cohesion, exclusivity in zip(members, got.cohesion, got.exclusivity, strict=True):
        assert (cohesion, exclusivity) == pytest.approx(wanted[several])
    for several, places in zip(members, got.rows(firms), strict=True):
        assert sorted(places) == [n for n, (_, firm) in enumerate(rows) if firm in several]
