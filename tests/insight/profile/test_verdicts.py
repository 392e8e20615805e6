"""Verdicts come back, are never lost, and decide whether a rule runs again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lianxun_insight.flags import Status
from lianxun_insight.profile import (
    Review,
    Verdict,
    VerdictStore,
    applied,
    audit_sample,
    estimate_misses,
    precision_by_rule,
    review_of,
)

from .test_profile import flag

WHEN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def review(number: int, verdict: Verdict, *, sample: bool = False) -> Review:
    return Review(
        f"F-{number}", "F01", "1", f"U{number:03d}", verdict, "核查二组", WHEN.isoformat(),
        "调阅凭证", sample,
    )  # fmt: skip


def reviews(confirmed: int, unfounded: int, unverifiable: int = 0) -> Sequence[Review]:
    kinds = [Verdict.CONFIRMED] * confirmed + [Verdict.UNFOUNDED] * unfounded
    kinds += [Verdict.UNVERIFIABLE] * unverifiable
    return [review(n, kind) for n, kind in enumerate(kinds)]


class TestStore:
    def test_keeps_every_verdict_and_the_last_one_counts(self, tmp_path: Path) -> None:
        store = VerdictStore(tmp_path / "verdicts.jsonl")
        store.add(review(1, Verdict.UNVERIFIABLE))
        store.add(replace(review(1, Verdict.CONFIRMED), reason="补充调查后查实"))
        assert len(list(store.history())) == 2
        assert store.latest()["F-1"].verdict is Verdict.CONFIRMED

    def test_needs_who_why_and_a_zone(self) -> None:
        for bad in ({"who": " "}, {"reason": ""}, {"when": "2026-03-01T09:00:00"}):
            with pytest.raises(ValueError, match="核实"):
                replace(review(1, Verdict.CONFIRMED), **bad)  # type: ignore[arg-type]

    def test_names_a_broken_line(self, tmp_path: Path) -> None:
        store = VerdictStore(tmp_path / "v.jsonl")
        store.add(review(1, Verdict.CONFIRMED))
        with (tmp_path / "v.jsonl").open("a", encoding="utf-8") as out:
            out.write('{"flag_id": \n')
        with pytest.raises(ValueError, match="第 2 行损坏"):
            list(store.history())

    def test_an_absent_file_has_no_history(self, tmp_path: Path) -> None:
        assert VerdictStore(tmp_path / "none.jsonl").latest() == {}

    def test_a_verdict_is_put_beside_its_own_flag_only(self) -> None:
        one, other = flag(1, "F01"), flag(2, "F01")
        verdict = review_of(one, Verdict.PARTLY, who="核查二组", when=WHEN, reason="部分发票属实")
        assert applied(one, verdict).status is Status.PARTLY
        with pytest.raises(ValueError, match="不属于"):
            applied(other, verdict)


class TestPrecision:
    def test_counts_partly_as_half_and_leaves_out_the_unverifiable(self) -> None:
        several = [*reviews(3, 4, 9), review(90, Verdict.PARTLY), review(91, Verdict.PARTLY)]
        result = precision_by_rule(several)["F01", "1"]
        assert result.reviewed == 9
        assert result.share == pytest.approx(4 / 9)
        assert result.low < 4 / 9 < result.high

    def test_is_said_before_the_rule_runs_again(self) -> None:
        text = precision_by_rule(reviews(10, 30))["F01", "1"].sentence()
        assert "已核实 40 条" in text
        assert "准确率 25%" in text

    @pytest.mark.parametrize(
        ("confirmed", "unfounded", "back"), [(2, 48, True), (3, 47, False), (0, 49, False)]
    )
    def test_below_five_percent_after_fifty_goes_back_to_design(
        self, confirmed: int, unfounded: int, back: bool
    ) -> None:
        result = precision_by_rule(reviews(confirmed, unfounded))["F01", "1"]
        assert result.back_to_design is back
        assert ("退回重新设计" in result.sentence()) is back

    def test_a_new_version_starts_afresh(self) -> None:
        old = reviews(0, 60)
        new = [replace(r, version="2", flag_id=r.flag_id + "v2") for r in reviews(1, 0)]
        results = precision_by_rule([*old, *new])
        assert results["F01", "1"].back_to_design
        assert not results["F01", "2"].back_to_design

    def test_only_the_last_verdict_of_a_flag_counts(self) -> None:
        result = precision_by_rule([review(1, Verdict.CONFIRMED), review(1, Verdict.UNFOUNDED)])
        assert result["F01", "1"].confirmed == 0


class TestAuditSample:
    orgs = tuple(f"U{i:03d}" for i in range(200))

    def test_draws_five_percent_the_same_for_the_same_round(self) -> None:
        first = audit_sample(self.orgs, "2026-1")
        assert len(first) == 10
        assert first == audit_sample(reversed(self.orgs), "2026-1")
        assert first != audit_sample(self.orgs, "2026-2")

    def test_draws_everybody_equally_often(self) -> None:
        counts = dict.fromkeys(self.orgs, 0)
        for n in range(400):
            for org in audit_sample(self.orgs, f"round {n}"):
                counts[org] += 1
        assert min(counts.values()) >= 5
        assert max(counts.values()) <= 45

    def test_at_least_one_and_none_from_nothing(self) -> None:
        assert len(audit_sample(["U1", "U2"], "r")) == 1
        assert audit_sample([], "r") == []

    def test_estimates_the_misses(self) -> None:
        sample = [review(n, Verdict.CONFIRMED, sample=True) for n in range(2)]
        sample += [review(n, Verdict.UNFOUNDED, sample=True) for n in range(2, 20)]
        estimate = estimate_misses([*sample, review(50, Verdict.CONFIRMED)], unflagged=400)
        assert estimate.sampled == 20
        assert estimate.rate == pytest.approx(0.1)
        assert "约 40 个单位" in estimate.sentence()

    def test_says_when_nothing_is_known(self) -> None:
        assert "未知" in estimate_misses([], 400).sentence()
