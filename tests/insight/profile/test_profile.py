"""A profile ranks organisations against peers, stacks nothing, and never says more than it knows."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun_insight.flags import Flag, Indicator, RecordRef, Reference, Subject, make_flag
from lianxun_insight.profile import (
    Colour,
    IndicatorRun,
    Organisation,
    Precision,
    Scan,
    build_profiles,
    fairness,
)
from lianxun_insight.profile.build import Q_LIMIT, true_shares
from lianxun_insight.profile.calibration import calibration
from lianxun_insight.profile.facts import read_scan
from lianxun_insight.profile.stats import (
    RatePrior,
    benjamini_hochberg,
    family_p,
    fit_rate_prior,
    rank_aggregation,
    tail_probability,
)

FAMILY_OF = {"P01": "process", "P02": "process", "F01": "payment", "X01": "ownership"}
DEPARTMENT = {"P01": "发改", "P02": "发改", "F01": "财政", "X01": "公安"}


def make_scan(bodies: int = 60, *, missing: tuple[str, ...] = ()) -> Scan:
    return Scan(
        organisations=tuple(
            Organisation(
                f"U{i:03d}", f"青禾县第{i}局", "机关", "县", f"R{i % 4}", 10 + i, {"D14": 40}
            )
            for i in range(bodies)
        ),
        indicators=tuple(
            IndicatorRun(
                i, "1", f"规则{i}", f, i not in missing, "缺 D25" if i in missing else "", "D14"
            )
            for i, f in FAMILY_OF.items()
        ),
        settings_hash="0" * 64,
        as_of="2025-12-31",
        rows={},
    )


def flag(org: int, indicator: str, number: int = 0, *, baseline_p: float | None = None) -> Flag:
    record = RecordRef("D14", DEPARTMENT[indicator], f"{org}-{indicator}-{number}", {}, "2025", "h")
    return make_flag(
        indicator=Indicator(indicator, "1", "{subject}。", (), "规则", FAMILY_OF[indicator]),
        subject=Subject(f"U{org:03d}", f"青禾县第{org}局"),
        period=("2025-01-01", "2025-12-31"),
        value={"n": number},
        reference=Reference("县·机关", 60, None, baseline_p),
        records=(record,),
        settings_hash="0" * 64,
    )


class TestColour:
    def test_two_families_from_two_departments_are_red(self) -> None:
        flags = [flag(1, "F01", n) for n in range(4)] + [flag(1, "X01", n) for n in range(3)]
        first = build_profiles(flags, make_scan())[0]
        assert first.org.org == "U001"
        assert first.colour is Colour.RED

    def test_one_family_alone_is_at_most_yellow(self) -> None:
        flags = [flag(1, "X01", n) for n in range(9)]
        first = build_profiles(flags, make_scan())[0]
        assert first.q <= Q_LIMIT
        assert first.colour is Colour.YELLOW

    def test_two_rules_of_one_family_do_not_stack_to_red(self) -> None:
        flags = [flag(1, "P01", n) for n in range(5)]
        flags += [flag(1, "P02", n) for n in range(5)]
        assert build_profiles(flags, make_scan())[0].colour is Colour.YELLOW

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 19), st.sampled_from(list(FAMILY_OF))), max_size=60))
    def test_red_always_has_two_families_and_two_departments(
        self, hits: list[tuple[int, str]]
    ) -> None:
        flags = [flag(org, ind, n) for n, (org, ind) in enumerate(hits)]
        for profile in build_profiles(flags, make_scan(20)):
            if profile.colour is Colour.RED:
                speaking = [f for f in profile.families if f.speaks]
                assert len(speaking) >= 2
                assert len({d for f in speaking for d in f.departments}) >= 2
            if not profile.flags:
                assert profile.colour is Colour.NONE

    def test_common_hits_make_nobody_stand_out(self) -> None:
        rng = random.Random(5)
        flags = [flag(o, "P02", n) for o in range(60) for n in range(rng.randint(8, 16))]
        assert all(p.colour is Colour.NONE for p in build_profiles(flags, make_scan()))


class TestReviews:
    def test_confirmed_rules_speak_louder_in_the_next_round(self) -> None:
        flags = [flag(o, i) for o in range(8) for i in ("F01", "X01")]
        confirmed = {
            (rule, "1"): Precision(rule, "1", 40, 40, 0, 0, 1.0, 0.9, 1.0)
            for rule in ("F01", "X01")
        }
        first = build_profiles(flags, make_scan(300))
        second = build_profiles(flags, make_scan(300), precision=confirmed)
        assert sum(p.listed for p in second) == 8
        assert second[0].q < first[0].q

    def test_refuted_rules_fall_silent(self) -> None:
        flags = [flag(o, i) for o in range(8) for i in ("F01", "X01")]
        refuted = {
            (rule, "1"): Precision(rule, "1", 40, 0, 0, 0, 0.0, 0.0, 0.1) for rule in ("F01", "X01")
        }
        assert not any(p.listed for p in build_profiles(flags, make_scan(60), precision=refuted))

    def test_rules_that_only_compare_start_without_credit(self) -> None:
        shares = true_shares([flag(1, "P02", baseline_p=0.3), flag(1, "F01")], {})
        assert shares == {"P02": 0.0, "F01": 0.5}

    def test_reviews_of_an_older_version_count_too(self) -> None:
        old = {("F01", "0"): Precision("F01", "0", 16, 0, 0, 0, 0.0, 0.0, 0.1)}
        assert true_shares([flag(1, "F01")], old)["F01"] == pytest.approx(0.1)


class TestList:
    def test_is_no_longer_than_the_budget(self) -> None:
        flags = [flag(o, i, n) for o in range(6) for i in ("F01", "X01") for n in range(6)]
        profiles = build_profiles(flags, make_scan(300), budget=3)
        assert sum(p.listed for p in profiles) == 3
        assert all(p.q <= Q_LIMIT for p in profiles if p.listed)

    def test_places_are_inside_the_stratum(self) -> None:
        profiles = build_profiles([flag(1, "X01")], make_scan(40))
        assert profiles[0].rank == 1
        assert profiles[0].band == "前5%"
        assert profiles[0].peers == 40

    def test_more_flags_never_lower_the_place(self) -> None:
        base = [flag(o, "P02") for o in range(30)]
        fewer = {p.org.org: p.score for p in build_profiles([*base], make_scan())}
        more = {
            p.org.org: p.score
            for p in build_profiles([*base, flag(7, "P02", 1), flag(7, "P02", 2)], make_scan())
        }
        assert more["U007"] <= fewer["U007"]


class TestCoverageAndWording:
    def test_says_how_many_indicators_could_be_computed_and_why_not(self) -> None:
        profile = build_profiles([flag(1, "F01")], make_scan(missing=("X01",)))[0]
        assert "4 项指标中可计算 3 项" in profile.sentence()
        assert profile.missing == ("X01 规则X01：缺 D25",)

    def test_speaks_of_hints_and_never_of_guilt(self) -> None:
        flags = [flag(1, i, n) for i in FAMILY_OF for n in range(5)]
        text = build_profiles(flags, make_scan())[0].sentence()
        assert "风险提示，需人工核实" in text
        for word in ("违法", "腐败", "犯罪", "嫌疑", "概率"):
            assert word not in text

    def test_silence_is_no_acquittal(self) -> None:
        assert "未提示不等于没有问题" in build_profiles([], make_scan(5))[0].sentence()

    def test_fairness_report_covers_everybody_once_per_view(self) -> None:
        rows = fairness(build_profiles([flag(1, "F01")], make_scan(40)))
        for view in ("单位类型", "行政区划", "人员规模"):
            assert sum(int(r["n"]) for r in rows if r["by"] == view) == 40  # type: ignore[call-overload]

    def test_scan_file_round_trip(self, tmp_path: object) -> None:
        path = tmp_path / "scan.json"  # type: ignore[operator]
        make_scan(4).write(path)
        assert read_scan(path) == make_scan(4)
        path.write_text("{", encoding="utf-8")
        with pytest.raises(ValueError, match="重新运行 scan"):
            read_scan(path)


class TestStatistics:
    def test_benjamini_hochberg_by_hand(self) -> None:
        q = benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5]))
        assert q == pytest.approx([0.04, 0.05333333, 0.05333333, 0.5])

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
    def test_q_is_never_below_p_and_keeps_the_order(self, values: list[float]) -> None:
        p = np.array(values)
        q = benjamini_hochberg(p)
        assert (q >= p - 1e-12).all()
        assert (q <= 1).all()
        order = np.argsort(p, kind="stable")
        assert (np.diff(q[order]) >= -1e-12).all()

    def test_list_of_pure_noise_is_rarely_anything_but_empty(self) -> None:
        """At most 10 %, up to three standard errors of 600 trials."""
        rng = np.random.default_rng(0)
        false_lists = 0
        for _ in range(600):
            noise = rng.random((100, 5))
            false_lists += bool((benjamini_hochberg(rank_aggregation(noise)) <= 0.1).any())
        assert false_lists / 600 <= 0.1 + 3 * 0.0123

    def test_copies_of_one_indicator_do_not_help(self) -> None:
        single = np.array([[0.001]])
        copies = np.full((1, 5), 0.001)
        assert family_p(copies)[0] >= family_p(single)[0]

    def test_two_moderate_families_beat_one_moderate_family(self) -> None:
        one, two = rank_aggregation(np.array([[0.01, 1, 1, 1, 1], [0.01, 0.01, 1, 1, 1]]))
        assert two < one

    def test_small_bodies_are_shrunk(self) -> None:
        """One hit in one contract says less than ten in ten among peers at one in ten."""
        rng = np.random.default_rng(1)
        exposure = np.concatenate([[1.0, 10.0], np.full(50, 40.0)])
        hits = np.concatenate([[1, 10], rng.poisson(4, 50)])
        p = tail_probability(hits, exposure, fit_rate_prior(hits, exposure))
        assert p[0] > p[1]
        assert p[0] > 0.05

    @given(st.integers(0, 50), st.floats(0.5, 500), st.floats(0.001, 5), st.floats(0.1, 50))
    def test_tail_is_a_probability_and_falls_with_hits(
        self, hits: int, exposure: float, mean: float, shape: float
    ) -> None:
        both = np.array([hits, hits + 1])
        prior = RatePrior(np.full(2, mean), np.full(2, shape))
        p = tail_probability(both, np.array([exposure, exposure]), prior)
        assert ((p >= 0) & (p <= 1)).all()
        assert p[1] <= p[0] + 1e-12

    def test_tail_matches_simulation(self) -> None:
        rng = np.random.default_rng(3)
        prior = RatePrior(np.array([0.1]), np.array([2.0]))
        draws = rng.poisson(30 * rng.gamma(2.0, 0.1 / 2.0, 400_000))
        expected = float((draws >= 6).mean())
        p = tail_probability(np.array([6]), np.array([30.0]), prior)[0]
        assert p == pytest.approx(expected, abs=0.004)


class TestCalibration:
    def test_needs_two_hundred_verdicts(self) -> None:
        assert calibration([0.1] * 199, [True] * 199) is None

    def test_falls_with_the_score(self) -> None:
        rng = np.random.default_rng(2)
        scores = rng.random(400)
        curve = calibration(list(scores), list(rng.random(400) > scores))
        assert curve is not None
        assert curve(0.05) > curve(0.5) > curve(0.95)
