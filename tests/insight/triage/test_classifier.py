"""Suggestions: masking, cues, training, calibration, abstention, explanation, artefact."""

from __future__ import annotations

import json
import shutil
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.triage import cues, taxonomy
from lianxun_insight.triage.classifier import LabelledLead
from lianxun_insight.triage.classifier.artefact import BadModelError, load, save
from lianxun_insight.triage.classifier.evaluation import evaluate
from lianxun_insight.triage.classifier.faithful import faithfulness, without
from lianxun_insight.triage.classifier.predict import Classifier, Decided
from lianxun_insight.triage.classifier.training import NEVER, threshold, train
from lianxun_insight.triage.classifier.vectors import Grams, Vectoriser
from lianxun_insight.triage.coldstart import SCREEN_NOTE, build, open_shipped, shipped, synthetic
from lianxun_insight.triage.masking import model_view
from lianxun_insight.triage.similar.index import Lead, SimilarityIndex
from lianxun_insight.triage.synthetic import HELD_OUT, make_leads

BRIBE = "举报临川县水利局副局长卞国强，在河道治理工程招标中收受老板胡三喜好处费8万元，帮他中标。请查处。"
SMALL = """
version: "t"
valid_from: 2025-01-01
facets: [{code: TP-1, name: 性质, suggest: true}]
groups: [{code: TP-A, name: 甲, facet: TP-1}]
leaves:
  - {code: TP-A1, name: 收钱, parent: TP-A, definition: 收受他人钱财，为他人谋取利益。, cues: [收受, 好处费]}
  - {code: TP-A2, name: 污染, parent: TP-A, definition: 排放污水废气，污染河流和空气。, cues: [污水, 废气]}
  - {code: TP-A3, name: 少见, parent: TP-A, definition: 泄露考试题目和招标底价。, cues: [泄露, 底价]}
"""


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return open_shipped()


@pytest.fixture(scope="module")
def table() -> taxonomy.Taxonomy:
    return taxonomy.parse(SMALL)


def small_leads() -> list[LabelledLead]:
    rng = np.random.default_rng(1)
    bags = {
        "TP-A1": ["他收受现金帮人中标", "老板送好处费给科长", "每次验收都要收钱"],
        "TP-A2": ["工厂夜里偷排污水", "烟囱冒废气味道刺鼻", "河水发黑鱼都死了"],
    }
    leads = []
    for code, sentences in bags.items():
        for i in range(48):
            group = int(rng.integers(0, 3))
            text = f"{sentences[group]}，第{i}次反映，请处理。{rng.choice(['盼复', '谢谢', '已有半年'])}"
            leads.append(LabelledLead(f"{code}-{i}", text, frozenset({code}), f"g{group}"))
    rare = LabelledLead("r", "有人泄露了底价给投标人", frozenset({"TP-A3"}), "g9")
    return [*leads, rare]


def test_a_model_sees_no_name_and_no_identifier_but_the_kind_of_unit() -> None:
    view = model_view(
        "我叫高天明，电话13800138000。\n举报临川县人民医院院长卞国强，账号6222021001116245702"
    )
    for hidden in ("高天明", "13800138000", "卞国强", "临川", "6222021001116245702"):
        assert hidden not in view.text
    assert "医院院长〔人员1〕" in view.text
    start = view.text.index("院长")
    assert view.original_span(start, start + 2)[1] > 30


def test_two_letters_that_differ_in_names_alone_get_the_same_probabilities(
    classifier: Classifier,
) -> None:
    other = (
        BRIBE.replace("卞国强", "罗大海")
        .replace("临川县水利局", "安和县水利局")
        .replace("胡三喜", "高天明")
    )
    # First what the model is given, to the letter: a failure here is one of the detectors.
    assert model_view(BRIBE).text == model_view(other).text
    for facet in ("TP-1", "TP-2"):
        one, two = classifier.probabilities(BRIBE, facet), classifier.probabilities(other, facet)
        assert one == pytest.approx(two, rel=1e-9, abs=1e-12)


def test_a_sentence_that_denies_is_no_cue() -> None:
    leaf = taxonomy.load().leaf("TP-C1")
    text = "我不是要举报谁贪污，只说低保的事。"
    assert cues.counts(leaf, cues.without_denials(text)) == (0, 0)
    assert cues.counts(leaf, "他贪污了公款")[0] >= 1


@given(st.text(alphabet="收受好处费。！不是举报贪污\n没有看到", max_size=60))
def test_blanking_denials_keeps_every_offset(text: str) -> None:
    plain = cues.without_denials(text)
    assert len(plain) == len(text)
    assert all(b in (a, " ") for a, b in zip(text, plain, strict=True))


@given(st.text(alphabet="收钱〔人员12〕１2 3\n办事ＡＢ", max_size=40))
def test_grams_lie_where_they_say(text: str) -> None:
    for gram, places in Grams.of(text).places.items():
        for start, end in places:
            assert 0 <= start < end <= len(text)
            if gram.isalpha() and len(gram) == end - start:
                assert text[start:end].lower() in (gram, gram.upper(), text[start:end].lower())


def test_placeholders_give_no_grams() -> None:
    assert set(Grams.of("〔人员1〕收钱").places) == {"收", "钱", "收钱"}


def test_rows_have_length_one_and_empty_texts_length_nought() -> None:
    vectoriser = Vectoriser.fit(["收钱", "收钱办事", "收钱"], ["收钱"])
    assert np.linalg.norm(vectoriser.row(Grams.of("收钱").counts()).values) == pytest.approx(1.0)
    assert len(vectoriser.row(Grams.of("无").counts()).values) == 0


def test_a_bribe_is_suggested_with_rule_words_and_definition(classifier: Classifier) -> None:
    prediction = classifier.predict(BRIBE, "TP-1")
    first = prediction.suggestions[0]
    assert (first.code, prediction.abstained, prediction.reason) == ("TP-C2", False, "")
    assert any(rule.startswith("TP-C2/cue") for rule in first.rules)
    assert first.definition in classifier.taxonomy.leaf("TP-C2").definition
    assert first.model_id == classifier.model.model_id
    for evidence in first.evidence:
        assert BRIBE[evidence.start : evidence.end] == evidence.text
    shown = "".join(e.text for e in first.evidence if e.weight > 0)
    assert "好处费" in shown
    assert len({e.text for e in first.evidence if e.weight > 0}) <= 8
    assert len({e.text for e in first.evidence if e.weight < 0}) <= 3


def test_private_life_and_disposal_are_never_suggested(classifier: Classifier) -> None:
    text = "他生活作风有问题，与多名女性有不正当关系，违反社会公德家庭美德。"
    for facet in classifier.model.facets:
        codes = set(classifier.probabilities(text, facet))
        assert "TP-S1" not in codes
        assert not any(code.startswith("TP-H") for code in codes)
    with pytest.raises(KeyError):
        classifier.predict(text, "TP-3")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "过短"),
        ("你好", "过短"),
        ("Lorem ipsum dolor sit amet, consectetur adipiscing elit", "差异较大"),
        ("今天天气晴朗，我和同学去公园放风筝，湖边的柳树很美", "未作建议"),
    ],
)
def test_out_of_its_domain_it_abstains_and_says_so(
    classifier: Classifier, text: str, words: str
) -> None:
    prediction = classifier.predict(text, "TP-1")
    assert prediction.abstained
    assert words in prediction.reason
    assert len(prediction.suggestions) == 3
    assert all(s.abstained for s in prediction.suggestions)


def test_deleting_the_highlighted_words_halves_the_probability(classifier: Classifier) -> None:
    texts = [lead.text for lead in make_leads(90, seed=77, wordings=HELD_OUT)]
    for facet in ("TP-1", "TP-2"):
        share, cases = faithfulness(classifier, texts, facet)
        assert cases >= 20
        assert share >= 0.9


def test_deleting_keeps_everything_that_was_not_highlighted(classifier: Classifier) -> None:
    suggestion = classifier.predict(BRIBE, "TP-1").suggestions[0]
    rest = without(BRIBE, suggestion)
    assert len(rest) < len(BRIBE)
    assert set(rest) <= set(BRIBE)


def test_held_out_wordings_are_recognised_well_above_chance(classifier: Classifier) -> None:
    leads = synthetic(200, 123, HELD_OUT)
    for facet, least in (("TP-1", 0.75), ("TP-2", 0.8)):
        row = evaluate(classifier, leads, facet)
        assert row["top1"] >= least  # type: ignore[operator]
        assert row["ece"] <= 0.03  # type: ignore[operator]
        assert row["leads"] == 200


def test_neighbours_are_decided_leads_of_the_leaf_within_the_readers_scope(
    classifier: Classifier,
) -> None:
    index = SimilarityIndex()
    for key, text in (("a", BRIBE), ("b", BRIBE + "另有证据"), ("c", "粮站以陈粮顶新粮")):
        index.add(Lead(key, "", text))
    codes = {"a": {"TP-C2"}, "b": {"TP-C2"}, "c": {"TP-C1"}}
    seen = classifier.predict(BRIBE, "TP-1", decided=Decided(index, codes, ["a", "c"]))
    assert seen.suggestions[0].neighbours == ("a",)
    blind = classifier.predict(BRIBE, "TP-1", decided=Decided(index, codes, []))
    assert blind.suggestions[0].neighbours == ()


def test_suggesting_for_800_characters_is_quick(classifier: Classifier) -> None:
    text = "".join(lead.text for lead in make_leads(30, seed=5))[:800]
    classifier.predict(text, "TP-1")
    start = time.process_time()
    for _ in range(5):
        classifier.predict(text, "TP-1")
        classifier.predict(text, "TP-2")
    assert (time.process_time() - start) / 5 < 0.2  # generous: the benchmark prints the figure


def test_training_is_repeatable_and_survives_its_folder(
    tmp_path: Path, table: taxonomy.Taxonomy
) -> None:
    one = save(train(small_leads(), table, "test"), tmp_path / "a", "card")
    two = save(train(small_leads()[::-1], table, "test"), tmp_path / "b", "card")
    assert one == two
    assert (tmp_path / "a/weights.npz").read_bytes() == (tmp_path / "b/weights.npz").read_bytes()
    opened = Classifier.open(tmp_path / "a", table)
    assert opened.model.model_id == one
    assert opened.predict("科长收受现金帮忙中标，请查", "TP-1").suggestions[0].code == "TP-A1"
    assert opened.predict("工厂偷排污水，河水发黑，请处理", "TP-1").suggestions[0].code == "TP-A2"


def test_a_rare_leaf_is_on_trial_and_lives_on_rules_and_definition(
    table: taxonomy.Taxonomy,
) -> None:
    weights = train(small_leads(), table, "test").facets["TP-1"]
    assert weights.trial.tolist() == [False, False, True]
    assert weights.stack[2, 0] == 0.0
    assert weights.stack[2, 1] > 0


def test_a_group_never_stands_on_both_sides(table: taxonomy.Taxonomy) -> None:
    """With one group nothing can be held out: the linear column must not be trusted at all."""
    leads = [LabelledLead(x.id, x.text, x.codes, "one") for x in small_leads()]
    weights = train(leads, table, "test").facets["TP-1"]
    assert np.allclose(weights.stack[:2, 0], 0.0, atol=1e-6)


def test_another_taxonomy_is_refused(tmp_path: Path, table: taxonomy.Taxonomy) -> None:
    save(train(small_leads(), table, "test"), tmp_path, "card")
    with pytest.raises(taxonomy.BadTaxonomyError, match="另一份分类表"):
        Classifier.open(tmp_path)


@pytest.mark.parametrize("name", ["weights.npz", "vocabulary.json", "CARD.md"])
def test_an_altered_model_is_refused(tmp_path: Path, name: str) -> None:
    shutil.copytree(shipped(), tmp_path / "m")
    (tmp_path / "m" / name).write_bytes((tmp_path / "m" / name).read_bytes() + b" ")
    with pytest.raises(BadModelError, match=name):
        load(tmp_path / "m")


def test_a_missing_or_foreign_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModelError, match="不完整"):
        load(tmp_path)
    shutil.copytree(shipped(), tmp_path / "m")
    about = json.loads((tmp_path / "m/model.json").read_text(encoding="utf-8"))
    (tmp_path / "m/model.json").write_text(json.dumps(about | {"format": "other/9"}))
    with pytest.raises(BadModelError, match="other/9"):
        load(tmp_path / "m")


def test_the_shipped_card_says_where_it_is_weak_and_that_it_is_synthetic() -> None:
    card = (shipped() / "CARD.md").read_text(encoding="utf-8")
    assert SCREEN_NOTE in card
    for words in ("SYNTHETIC", "Weak where", "Duty-crime", "Rare leaves", "Must not be used"):
        assert words in card
    about = json.loads((shipped() / "model.json").read_text(encoding="utf-8"))
    assert about["taxonomy_sha256"] == taxonomy.load().sha256
    assert str(about["about"]["figures"]["TP-1"]["top1"]) in card


def test_the_threshold_is_the_lowest_that_is_precise_enough() -> None:
    truth = np.array([True] * 40 + [False] * 2 + [True] * 2 + [False] * 20)
    stated = np.linspace(0.99, 0.3, len(truth))
    cut = threshold(truth, stated)
    said = stated >= cut
    assert truth[said].mean() >= 0.95
    assert cut >= 0.6
    assert threshold(np.zeros(20, dtype=bool), np.linspace(0, 1, 20)) == NEVER


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=16)), min_size=1, max_size=60))
def test_whatever_the_rows_a_threshold_keeps_its_promise(rows: list[tuple[bool, float]]) -> None:
    truth, stated = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    cut = threshold(truth, stated)
    if cut < NEVER and (stated >= cut).any() and cut > 0.6:
        assert truth[stated >= cut].mean() >= 0.95


def test_invented_leads_are_repeatable_spread_and_kept_apart() -> None:
    one, two = make_leads(129, seed=3), make_leads(129, seed=3)
    assert one == two
    assert len({lead.nature for lead in one}) == 43
    assert {lead.wording for lead in make_leads(60, seed=3, wordings=HELD_OUT)} == {2}
    suggestible = {leaf.code for leaf in taxonomy.load().suggestible("TP-1", date(2025, 6, 1))}
    assert {lead.nature for lead in one} == suggestible


@pytest.mark.long
def test_the_shipped_model_is_what_the_code_builds(tmp_path: Path) -> None:
    build(tmp_path)
    assert load(tmp_path).model_id == load(shipped()).model_id
