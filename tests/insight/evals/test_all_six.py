"""``lianxun-insight text eval`` end to end on six small sets it has never seen, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lianxun_insight.cli import main
from lianxun_insight.read.ocr import available

TOPICS = {
    "交通": [
        "公交线路太少，等车要四十分钟",
        "路口红绿灯坏了一周没有人修",
        "小区门口乱停车，消防通道堵死",
    ],
    "环保": ["工厂夜里偷排污水，河水发黑", "烟囱冒黄烟，气味刺鼻", "工地夜间施工噪声太大睡不着"],
    "教育": ["学校要求购买指定的校服", "老师在校外有偿补课收费很高", "幼儿园伙食费收支没有公示"],
}
LAW = (
    "# 甲办法\n\n2020年1月1日 国务院令第1号公布\n\n<!-- INFO END -->\n\n"
    "第一条 为了规范押金退还，制定本办法。\n\n第二条 出租人应当在租赁期满后三日内退还押金。\n\n"
    "第三条 拖欠工资的，由主管部门责令支付。\n"
)
LETTERS = [
    ("反映红旗村会计冒领补助", "红旗村会计高天明虚报冒领退耕还林补助十二万元。", 1),
    ("红旗村补助的事", "高天明当会计，村里退耕还林的钱被他领走了十二万元。", 1),
    ("反映水利局副局长收好处费", "水利局副局长卞国强收受老板胡三喜好处费八万元，帮他中标。", 2),
    ("水利局工程中标有内幕", "胡三喜给卞国强送了八万元，河道工程就给了他。", 2),
]


def rows_of(name: str) -> list[dict[str, Any]]:
    """A set in the documented format of each evaluation."""
    if name == "classify":
        return [
            {"id": f"{label}{i}", "text": f"{texts[i % 3]}，已反映{i}次。", "label": label}
            for label, texts in TOPICS.items()
            for i in range(15)
        ]
    if name == "similar":
        return [
            {"id": str(i), "title": title, "text": text, "incident": incident}
            for i, (title, text, incident) in enumerate(LETTERS)
        ]
    if name == "law":
        gold = [{"name": "甲办法第二条", "text": "出租人应当在租赁期满后三日内退还押金。"}]
        return [{"id": 1, "question": "出租人在租赁期满后几日内退还押金？", "articles": gold}]
    if name == "cite":
        expected = [{"work": "甲办法", "article": 2}]
        return [
            {"id": "a", "text": "依据《甲办法》第二条", "as_of": "2024-01-01", "expected": expected}
        ]
    if name == "ner":
        text = "举报局长卞国强收受八万元。"
        return [{"id": "n", "text": text, "spans": [{"start": 4, "end": 7, "type": "person"}]}]
    return [{"render": 1, "size": 10.5}]


FIGURE = {
    "classify": ("macro_f1", 0.8),
    "similar": ("p_at_1", 1.0),
    "cite": ("accuracy", 1.0),
}


def run(name: str, tmp_path: Path, capsys: Any, *more: str) -> dict[str, Any]:
    file = tmp_path / f"{name}.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows_of(name)]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert main(["text", "eval", name, str(file), *more]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


@pytest.mark.parametrize("name", ["classify", "similar", "ner", "law", "cite"])
def test_every_evaluation_runs_on_data_it_has_never_seen(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "laws"
    corpus.mkdir()
    (corpus / "甲办法(2020-01-01).md").write_text(LAW, "utf-8")
    more = ["--corpus", str(corpus)] if name in {"law", "cite"} else []
    kept = tmp_path / "report.json"
    report = run(name, tmp_path, capsys, *more, "--output", str(kept))
    assert json.loads(kept.read_text("utf-8")) == report
    if name == "law":
        assert report["untrained"]["MRR@10"]["value"] == 1.0
    elif name == "ner":
        assert report["redaction"]
    else:
        key, least = FIGURE[name]
        assert report[key]["value"] >= least


@pytest.mark.long
@pytest.mark.skipif(not available(), reason="the extra ocr is not installed")
def test_recognition_runs_on_a_page_it_typesets_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("ocr", tmp_path, capsys)["eval"] == "ocr"


@pytest.mark.parametrize("name", ["classify", "similar", "ner", "law", "cite", "ocr"])
def test_a_line_that_cannot_be_used_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": 1}\n', encoding="utf-8")
    corpus = tmp_path / "laws"
    corpus.mkdir()
    (corpus / "甲办法(2020-01-01).md").write_text(LAW, "utf-8")
    assert main(["text", "eval", name, str(file), "--corpus", str(corpus)]) == 2
    said = capsys.readouterr().err
    assert "bad.jsonl" in said
    assert "Traceback" not in said
