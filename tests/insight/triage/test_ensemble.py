"""The ensemble: folds, views, folding of the stack, figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from lianxun_insight.triage.ensemble import fusion, metrics, model, views

TOPICS = {
    "环保": [
        "河水发黑发臭",
        "工厂夜间排放废气",
        "垃圾场臭味扰民",
        "化工厂偷排污水",
        "扬尘污染严重",
    ],
    "交通": ["公交车半小时一班", "路口红绿灯坏了", "道路坑洼积水", "停车位被占用", "出租车拒载"],
    "教育": [
        "学校强制补课收费",
        "幼儿园学费上涨",
        "老师体罚学生",
        "小学划片不公",
        "教辅材料乱收费",
    ],
}


@pytest.fixture(scope="module")
def topics() -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(7)
    texts, labels = [], []
    for k, sentences in enumerate(TOPICS.values()):
        for i in range(40):
            a, b = rng.choice(len(sentences), 2, replace=False)
            place = f"城西路{rng.integers(1, 90)}号附近"
            texts.append(f"{sentences[a]}\n{place}{sentences[b]}，请有关部门处理。第{i}次反映")
            labels.append(k)
    return texts, np.array(labels, dtype=np.intp)


def test_clean_folds_width_case_digits_and_space() -> None:
    assert views.clean(" ＡＢ１２３ 号\n楼 45") == "ab0号楼0"


def test_head_is_the_short_first_line_or_the_beginning() -> None:
    assert views.head("关于路灯的问题\n" + "很长" * 100) == "关于路灯的问题"
    assert views.head("无" * 300) == "无" * views.HEAD_CHARS
    assert views.head("短\n" + "文" * 100) == ("短" + "文" * 100)[: views.HEAD_CHARS]


def test_word_pairs_do_not_cross_punctuation() -> None:
    pairs = [w for w in views.words("道路积水。学校收费") if "_" in w]
    assert pairs == ["道路_积水", "学校_收费"]


def test_counting_once_equals_a_vectoriser_fitted_on_the_training_rows() -> None:
    texts = ["道路积水严重", "学校积水", "学校收费严重", "道路收费", "道路道路收费"]
    train = np.array([0, 1, 2, 3])
    counts = views.count(texts, minimum=1)
    weighting = views.Weighting.fit(counts, train, weights={"chars": 1.0}, minimum=2)
    mine = weighting.apply(counts)
    peer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    peer.fit([texts[i] for i in train])
    theirs = peer.transform(texts)
    for gram, column in peer.vocabulary_.items():
        ours = mine[:, counts.vocabularies["chars"][gram]].toarray().ravel()
        np.testing.assert_allclose(ours, theirs[:, column].toarray().ravel(), atol=1e-6)
    assert mine.nnz == theirs.nnz


def test_new_texts_are_counted_over_the_known_vocabulary() -> None:
    counts = views.count(["道路积水", "道路收费"])
    again = views.count_with(["道路很好", ""], counts.vocabularies)
    row = again.matrices["chars"]
    assert row[0].sum() == 3  # 道, 路, 道路
    assert row[1].nnz == 0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(2, 10))
def test_folds_spread_every_class_evenly(labels: list[int], folds: int) -> None:
    y = np.array(labels, dtype=np.intp)
    fold = model.stratified_folds(y, folds, seed=1)
    for k in np.unique(y):
        sizes = np.bincount(fold[y == k], minlength=folds)
        assert sizes.max() - sizes.min() <= 1
    assert np.array_equal(fold, model.stratified_folds(y, folds, seed=1))


def test_the_folded_model_learns_and_is_calibrated_enough(
    topics: tuple[list[str], np.ndarray],
) -> None:
    texts, labels = topics
    counts = views.count(texts)
    test = np.arange(0, len(texts), 4)
    train = np.setdiff1d(np.arange(len(texts)), test)
    fitted = model.fit(counts, train, labels, 3)
    stated = fitted.probabilities(fitted.weighting.apply(counts)[test])
    np.testing.assert_allclose(stated.sum(axis=1), 1.0)
    assert metrics.macro_f1(labels[test], stated.argmax(axis=1), 3) > 0.95
    assert fitted.out_of_fold.shape == (len(train), 3)


def test_two_classes_give_two_probabilities(topics: tuple[list[str], np.ndarray]) -> None:
    texts, labels = topics
    counts = views.count(texts)
    yes = (labels == 0).astype(np.intp)
    fitted = model.fit(counts, np.arange(len(texts)), yes, 2)
    stated = fitted.probabilities(fitted.weighting.apply(counts))
    assert np.mean(stated.argmax(axis=1) == yes) > 0.98


def test_a_class_missing_from_an_inner_fold_does_not_break_the_fit() -> None:
    texts = ["道路积水"] * 9 + ["学校收费"] * 9 + ["河水发黑"] * 2
    labels = np.array([0] * 9 + [1] * 9 + [2] * 2, dtype=np.intp)
    fitted = model.fit(views.count(texts), np.arange(20), labels, 3)
    assert np.isfinite(fitted.coef).all()


def test_a_member_that_knows_nothing_gets_no_weight() -> None:
    rng = np.random.default_rng(5)
    target = rng.integers(0, 4, 400)
    good = np.eye(4)[target] * 2 - 1 + rng.normal(0, 0.7, (400, 4))
    noise = rng.normal(0, 1, (400, 4))
    scores = np.stack([good, noise, -good], axis=1)
    fused = fusion.fit_fusion(scores, target.astype(np.intp))
    assert fused.weights[0] > 1.0
    assert fused.weights[1] < 0.15
    assert fused.weights[2] == pytest.approx(0.0, abs=1e-6), "never against its own word"
    assert not fused.bias.any(), "even classes need none"
    stated = fused.probabilities(scores)
    assert metrics.calibration_error(target.astype(np.intp), stated) < 0.05


def test_rare_classes_get_a_bias_where_it_helps() -> None:
    rng = np.random.default_rng(6)
    target = rng.choice(4, 1500, p=[0.7, 0.2, 0.06, 0.04]).astype(np.intp)
    # Scores of machines trained on uneven classes lean towards the large one.
    lean = np.array([2.5, 0.0, -1.6, -2.0])
    score = np.eye(4)[target] * 1.5 + rng.normal(0, 0.5, (1500, 4)) + lean
    fused = fusion.fit_fusion(score[:, None, :], target)
    assert fused.bias[0] < fused.bias[3]
    plain = metrics.macro_f1(target, score.argmax(axis=1).astype(np.intp), 4)
    guess = fused.probabilities(score[:, None, :]).argmax(axis=1).astype(np.intp)
    assert metrics.macro_f1(target, guess, 4) > plain + 0.05


def test_certainty_that_boasts_is_set_right_and_no_first_guess_changes() -> None:
    rng = np.random.default_rng(8)
    target = rng.integers(0, 3, 3000).astype(np.intp)
    # Heavy tails: now and then a machine is very sure and wrong, which one scale cannot mend.
    noise = rng.standard_t(2, (3000, 3)) * 0.5
    score = (np.eye(3)[target] + noise)[:, None, :]
    half = np.arange(3000) < 1500
    fused = fusion.fit_fusion(score[half], target[half])
    assert fused.curve is not None
    plain = fusion.Fusion(fused.weights, fused.bias)
    before, after = (f.probabilities(score[~half]) for f in (plain, fused))
    assert np.array_equal(before.argmax(axis=1), after.argmax(axis=1))
    np.testing.assert_allclose(after.sum(axis=1), 1.0)
    assert (after >= 0).all()
    right = target[~half]
    assert metrics.calibration_error(right, after) < metrics.calibration_error(right, before)
    order = np.argsort(before.max(axis=1), kind="stable")
    assert np.all(np.diff(after.max(axis=1)[order]) > -1e-6), "who is surer stays surer"


def test_the_same_rows_give_the_same_model(topics: tuple[list[str], np.ndarray]) -> None:
    texts, labels = topics
    counts, rows = views.count(texts), np.arange(len(texts))
    first, second = (model.fit(counts, rows, labels, 3) for _ in range(2))
    assert np.array_equal(first.coef, second.coef)
    assert np.array_equal(first.out_of_fold, second.out_of_fold)


def test_macro_f1_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    truth, guess = rng.integers(0, 5, 200), rng.integers(0, 5, 200)
    assert metrics.macro_f1(truth, guess, 5) == pytest.approx(
        f1_score(truth, guess, average="macro")
    )


def test_accuracy_at_coverage_keeps_the_surest() -> None:
    stated = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.55, 0.45], [0.7, 0.3]])
    truth = np.array([0, 1, 0, 1, 0])
    assert metrics.accuracy_at_coverage(truth, stated, 0.6) == 1.0
    assert metrics.accuracy_at_coverage(truth, stated, 1.0) == pytest.approx(0.6)
    curve = metrics.coverage_curve(truth, stated, steps=5)
    assert [p["accuracy"] for p in curve] == sorted((p["accuracy"] for p in curve), reverse=True)


def test_calibration_error_of_honest_and_boastful_statements() -> None:
    truth = np.array([0] * 7 + [1] * 3)
    assert metrics.calibration_error(truth, np.tile([0.7, 0.3], (10, 1))) == pytest.approx(0.0)
    assert metrics.calibration_error(truth, np.tile([1.0, 0.0], (10, 1))) == pytest.approx(0.3)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=16)), min_size=2, max_size=40))
def test_no_other_threshold_has_a_higher_f1(pairs: list[tuple[bool, float]]) -> None:
    truth = np.array([p[0] for p in pairs])
    score = np.array([p[1] for p in pairs])
    best = metrics.f1_binary(truth, score >= metrics.best_f1_threshold(truth, score))
    for cut in score:
        assert metrics.f1_binary(truth, score >= cut) <= best + 1e-12
