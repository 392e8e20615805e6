"""Ranking, reasons, matched words; trees equal LightGBM; the artefact survives its files."""

import json
import os
import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lianxun_insight.rank import Filters, Learned, Passage, Searcher, SearchIndex, shipped
from lianxun_insight.rank.features import COLUMNS, NAMES
from lianxun_insight.rank.grams import key_of
from lianxun_insight.rank.query import query_weights, stripped
from lianxun_insight.rank.spans import fold_with_offsets, matched_spans
from lianxun_insight.rank.trees import TreeEnsemble

_WORDS = [
    "工资",
    "拖欠",
    "补偿",
    "合同",
    "解除",
    "房屋",
    "租赁",
    "押金",
    "举报",
    "保护",
    "期限",
    "罚款",
]


def _corpus(count: int = 120) -> list[Passage]:
    rng = random.Random(11)
    return [
        Passage(
            f"法{i % 6}@2020-01-01#a{i}",
            f"法{i % 6}",
            f"法{i % 6}",
            f"第{i}条",
            "".join(rng.choices(_WORDS, k=8)) + f"第{i}号规定。",
            valid_from=date(2020, 1, 1),
        )
        for i in range(1, count)
    ]


def test_lead_ins_do_not_count() -> None:
    assert stripped("请问公司拖欠工资怎么办？").split() == ["公司拖欠工资", "?"]
    assert key_of("工资") in query_weights("请问公司拖欠工资怎么办？")
    assert key_of("怎么") not in query_weights("请问公司拖欠工资怎么办？")


def test_a_question_of_lead_ins_only_is_searched_as_it_stands() -> None:
    assert query_weights("怎么办") != {}


def test_untrained_search_finds_the_words_and_marks_them() -> None:
    index = SearchIndex(
        [
            Passage("1", "甲法", "甲法", "第一条", "用人单位拖欠工资的，应当支付。"),
            Passage("2", "甲法", "甲法", "第二条", "房屋租赁押金应当退还。"),
        ]
    )
    (hit,) = [h for h in Searcher(index).search("公司拖欠工资怎么办") if h.rank == 1]
    assert hit.passage.id == "1"
    assert [hit.passage.text[s.start : s.end] for s in hit.spans] == ["拖欠工资"]
    assert set(hit.contributions) == {"词面匹配"}


def test_two_character_words() -> None:
    searcher = Searcher(SearchIndex(_corpus()))
    assert all("押金" in h.passage.text for h in searcher.search("押金", k=3))


def test_what_the_reader_may_not_see_is_never_returned() -> None:
    searcher = Searcher(SearchIndex(_corpus()), shipped())
    first = searcher.search("拖欠工资", k=5)
    allowed = {p.id for p in searcher.index.passages} - {first[0].passage.id}
    again = searcher.search("拖欠工资", k=5, filters=Filters(allowed=allowed))
    assert first[0].passage.id not in {h.passage.id for h in again}
    assert searcher.search("拖欠工资", filters=Filters(allowed=set())) == []


def test_nothing_matches() -> None:
    assert Searcher(SearchIndex(_corpus())).search("zzzz") == []
    assert Searcher(SearchIndex([])).search("甲") == []


def test_search_is_deterministic_and_says_why() -> None:
    searcher = Searcher(SearchIndex(_corpus()), shipped())
    first, second = (searcher.search("老板拖欠工资不给补偿", k=10) for _ in range(2))
    assert first == second
    assert [h.rank for h in first] == list(range(1, len(first) + 1))
    assert all(set(h.contributions) <= set(NAMES) for h in first)
    assert [h.score for h in first] == sorted((h.score for h in first), reverse=True)


def test_a_reranker_changes_the_order_but_not_the_set() -> None:
    class Longest:
        def scores(self, question: str, texts: list[str]) -> list[float]:
            return [float(len(t)) for t in texts]

    index = SearchIndex(_corpus(40))
    plain = {h.passage.id for h in Searcher(index).search("工资", k=60)}
    again = {h.passage.id for h in Searcher(index, None, Longest()).search("工资", k=60)}
    assert plain == again


def test_spans_are_offsets_of_the_original_text() -> None:
    text = "㈠工资：１２元，工资。"
    folded, offsets = fold_with_offsets(text)
    assert len(folded) == len(offsets)
    weights = query_weights("工资12")
    spans = matched_spans(text, weights, dict.fromkeys(weights, 1.0))
    assert [text[s.start : s.end] for s in spans] == ["工资", "１２", "工资"]


def test_single_characters_are_marked_only_when_no_pair_matches() -> None:
    spans = matched_spans(
        "工人的资格", query_weights("工资"), dict.fromkeys(query_weights("工资"), 1.0)
    )
    assert [(s.start, s.end) for s in spans] == [(0, 1), (3, 4)]


def test_trees_equal_lightgbm(tmp_path: Path) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(600, 4))
    target = rows[:, 0] * 2 + np.sin(rows[:, 1] * 3) + (rows[:, 2] > 0.5)
    names = ["a", "b", "c", "d"]
    data = lightgbm.Dataset(rows, target, feature_name=names)
    params = {
        "objective": "regression",
        "num_leaves": 9,
        "verbose": -1,
        "num_threads": 1,
        "seed": 1,
    }
    booster = lightgbm.train(params, data, 25)
    trees = TreeEnsemble.parse(booster.model_to_string())
    assert trees.feature_names == tuple(names)
    fresh = rng.normal(size=(200, 4))
    assert np.allclose(trees.predict(fresh), booster.predict(fresh))
    # Contributions add up: the difference of two rows is the difference of their sums.
    first, second = (sum(trees.contributions(r).values()) for r in fresh[:2])
    scores = trees.predict(fresh[:2])
    assert first - second == pytest.approx(scores[0] - scores[1])


def test_an_ensemble_of_single_leaves() -> None:
    text = "tree\nfeature_names=a\n\nTree=0\nnum_leaves=1\nleaf_value=0.5\n\nend of trees\n"
    trees = TreeEnsemble.parse(text)
    assert trees.predict(np.zeros((2, 1))).tolist() == [0.5, 0.5]
    assert trees.contributions(np.zeros(1)) == {}


def test_the_shipped_ranker_is_whole_and_needs_no_lightgbm() -> None:
    learned = shipped()
    assert learned.trees.feature_names == COLUMNS
    assert len(learned.trees.trees) > 0
    grams = learned.expand(learned.question_vector("老板拖欠工资不给"))
    assert grams
    assert "figures" in learned.card


def test_a_changed_model_file_is_refused(tmp_path: Path) -> None:
    learned = shipped()
    learned.save(tmp_path)
    assert Learned.load(tmp_path).articles == learned.articles
    with (tmp_path / "memory.tsv").open("a", encoding="utf-8") as file:
        file.write("甲\t0:1\n")
    with pytest.raises(ValueError, match=r"memory\.tsv 与模型卡中的校验值不符"):
        Learned.load(tmp_path)


def test_saving_and_loading_keeps_the_weights(tmp_path: Path) -> None:
    learned = shipped()
    learned.save(tmp_path)
    again = Learned.load(tmp_path)
    vector = learned.question_vector("租房押金不退怎么办")
    assert again.question_vector("租房押金不退怎么办") == pytest.approx(vector)
    assert again.expand(vector) == pytest.approx(learned.expand(vector))
    assert np.allclose(again.remembered(vector), learned.remembered(vector))


def test_training_learns_what_the_words_do_not_say(tmp_path: Path) -> None:
    pytest.importorskip("lightgbm")
    from lianxun_insight.rank.train import Example, train

    passages = _corpus()
    index = SearchIndex(passages)
    lay = {"工资": "薪水", "押金": "定钱", "举报": "告状", "罚款": "挨罚"}
    examples = []
    for legal, word in lay.items():
        holding = [i for i, p in enumerate(passages) if legal in p.text][:12]
        examples += [Example(f"{word}问题{i}", (frozenset({i}),)) for i in holding]
    learned = train(index, examples, {"name": "test"})
    learned.save(tmp_path)
    searcher = Searcher(index, Learned.load(tmp_path))
    hits = searcher.search("薪水", k=3)
    assert hits
    assert all("工资" in h.passage.text for h in hits)
    assert Searcher(index).search("薪水") == []
    with pytest.raises(ValueError, match="至少需要 10 条"):
        train(index, examples[:3], {})


def test_of_very_many_training_questions_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lightgbm")
    from lianxun_insight.rank import train as training

    monkeypatch.setattr(training, "MOST_QUESTIONS", 12)
    passages = _corpus()
    examples = [
        training.Example(f"{p.text[:6]}{i}", (frozenset({i}),)) for i, p in enumerate(passages[:30])
    ]
    learned = training.train(SearchIndex(passages), examples, {})
    assert (learned.card["questions"], learned.card["questions_offered"]) == (12, 30)


DATA = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.public_data
@pytest.mark.long
@pytest.mark.skipif(not (DATA / "laws").exists(), reason="公开法规数据不在 ../shared/data")
def test_the_targets_of_untrained_search_hold() -> None:
    from lianxun_insight.text.evals.law import evaluate

    report = evaluate(DATA / "statute_questions" / "train.jsonl", corpus=DATA / "laws")
    figures = {k: v["value"] for k, v in report["untrained"].items()}
    assert figures["MRR@10"] >= 0.40
    assert figures["R@10"] >= 0.48
    assert figures["R@100"] >= 0.68
    assert report["shipped_ranker"]["questions_seen_in_training"] == report["questions"]
    assert "偏高" in report["shipped_ranker"]["warning"]


def test_the_card_names_its_figures_and_its_weakness() -> None:
    card = json.loads(json.dumps(shipped().card))
    assert card["figures"]["cross_validated"]["R@5"]["value"] >= 0.53
    assert card["weak_where"]
