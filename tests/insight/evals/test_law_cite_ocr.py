"""The harness on small sets it has never seen, and its errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from lianxun_insight.articles.library import load_folder
from lianxun_insight.cli import main
from lianxun_insight.rank.index import SearchIndex
from lianxun_insight.rank.passages import passages_of
from lianxun_insight.read.ocr import available
from lianxun_insight.text.evals import cite, law, ocr, pages
from lianxun_insight.text.evals.common import BadFileError
from lianxun_insight.text.evals.statutes import GoldFinder, Question

RULES = {
    "甲办法(2020-01-01).md": "# 甲办法\n\n2020年1月1日 国务院令第1号公布\n\n<!-- INFO END -->\n\n"
    "第一条 为了规范押金退还，制定本办法。\n\n第二条 出租人应当在租赁期满后三日内退还押金。\n\n"
    "第三条 拖欠工资的，由主管部门责令支付。\n",
    "乙条例(2019-01-01).md": "# 乙条例\n\n2019年1月1日 国务院令第2号公布\n\n<!-- INFO END -->\n\n"
    "第一条 举报人受保护。\n\n第二条 不得泄露举报人信息。\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "laws"
    folder.mkdir()
    for name, text in RULES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def _lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


def _gold(name: str, text: str) -> dict[str, str]:
    return {"name": name, "text": text}


def test_law_reports_figures_intervals_and_what_is_missing(tmp_path: Path, corpus: Path) -> None:
    rows = [
        {
            "id": 1,
            "question": "押金多久退还？",
            "articles": [_gold("甲办法第二条", "出租人应当在租赁期满后三日内退还押金。")],
        },
        {"id": 2, "question": "举报人信息能泄露吗？", "articles": [_gold("乙条例第二条", "")]},
        {"id": 3, "question": "没有的规定", "articles": [_gold("丙法第九条", "库中没有这一条。")]},
    ]
    report = law.evaluate(_lines(tmp_path / "q.jsonl", rows), corpus=corpus)
    assert report["gold"] == {
        "articles": 3,
        "not_in_corpus": 1,
        "not_in_corpus_first": ["3: 丙法第九条"],
    }
    assert report["untrained"]["R@100"]["value"] == pytest.approx(0.6667, abs=1e-4)
    low, high = report["untrained"]["MRR@10"]["ci95"]
    assert 0 <= low <= high <= 1
    assert report["shipped_ranker"]["questions_seen_in_training"] == 0
    assert "warning" not in report["shipped_ranker"]
    assert report["corpus"]["passages"] == 5
    again = law.evaluate(tmp_path / "q.jsonl", corpus=corpus)
    assert again["untrained"] == report["untrained"]


def test_gold_is_found_by_wording_then_by_name(corpus: Path) -> None:
    library, _ = load_folder(corpus)
    index = SearchIndex(passages_of(library))
    gold = GoldFinder(index)

    def labels(name: str, text: str) -> list[str]:
        return [index.passages[p].label for p in gold.find(name, text)]

    assert labels("另一名称", "举报人受保护") == ["第一条"]
    assert labels("中华人民共和国乙条例第一条", "") == ["第一条"]
    assert labels("乙条例第2条", "不得泄露举报人信息，另有一句。") == ["第二条"]
    assert labels("乙条例第一条", "完全不同的一段话与此无关") == []
    example = gold.example(Question("1", "问", (("乙条例第一条", ""), ("无", "无"))))
    assert [len(a) for a in example.answers] == [1, 0]


def test_ranks_of_answers_with_several_editions() -> None:
    from lianxun_insight.rank.train import Example

    example = Example("问", (frozenset({5, 7}), frozenset({9}), frozenset()))
    assert law.ranks_of([3, 7, 5], example) == [2, float("inf"), float("inf")]


def test_questions_that_share_an_article_through_others_are_one_group() -> None:
    from lianxun_insight.rank.train import Example

    answers = [{1, 2}, {2, 3}, {3}, {9}, set()]
    examples = [Example(str(i), (frozenset(a),)) for i, a in enumerate(answers)]
    groups = law._linked_by_articles(examples)
    assert len({groups[0], groups[1], groups[2]}) == 1
    assert len(set(groups)) == 3


def test_cross_validation_reports_both_kinds_of_folds(tmp_path: Path, corpus: Path) -> None:
    pytest.importorskip("lightgbm")
    rules = "\n\n".join(
        f"第{i}条 关于事项{i}号{'甲乙丙丁'[i % 4] * 3}的规定。" for i in range(1, 41)
    )
    (corpus / "丁办法.md").write_text(f"# 丁办法\n\n{rules}", "utf-8")
    rows = [
        {
            "id": i,
            "question": f"事项{i}号怎么办",
            "articles": [_gold(f"丁办法第{i}条", f"关于事项{i}号{'甲乙丙丁'[i % 4] * 3}的规定。")],
        }
        for i in range(1, 41)
    ]
    file = _lines(tmp_path / "q.jsonl", rows)
    report = law.evaluate(file, train=file, corpus=corpus)
    trained = report["trained"]
    assert trained["method"] == "5-fold cross-validation by question"
    assert trained["R@100"]["value"] == 1.0
    assert set(trained["no_shared_articles"]) == {"MRR@10", "R@5", "R@10", "R@100"}
    other = _lines(tmp_path / "other.jsonl", rows[:30])
    report = law.evaluate(file, train=other, corpus=corpus)
    assert report["trained"]["overlap"] == 30


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": 1, "question": "问"}, "缺少字段 articles"),
        ({"question": "问", "articles": []}, "应为非空列表"),
        ({"question": "问", "articles": [{"x": 1}]}, "须含 name 或 text"),
    ],
)
def test_law_names_the_place_of_bad_input(
    tmp_path: Path, corpus: Path, row: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadFileError, match=words):
        law.evaluate(_lines(tmp_path / "q.jsonl", [row]), corpus=corpus)


def test_law_needs_a_corpus_that_holds_rules(tmp_path: Path) -> None:
    file = _lines(tmp_path / "q.jsonl", [{"question": "问", "articles": [_gold("a", "b")]}])
    with pytest.raises(BadFileError, match="--corpus"):
        law.evaluate(file)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadFileError, match="没有可读的法规文本"):
        law.evaluate(file, corpus=tmp_path / "empty")


def test_cite_on_rows_and_generated(tmp_path: Path, corpus: Path) -> None:
    rows = [
        {
            "id": "a",
            "text": "依据《甲办法》第一条、乙条例第2条",
            "as_of": "2024-01-01",
            "expected": [{"work": "甲办法", "article": 1}, {"work": "乙条例", "article": 2}],
        },
        {
            "id": "b",
            "text": "《甲办法》第九条",
            "expected": [{"work": "甲办法", "article": 9, "status": "条号不存在"}],
        },
        {"id": "c", "text": "《甲办法》第一条", "expected": [{"work": "甲办法", "article": 2}]},
    ]
    report = cite.evaluate(_lines(tmp_path / "c.jsonl", rows), corpus=corpus)
    assert report["accuracy"]["value"] == pytest.approx(0.6667, abs=1e-4)
    assert [w["id"] for w in report["wrong_first"]] == ["c"]
    drawn = [{"generate": 50, "as_of": "2024-01-01"}]
    report = cite.evaluate(_lines(tmp_path / "g.jsonl", drawn), corpus=corpus)
    assert report["cases"] == 5 * 6
    assert report["accuracy"]["value"] == 1.0


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": "x"}, "须含 text 和列表 expected"),
        ({"text": "x", "expected": [{"article": 1}]}, "每项须含 work"),
        ({"text": "x", "expected": [], "as_of": "去年"}, "日期"),
    ],
)
def test_cite_names_the_place_of_bad_input(
    tmp_path: Path, corpus: Path, row: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadFileError, match=words):
        cite.evaluate(_lines(tmp_path / "c.jsonl", [row]), corpus=corpus)


def test_folding_of_texts_for_the_character_error_rate() -> None:
    assert ocr.folded("全角，（１２）“引”\n 空 格") == '全角,(12)"引"空格'


def test_prose_is_repeatable_and_fits_its_size() -> None:
    assert pages.prose(1, 10.5) == pages.prose(1, 10.5)
    assert pages.prose(1, 10.5) != pages.prose(2, 10.5)
    assert 900 < sum(map(len, pages.prose(3, 10.5))) <= 1250
    assert sum(map(len, pages.prose(3, 16))) < 600


def test_ocr_names_a_missing_file(tmp_path: Path) -> None:
    file = _lines(tmp_path / "o.jsonl", [{"file": "nope.png", "text": "x"}])
    with pytest.raises(BadFileError, match=r"第 1 行的文件不存在：nope\.png"):
        ocr.evaluate(file)


@pytest.mark.long
@pytest.mark.skipif(not available(), reason="未安装 ocr 组件")
def test_ocr_reaches_its_target_on_a_rendered_page(tmp_path: Path) -> None:
    file = _lines(tmp_path / "o.jsonl", [{"render": 1, "size": 16}])
    report = ocr.evaluate(file)
    assert report["pages"] == 2
    assert report["character_error_rate"]["value"] <= 0.002


def test_the_command_prints_json_and_saves_it(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _lines(tmp_path / "g.jsonl", [{"generate": 2, "as_of": "2024-01-01"}])
    out = tmp_path / "out.json"
    arguments = ["text", "eval", "cite", str(file), "--corpus", str(corpus), "--output", str(out)]
    assert main(arguments) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(out.read_text("utf-8"))


def test_the_command_reports_errors_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["text", "eval", "law", str(tmp_path / "no.jsonl")]) == 2
    assert "找不到文件" in capsys.readouterr().err
    file = _lines(tmp_path / "q.jsonl", [{"question": "问", "articles": [_gold("a", "b")]}])
    assert main(["text", "eval", "law", str(file)]) == 2
    assert "--corpus" in capsys.readouterr().err
