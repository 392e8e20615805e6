"""Corrections, sandbox, gate, two people, rollback, audit sample."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.triage import taxonomy
from lianxun_insight.triage.classifier import LabelledLead
from lianxun_insight.triage.classifier.artefact import BadModelError
from lianxun_insight.triage.coldstart import shipped
from lianxun_insight.triage.learning import (
    BadCorrectionError,
    Correction,
    CorrectionReason,
    Shown,
    automation_bias,
    decided_leads,
    held_back,
)
from lianxun_insight.triage.learning.promotion import (
    Approval,
    Candidate,
    ModelRegistry,
    RefusedError,
    compare,
    retrain,
)
from tests.insight.triage.test_classifier import SMALL, small_leads

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
TWO = [Approval("甲", NOON), Approval("乙", NOON + timedelta(hours=1))]


def correction(**changes: Any) -> Correction:
    base = Correction(
        "L1", "TP-1", ("TP-C1",), frozenset({"TP-C2"}), CorrectionReason.OTHER_LEAF,
        "有请托事项", "triage-1", "1", "甲", NOON,
    )  # fmt: skip
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"facet": "TP-9"}, "没有维度"),
        ({"decided": frozenset({"TP-F01"})}, "不属于维度"),
        ({"decided": frozenset()}, "至少认定一个类目"),
        ({"reason": CorrectionReason.AGREED}, "不能选择“同意建议”"),
        ({"decided": frozenset({"TP-C1"})}, "请选择“同意建议”"),
        ({"note": " "}, "说明理由"),
    ],
)
def test_a_correction_that_contradicts_itself_is_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadCorrectionError, match=words):
        correction(**changes).check(taxonomy.load())


def test_a_decision_without_a_suggestion_needs_no_excuse() -> None:
    correction(suggested=(), reason=CorrectionReason.NO_SUGGESTION, note="").check(taxonomy.load())


def test_the_latest_decision_holds_and_facets_are_joined() -> None:
    rows = [
        correction(at=NOON + timedelta(days=1), decided=frozenset({"TP-L1"})),
        correction(),
        correction(facet="TP-2", suggested=(), decided=frozenset({"TP-F01"}),
                   reason=CorrectionReason.NO_SUGGESTION),
        correction(lead_id="gone"),
    ]  # fmt: skip
    [lead] = decided_leads(rows, {"L1": "正文"}, {"L1": "案一"}, taxonomy.load())
    assert lead == LabelledLead("L1", "正文", frozenset({"TP-L1", "TP-F01"}), "案一")


def test_private_life_is_decided_by_people_and_never_learnt() -> None:
    row = correction(suggested=(), decided=frozenset({"TP-S1"}),
                     reason=CorrectionReason.NO_SUGGESTION)  # fmt: skip
    assert decided_leads([row], {"L1": "正文"}, {}, taxonomy.load()) == []


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    leads = small_leads()
    frozen = [lead for lead in leads if lead.group == "g2"]
    folder = tmp_path_factory.mktemp("sandbox") / "model"
    return retrain(folder, leads, frozen, taxonomy.parse(SMALL), trained_by="丙", source="测试线索")


def test_the_sandbox_never_learns_the_frozen_set(candidate: Candidate) -> None:
    frozen = [lead for lead in small_leads() if lead.group == "g2"]
    card = (candidate.folder / "CARD.md").read_text(encoding="utf-8")
    assert f"Trained on {len(small_leads()) - len(frozen)} decided leads" in card
    assert candidate.figures["TP-1"]["leads"] == len(frozen)


def test_a_used_sandbox_and_an_empty_training_set_are_refused(
    candidate: Candidate, tmp_path: Path
) -> None:
    table = taxonomy.parse(SMALL)
    with pytest.raises(RefusedError, match="不为空"):
        retrain(candidate.folder, small_leads(), [], table, trained_by="丙", source="")
    with pytest.raises(RefusedError, match="没有可用于训练"):
        retrain(tmp_path, small_leads(), small_leads(), table, trained_by="丙", source="")


def figures(macro: float, **leaves: float) -> dict[str, dict[str, Any]]:
    return {"TP-1": {"macro_f1": macro, "f1": leaves}}


@pytest.mark.parametrize(
    ("after", "passed"),
    [
        (figures(0.900, a=0.90, b=0.80), True),
        (figures(0.895, a=0.87, b=0.80), True),
        (figures(0.894, a=0.90, b=0.80), False),
        (figures(0.950, a=0.869, b=0.99), False),
        (figures(0.950, a=0.95), False),
        ({}, False),
    ],
)
def test_the_gate_lets_no_loss_pass(after: dict[str, Any], passed: bool) -> None:
    verdict = compare(figures(0.9, a=0.9, b=0.8), after)
    assert verdict.passed is passed
    assert bool(verdict.losses) is not passed


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_model_always_passes_against_itself_and_never_against_a_much_better_one(
    macro: float, leaf: float
) -> None:
    own = figures(macro, a=leaf)
    assert compare(own, copy.deepcopy(own)).passed
    better = figures(macro + 0.01, a=leaf)
    assert not compare(better, own).passed


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    registry = ModelRegistry(tmp_path / "models")
    registry.install(shipped(), by="甲", at=NOON)
    return registry


def test_promotion_needs_two_people_who_did_not_train(
    registry: ModelRegistry, candidate: Candidate
) -> None:
    fine = compare(candidate.figures, candidate.figures)
    with pytest.raises(RefusedError, match="两名不同人员"):
        registry.promote(candidate, fine, TWO[:1])
    with pytest.raises(RefusedError, match="两名不同人员"):
        registry.promote(candidate, fine, [TWO[0], Approval("甲", NOON)])
    with pytest.raises(RefusedError, match="训练人员不能批准"):
        registry.promote(candidate, fine, [TWO[0], Approval("丙", NOON)])
    bad = compare(figures(0.9), figures(0.1))
    with pytest.raises(RefusedError, match="未通过比对"):
        registry.promote(candidate, bad, TWO)
    assert len(registry.history()) == 1


def test_promotion_and_rollback_leave_a_history(
    registry: ModelRegistry, candidate: Candidate
) -> None:
    first = registry.current()
    new = registry.promote(candidate, compare(candidate.figures, candidate.figures), TWO)
    assert registry.current() == new == candidate.model_id
    assert registry.open(taxonomy.parse(SMALL)).model.model_id == new
    assert registry.rollback(by="丁", at=NOON) == first
    assert registry.current() == first
    assert [e["action"] for e in registry.history()] == ["install", "promote", "rollback"]
    assert registry.history()[1]["by"] == ["乙", "甲"]
    with pytest.raises(RefusedError, match="没有更早"):
        registry.rollback(by="丁", at=NOON)


def test_a_model_altered_after_the_comparison_is_refused(
    registry: ModelRegistry, candidate: Candidate
) -> None:
    fine = compare(candidate.figures, candidate.figures)
    with pytest.raises(RefusedError, match="被改动"):
        registry.promote(replace(candidate, model_id="triage-000000000000"), fine, TWO)
    assert len(registry.history()) == 1


def test_rolling_back_to_a_damaged_model_changes_nothing(
    registry: ModelRegistry, candidate: Candidate
) -> None:
    first = registry.current()
    assert first is not None
    registry.promote(candidate, compare(candidate.figures, candidate.figures), TWO)
    (registry.folder / first / "CARD.md").write_text("other", encoding="utf-8")
    with pytest.raises(BadModelError, match="校验值不符"):
        registry.rollback(by="丁", at=NOON)
    assert registry.current() == candidate.model_id


def test_an_empty_registry_opens_nothing_and_a_full_one_installs_nothing(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    with pytest.raises(RefusedError, match="尚未启用"):
        ModelRegistry(tmp_path / "none").open()
    with pytest.raises(RefusedError, match="已有启用"):
        registry.install(shipped(), by="甲", at=NOON)


def test_one_lead_in_twenty_is_held_back_and_nobody_can_foresee_which() -> None:
    ids = [f"X-{i}" for i in range(20_000)]
    chosen = {i for i in ids if held_back(i, b"k1")}
    assert 0.045 < len(chosen) / len(ids) < 0.055
    assert chosen == {i for i in ids if held_back(i, b"k1")}
    other = {i for i in ids if held_back(i, b"k2")}
    assert len(chosen & other) < 0.2 * len(chosen)


@given(st.text(max_size=20), st.binary(min_size=1, max_size=16))
def test_nothing_or_everything_is_held_back_at_the_ends(lead_id: str, key: bytes) -> None:
    assert held_back(lead_id, key, 1.0)
    assert not held_back(lead_id, key, 0.0)


def test_following_the_screen_shows_as_a_difference() -> None:
    rows = [Shown(str(i), True, i % 10 != 0) for i in range(1000)]
    rows += [Shown(f"h{i}", False, i % 10 < 6) for i in range(100)]
    report = automation_bias(rows)
    assert report is not None
    assert report.difference == pytest.approx(0.3)
    assert report.interval[0] > 0
    same = automation_bias([Shown(str(i), i % 2 == 0, i % 4 < 2) for i in range(400)])
    assert same is not None
    assert same.interval[0] < 0 < same.interval[1]
    assert automation_bias(rows[:5]) is None
