"""``text eval`` with files as people make them: byte-order marks, CRLF, blanks, doubles, gaps; errors name the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lianxun_insight.cli import main
from lianxun_insight.text.evals import law, similar
from lianxun_insight.text.evals.common import BadFileError, Row, read_rows, unique_ids
from tests.insight.evals.test_all_six import LAW, rows_of

NAMES = ("classify", "similar", "ner", "law", "cite")


def dumped(rows: list[dict[str, Any]], end: str = "\n") -> str:
    return end.join(json.dumps(r, ensure_ascii=False) for r in rows)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "laws"
    folder.mkdir()
    (folder / "甲办法(2020-01-01).md").write_text(LAW, "utf-8")
    return folder


def called(
    name: str, data: str | bytes, tmp_path: Path, capsys: Any, *more: str
) -> tuple[int, Any, str]:
    """Exit code, report, and what was said on standard error."""
    file = tmp_path / "set.jsonl"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    code = main(["text", "eval", name, str(file), *more])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, json.loads(out) if out.strip() else None, err


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_at_the_beginning_and_windows_line_ends_change_no_figure(
    name: str, tmp_path: Path, corpus: Path, capsys: Any
) -> None:
    more = ("--corpus", str(corpus)) if name in ("law", "cite") else ()
    rows = rows_of(name)
    _, plain, _ = called(name, dumped(rows), tmp_path, capsys, *more)
    odd = "\ufeff" + dumped(rows, "\r\n\r\n   \r\n") + "\r\n"
    code, report, _ = called(name, odd, tmp_path, capsys, *more)
    assert code == 0
    assert without_times(report) == without_times(plain)


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-8-sig"])
def test_files_from_older_programs_are_read_as_they_are(codec: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(dumped(rows_of("classify")).encode(codec))
    assert [dict(row) for row in read_rows(file, ("text", "label"))] == rows_of("classify")


def test_a_file_from_an_older_program_is_evaluated(tmp_path: Path, capsys: Any) -> None:
    data = dumped(rows_of("similar"))
    _, plain, _ = called("similar", data, tmp_path, capsys)
    code, report, _ = called("similar", data.encode("gb18030"), tmp_path, capsys)
    assert code == 0
    assert without_times(report) == without_times(plain)


def test_fields_in_another_order_and_more_of_them_change_nothing(
    tmp_path: Path, capsys: Any
) -> None:
    rows = rows_of("classify")
    _, plain, _ = called("classify", dumped(rows), tmp_path, capsys)
    turned = [{"来源": "热线", "label": r["label"], "id": r["id"], "text": r["text"]} for r in rows]
    _, report, _ = called("classify", dumped(turned), tmp_path, capsys)
    assert without_times(report) == without_times(plain)


@pytest.mark.parametrize("rows", [2, 3, 4])
def test_two_to_four_rows_give_a_report_or_a_sentence(
    rows: int, tmp_path: Path, capsys: Any
) -> None:
    data = [{"id": i, "text": f"路灯不亮{i}", "label": "甲乙"[i % 2]} for i in range(rows)]
    code, report, said = called("classify", dumped(data), tmp_path, capsys)
    assert (code == 0 and report["rows"]) or (code == 2 and said.strip())


def test_what_the_folder_held_and_what_was_left_out_is_said(
    tmp_path: Path, corpus: Path, capsys: Any
) -> None:
    (corpus / "说明.pages").write_bytes(b"x")
    _, report, _ = called("law", dumped(rows_of("law")), tmp_path, capsys, "--corpus", str(corpus))
    assert (report["corpus"]["files"], report["corpus"]["files_skipped"]) == (2, 1)
    assert report["corpus"]["skipped_first"] == ["说明.pages：不支持的文件类型：.pages"]


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        timed = ("time", "seconds", "peak", "milliseconds", "search", "reading", "index_build")
        return {k: without_times(v) for k, v in value.items() if not k.startswith(timed)}
    return value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "没有任何记录"),
        ("\n \r\n", "没有任何记录"),
        ('{"id": 1', "set.jsonl 第 1 行第"),
        ("\n\n[1]\n", "set.jsonl 第 3 行应为 JSON 对象"),
        ("\n{}\n", "set.jsonl 第 2 行"),
        ("[" * 100_000, "set.jsonl 第 1 行"),
        ("文字".encode("gb18030"), "set.jsonl 第 1 行第 1 字起不是合法的 JSON"),
        (b'{"id": 1}\n\xff\xff\xff', "set.jsonl 第 2 行的编码不是 UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_and_exit_code_two(
    name: str, data: str | bytes, words: str, tmp_path: Path, corpus: Path, capsys: Any
) -> None:
    code, report, said = called(name, data, tmp_path, capsys, "--corpus", str(corpus))
    assert (code, report) == (2, None)
    assert words in said


@pytest.mark.parametrize(
    ("name", "field", "value", "words"),
    [
        ("classify", "text", None, "第 3 行的 text 应为文字，现为空值"),
        ("classify", "text", 5, "第 3 行的 text 应为文字，现为数字"),
        ("classify", "label", None, "第 3 行的 label 应为文字或数字，现为空值"),
        ("classify", "label", "  ", "第 3 行的 label 应为文字或数字，现为空文字"),
        ("classify", "label", ["甲"], "第 3 行的 label 应为文字或数字，现为列表"),
        ("similar", "text", {}, "第 3 行的 text 应为文字，现为对象"),
        ("similar", "incident", None, "第 3 行的 incident 应为文字或数字"),
        ("ner", "spans", "甲", "第 3 行的 spans 应为列表"),
        ("ner", "spans", [{"start": 0}], "第 3 行的标注须有 start、end"),
        (
            "ner",
            "spans",
            [{"start": 3, "end": 99, "type": "person"}],
            "第 3 行的标注位置 3–99 超出",
        ),
        ("law", "question", None, "第 3 行的 question 应为文字"),
        ("law", "articles", [], "第 3 行的 articles 应为非空列表"),
        ("law", "articles", ["甲"], "第 3 行的 articles 每项须含 name 或 text"),
        ("law", "articles", [{"name": 1}], "第 3 行的 name 应为文字"),
        ("cite", "expected", None, "第 3 行须含 text 和列表 expected"),
        ("cite", "expected", [{"work": "甲", "article": "一"}], "第 3 行的 expected 每项"),
        ("cite", "as_of", "去年", "第 3 行的 as_of 应为"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_with_its_line(
    name: str,
    field: str,
    value: Any,
    words: str,
    tmp_path: Path,
    corpus: Path,
    capsys: Any,
) -> None:
    good = rows_of(name)[0]
    data = dumped([good]) + "\n\n" + dumped([{**good, field: value}, *rows_of(name)])
    code, report, said = called(name, data, tmp_path, capsys, "--corpus", str(corpus))
    assert (code, report) == (2, None)
    assert f"set.jsonl {words}" in said


def test_a_label_that_occurs_once_is_left_out_and_said(tmp_path: Path, capsys: Any) -> None:
    rows = [*rows_of("classify"), {"id": "x", "text": "路灯不亮了", "label": "城管"}]
    code, report, _ = called("classify", dumped(rows), tmp_path, capsys)
    assert code == 0
    assert report["rows"] == len(rows) - 1
    assert "城管" not in report["labels"]
    assert report["warnings"] == [
        f"标签只出现一次，无从学习，未计入各项数字：set.jsonl 第 {len(rows)} 行（城管）。"
    ]


def test_single_labels_alone_are_refused(tmp_path: Path, capsys: Any) -> None:
    rows = [{"id": i, "text": f"路灯不亮{i}", "label": label} for i, label in enumerate("甲乙丙丙")]
    code, _, said = called("classify", dumped(rows), tmp_path, capsys)
    assert code == 2
    assert "至少出现两次的标签不足两种" in said


def test_a_label_that_training_does_not_know_is_named_with_its_line(
    tmp_path: Path, capsys: Any
) -> None:
    train = tmp_path / "train.jsonl"
    train.write_text(dumped(rows_of("classify")), "utf-8")
    rows = [rows_of("classify")[0], {"id": 2, "text": "路灯不亮", "label": "城管"}]
    code, _, said = called("classify", dumped(rows), tmp_path, capsys, "--train", str(train))
    assert code == 2
    assert "set.jsonl 第 2 行的标签“城管”在训练文件中没有" in said


@pytest.mark.parametrize("text", ["", "。。。", "😀"])
def test_texts_without_words_are_refused_in_a_sentence(
    text: str, tmp_path: Path, capsys: Any
) -> None:
    rows = [{"id": i, "text": text, "label": i % 3} for i in range(30)]
    code, report, said = called("classify", dumped(rows), tmp_path, capsys)
    if (
        code == 0
    ):  # punctuation and pictures are characters too: then the figures are those of chance
        assert report["macro_f1"]["value"] < 0.6
    else:
        assert "没有可以学习的字词" in said


def test_a_few_empty_texts_among_others_do_no_harm(tmp_path: Path, capsys: Any) -> None:
    rows = rows_of("classify")
    rows += [{"id": f"e{i}", "text": "", "label": "交通"} for i in range(3)]
    code, report, _ = called("classify", dumped(rows), tmp_path, capsys)
    assert (code, report["rows"]) == (0, len(rows))


def test_a_title_of_its_own_counts_as_the_subject_line(tmp_path: Path, capsys: Any) -> None:
    rows = [
        {"id": r["id"], "title": r["text"], "text": "情况如上。", "label": r["label"]}
        for r in rows_of("classify")
    ]
    _, report, _ = called("classify", dumped(rows), tmp_path, capsys)
    assert report["macro_f1"]["value"] > 0.8


def test_labels_may_be_numbers_or_yes_and_no(tmp_path: Path, capsys: Any) -> None:
    rows = [
        {"id": r["id"], "text": r["text"], "label": r["label"] == "交通"}
        for r in rows_of("classify")
    ]
    _, report, _ = called("classify", dumped(rows), tmp_path, capsys)
    assert report["positive"] == "true"


def test_ids_that_come_twice_are_counted_apart_and_said(tmp_path: Path, capsys: Any) -> None:
    rows = [{**r, "id": "同号"} for r in rows_of("similar")]
    code, report, _ = called("similar", dumped(rows), tmp_path, capsys)
    assert code == 0
    assert (report["rows"], report["queries"]) == (4, 4)
    assert report["p_at_1"]["value"] == 1.0
    assert "编号重复 3 处" in report["warnings"][0]
    assert "第 2 行（同号）" in report["warnings"][0]


def test_leads_without_title_or_id_are_compared_by_their_text(tmp_path: Path, capsys: Any) -> None:
    rows = [{"text": r["text"], "incident": r["incident"]} for r in rows_of("similar")]
    rows[0]["title"] = None
    code, report, _ = called("similar", dumped(rows), tmp_path, capsys)
    assert (code, report["p_at_1"]["value"]) == (0, 1.0)


def test_leads_of_which_no_two_belong_together_are_refused(tmp_path: Path, capsys: Any) -> None:
    rows = [{**r, "incident": i} for i, r in enumerate(rows_of("similar"))]
    code, _, said = called("similar", dumped(rows), tmp_path, capsys)
    assert code == 2
    assert "没有两条属于同一 incident" in said


def test_a_rule_that_the_folder_does_not_hold_counts_as_missed_and_is_listed(
    tmp_path: Path, corpus: Path, capsys: Any
) -> None:
    rows = rows_of("law")
    rows.append({"id": 2, "question": "押金多久退还？", "articles": [{"name": "乙办法第九条"}]})
    code, report, _ = called("law", dumped(rows), tmp_path, capsys, "--corpus", str(corpus))
    assert code == 0
    assert report["gold"]["not_in_corpus_first"] == ["2: 乙办法第九条"]
    assert report["untrained"]["MRR@10"]["value"] == 0.5


def test_an_unknown_rule_is_a_status_not_a_fault(tmp_path: Path, corpus: Path, capsys: Any) -> None:
    expected = [{"work": "乙办法", "article": 9, "status": "库中没有该法规"}]
    row = {"id": 1, "text": "依据《乙办法》第九条", "expected": expected, "as_of": "2024-01-01"}
    code, report, _ = called("cite", dumped([row]), tmp_path, capsys, "--corpus", str(corpus))
    assert (code, report["accuracy"]["value"]) == (0, 1.0)


@pytest.mark.parametrize("name", ["law", "cite"])
def test_a_folder_without_rules_is_refused(name: str, tmp_path: Path, capsys: Any) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    data = dumped(rows_of(name))
    for more, words in (
        (("--corpus", str(empty)), "没有可读的法规文本"),
        (("--corpus", str(tmp_path / "none")), "找不到法规文件夹"),
        ((), "请用 --corpus 指定"),
        (("--corpus", str(tmp_path / "set.jsonl")), "不是文件夹"),
    ):
        code, report, said = called(name, data, tmp_path, capsys, *more)
        assert (code, report) == (2, None)
        assert words in said


@pytest.mark.parametrize("generate", [0, -1, "许多"])
def test_a_number_of_generated_citations_must_be_one(
    generate: Any, tmp_path: Path, corpus: Path, capsys: Any
) -> None:
    code, _, said = called(
        "cite", dumped([{"generate": generate}]), tmp_path, capsys, "--corpus", str(corpus)
    )
    assert code == 2
    assert "generate 应为正整数" in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"render": "两页"}, "render 应为正整数"),
        ({"render": 1, "size": 400}, "size 应为 6 到 40 磅"),
        ({"id": 1, "file": "没有.png", "text": "甲"}, "第 1 行的文件不存在"),
        ({"id": 1, "file": "没有.png"}, "第 1 行须含 file 和 text"),
    ],
)
def test_pages_to_recognise_are_checked_before_anything_is_loaded(
    row: dict[str, Any], words: str, tmp_path: Path, capsys: Any
) -> None:
    code, _, said = called("ocr", dumped([row]), tmp_path, capsys)
    assert code == 2
    assert words in said


# -- large files -------------------------------------------------------------------------------


def test_of_very_many_leads_some_are_drawn_and_the_report_says_so(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "MOST_ASKED", 3)
    monkeypatch.setattr(similar, "MOST_COMPARED", 2)
    _, report, _ = called("similar", dumped(rows_of("similar")), tmp_path, capsys)
    assert (report["rows"], report["queries"]) == (4, 3)
    assert report["warnings"] == [
        "共 4 条有同件的线索，按固定种子抽取 3 条评测，区间按抽取数计算。",
        "共 4 条线索（逐对比较文字），按固定种子抽取 2 条评测，区间按抽取数计算。",
    ]
    _, again, _ = called("similar", dumped(rows_of("similar")), tmp_path, capsys)
    assert without_times(again) == without_times(report)


def test_of_very_many_questions_some_are_drawn(
    tmp_path: Path, corpus: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law, "MOST_ASKED", 5)
    rows = [{**rows_of("law")[0], "id": i} for i in range(12)]
    _, report, _ = called("law", dumped(rows), tmp_path, capsys, "--corpus", str(corpus))
    assert report["questions"] == 5
    assert "共 12 条问题，按固定种子抽取 5 条评测" in report["warnings"][0]


# -- rows ----------------------------------------------------------------------------------------


def test_half_a_character_keeps_the_offsets(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "甲\\ud800乙"}\n', "utf-8")
    (row,) = read_rows(file, ("text",))
    assert row.text("text") == "甲\ufffd乙"


def test_ids_are_made_unique_and_doubles_reported_up_to_ten(tmp_path: Path) -> None:
    rows = [Row({"id": "a"}, tmp_path / "f", n) for n in range(1, 31)]
    report: dict[str, Any] = {}
    names = unique_ids(rows, report)
    assert len(set(names)) == 30
    assert report["warnings"][0].startswith("编号重复 29 处")
    assert report["warnings"][0].count("行") == 11
    assert unique_ids([Row({}, tmp_path / "f", 7)], {}) == ["line7"]


def test_a_folder_in_place_of_a_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="无法读取"):
        read_rows(tmp_path, ())
