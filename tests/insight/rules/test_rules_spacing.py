"""Even steps between offers: the measure, and how often chance alone makes them (P08, K05)."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.rules.spacing import chance_of_even
from tests.insight.rules.tables import data, hits
from tests.insight.rules.test_rules_few_rows import bid, tender


def offered(*prices):
    return tender([bid(f"F{n}", price) for n, price in enumerate(prices, 1)])


@pytest.mark.parametrize(("offers", "cv"), [(4, 0.1), (4, 0.3), (5, 0.2), (6, 0.3)])
def test_chance_agrees_with_offers_thrown_at_random(offers, cv):
    rng = np.random.default_rng(5)
    steps = np.diff(np.sort(rng.random((400_000, offers))), axis=1)
    even = (steps.std(axis=1) / steps.mean(axis=1) <= cv).mean()
    assert chance_of_even(offers, cv) == pytest.approx(2 * even, rel=0.1)


@given(offers=st.integers(2, 40), cv=st.floats(0, 1))
def test_chance_is_a_chance_and_more_offers_make_it_smaller(offers, cv):
    chance = chance_of_even(offers, cv)
    assert 0 <= chance <= 1
    if cv <= 0.3:
        assert chance_of_even(offers + 1, cv) <= chance


def test_two_offers_have_one_step_and_say_nothing():
    assert chance_of_even(2, 0.002) == 1
    assert chance_of_even(3, 0.002) < 1


def test_arithmetic_and_geometric_steps_are_regular():
    for prices in ((1000, 1050, 1100, 1150), (100_000, 110_000, 121_000, 133_100)):
        (hit,) = hits("P08", offered(*prices))
        assert min(hit.value["step_cv"], hit.value["ratio_cv"]) < 1e-6
        assert hit.stratum == "相互独立的报价"
        assert hit.baseline_p == pytest.approx(chance_of_even(4, 0.002), abs=1e-6)
        assert [each.rule_id for each in hits("K05", offered(*prices))] == ["K05"]


def test_a_tight_field_is_no_progression():
    """Ratios of close offers are all near 1: that alone is not regular."""
    close = (1_000_000, 1_001_000, 1_004_000, 1_005_500)
    ratios = [b / a for a, b in itertools.pairwise(close)]
    assert np.std(ratios) / np.mean(ratios) < 0.002
    assert hits("P08", offered(*close)) == []


def test_equal_offers_are_measured_against_sections_of_their_size():
    sections = [
        {"section_id": f"B{n}", "tenderer_code": "U1", "method": "公开招标"} for n in range(20)
    ]

    offers = [
        {**bid(f"F{k}", 1000 * k + n), "section_id": f"B{n}"} for n in range(20) for k in (1, 2, 4)
    ]
    offers[0]["bid_price"] = offers[1]["bid_price"]
    (hit,) = hits("P08", data(D20_section=sections, D20_bid=offers))
    assert (hit.value["equal_pairs"], hit.peers) == (1, 20)
    assert hit.baseline_p == pytest.approx(1 / 20)
    assert math.isclose(hit.value["offers"], 3)
