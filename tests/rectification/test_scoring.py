"""The joint assessment as a pure rule: bounds, order, veto, cap, divergence; the schemes are sourced data."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.rectification import scoring

SCHEME = scoring.schemes()[0]
NONE = {i.code: Decimal(0) for i in SCHEME.indicators}
ALL = {i.code: Decimal(i.weight) for i in SCHEME.indicators}

one_score = st.fixed_dictionaries(
    {
        i.code: st.integers(0, i.weight * 10).map(lambda n: Decimal(n) / 10)
        for i in SCHEME.indicators
    }
)
scores = st.lists(one_score, min_size=1, max_size=6)


@pytest.mark.parametrize("scheme", scoring.schemes(), ids=lambda s: s.code)
def test_a_scheme_adds_up_to_a_hundred_and_names_its_sources(scheme: scoring.Scheme) -> None:
    assert sum(i.weight for i in scheme.indicators) == 100
    assert len({i.code for i in scheme.indicators}) == len(scheme.indicators)
    assert [g.lowest for g in scheme.grades] == sorted({g.lowest for g in scheme.grades})[::-1]
    assert scheme.grades[-1].lowest == 0
    assert len(scheme.grades) == 4
    assert scheme.source
    assert scheme.indicator(scheme.cap_indicator).weight > 0
    assert scheme.cap_best in {g.name for g in scheme.grades}


def test_an_unknown_scheme_is_none() -> None:
    assert scoring.scheme("AS-0") is None


@given(scores)
def test_a_total_lies_between_nothing_and_a_hundred_and_is_the_sum_of_its_parts(
    given_scores: list[scoring.Deductions],
) -> None:
    found = scoring.merged(SCHEME, given_scores, sham_times=0)
    assert 0 <= found.total <= 100
    assert found.total == sum(p.points for p in found.parts)
    assert all(0 <= p.points <= p.indicator.weight for p in found.parts)


@given(scores)
def test_the_order_of_the_units_does_not_matter(given_scores: list[scoring.Deductions]) -> None:
    there = scoring.merged(SCHEME, given_scores, sham_times=0)
    assert there == scoring.merged(SCHEME, given_scores[::-1], sham_times=0)


@given(one_score, st.integers(1, 5))
def test_units_of_one_mind_are_not_apart_and_count_like_one(
    score: scoring.Deductions, times: int
) -> None:
    alone = scoring.merged(SCHEME, [score], sham_times=0)
    assert scoring.merged(SCHEME, [score] * times, sham_times=0) == alone
    assert alone.apart == ()


@given(scores, one_score)
def test_deducting_more_never_raises_the_result(
    given_scores: list[scoring.Deductions], more: scoring.Deductions
) -> None:
    harder = [
        {c: min(Decimal(SCHEME.indicator(c).weight), s[c] + more[c]) for c in s}
        for s in given_scores
    ]
    names = [g.name for g in SCHEME.grades]
    soft = scoring.merged(SCHEME, given_scores, sham_times=0)
    hard = scoring.merged(SCHEME, harder, sham_times=0)
    assert hard.total <= soft.total
    assert names.index(hard.grade) >= names.index(soft.grade)


@given(scores, st.integers(0, 12))
def test_sham_findings_veto_everything_from_their_number_on(
    given_scores: list[scoring.Deductions], sham: int
) -> None:
    found = scoring.merged(SCHEME, given_scores, sham_times=sham)
    vetoed = sham >= SCHEME.veto_sham_times
    assert bool(found.veto) == vetoed
    if vetoed:
        assert (found.total, found.grade) == (0, "差")
        assert f"虚假整改 {sham} 次" in found.veto


@pytest.mark.parametrize(
    ("lost", "grade"),
    [("0", "好"), ("10", "好"), ("10.1", "较好"), ("20", "较好"), ("40", "一般"), ("40.1", "差")],
)
def test_a_grade_begins_at_its_points(lost: str, grade: str) -> None:
    found = scoring.merged(SCHEME, [{**NONE, "A3": Decimal(lost)}], sham_times=0)
    assert found.grade == grade


def test_a_weak_mechanism_is_never_the_best() -> None:
    found = scoring.merged(SCHEME, [{**NONE, "A4": Decimal("4.1")}], sham_times=0)
    assert (found.total, found.grade) == (Decimal("95.9"), "较好")
    assert "长效机制" in found.cap
    just = scoring.merged(SCHEME, [{**NONE, "A4": Decimal("4.0")}], sham_times=0)
    assert (just.grade, just.cap) == ("好", "")


def test_a_low_grade_is_not_capped_upwards() -> None:
    found = scoring.merged(SCHEME, [ALL], sham_times=0)
    assert (found.total, found.grade, found.cap) == (0, "差", "")


def test_units_far_apart_are_named() -> None:
    found = scoring.merged(SCHEME, [NONE, {**NONE, "A1": Decimal("4.6")}], sham_times=0)
    assert found.apart == ("组织领导",)
    near = scoring.merged(SCHEME, [NONE, {**NONE, "A1": Decimal("4.5")}], sham_times=0)
    assert near.apart == ()


def test_half_a_tenth_is_rounded_to_the_even_handed_side() -> None:
    found = scoring.merged(SCHEME, [NONE, {**NONE, "A1": Decimal("0.1")}], sham_times=0)
    assert found.total == Decimal("100.0")  # 14.95 counts as 15.0


def test_without_a_score_there_is_nothing_to_merge() -> None:
    with pytest.raises(ValueError, match="no score"):
        scoring.merged(SCHEME, [], sham_times=0)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("", "扣分应为 0—15"),
        ("多", "扣分应为 0—15"),
        ("-1", "扣分应为 0—15"),
        ("15.1", "扣分应为 0—15"),
        ("NaN", "扣分应为 0—15"),
        ("Infinity", "扣分应为 0—15"),
        ("1e3", "扣分应为 0—15"),
        ("1.05", "最多保留一位小数"),
        ("\x00", "扣分应为 0—15"),
    ],
)
def test_points_that_are_none_are_named_by_place(points: str, said: str) -> None:
    filled = {i.code: "0" for i in SCHEME.indicators} | {"A1": points}
    _, wrong = scoring.problems(SCHEME, filled, {})
    assert list(wrong) == ["points_A1"]
    assert "组织领导" in wrong["points_A1"]
    assert said in wrong["points_A1"]


def test_every_deduction_says_what_it_rests_on() -> None:
    filled = {i.code: "1" for i in SCHEME.indicators}
    _, wrong = scoring.problems(SCHEME, filled, {"A1": "未按期报告", "A2": "  ", "A3": "长" * 301})
    assert set(wrong) == {"reason_A2", "reason_A3", "reason_A4"}
    assert "现有 301 字" in wrong["reason_A3"]


def test_all_problems_are_named_at_once() -> None:
    _, wrong = scoring.problems(SCHEME, {}, {})
    assert len(wrong) == len(SCHEME.indicators)


@given(one_score)
def test_what_is_within_its_bounds_is_taken_as_it_is(score: scoring.Deductions) -> None:
    found, wrong = scoring.problems(
        SCHEME, {c: str(p) for c, p in score.items()}, dict.fromkeys(score, "查阅台账")
    )
    assert (found, wrong) == (dict(score), {})
