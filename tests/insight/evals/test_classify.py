"""``text eval classify``: formats, refusals, figures on sets written here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lianxun_insight.text.evals.classify import evaluate, positive_label
from lianxun_insight.text.evals.common import BadFileError, bootstrap, read_rows
from lianxun_insight.triage.duty import follows_rule

OFFICIAL = [
    "被告人甲利用担任某局局长的职务便利，为他人谋取利益，收受现金{n}万元",
    "某村会计虚报冒领退耕还林补助款{n}万元据为己有，经监察委立案",
    "时任某镇民政所所长的乙审核低保不认真，致{n}户不符合条件者领取",
]
ORDINARY = [
    "被告人丙醉酒驾驶轿车与摩托车相撞，血液中乙醇含量{n}毫克",
    "被告人丁入户盗窃手机{n}部，销赃后挥霍",
    "某有限公司业务员侵占公司货款{n}元，用于赌博",
]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    return path


def duty_rows(size: int) -> list[dict[str, object]]:
    rng = np.random.default_rng(5)
    rows: list[dict[str, object]] = []
    for i in range(size):
        yes = i % 3 == 0
        pool = OFFICIAL if yes else ORDINARY
        text = pool[int(rng.integers(0, 3))].format(n=int(rng.integers(1, 99)))
        rows.append({"id": i, "text": text, "label": "duty" if yes else "other"})
    return rows


def test_topics_are_cross_validated_with_intervals(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    words = {"环保": "污水废气臭味噪声", "交通": "公交红绿灯停车道路", "教育": "学校学费补课老师"}
    rows = [
        {"id": f"{label}{i}", "text": "".join(rng.choice(list(bag), 12)), "label": label}
        for label, bag in words.items()
        for i in range(30)
    ]
    report = evaluate(write(tmp_path / "a.jsonl", rows), folds=5, jobs=1)
    assert report["rows"] == 90
    assert report["macro_f1"]["value"] > 0.9  # type: ignore[index]
    low, high = report["macro_f1"]["ci95"]  # type: ignore[index]
    assert low <= report["macro_f1"]["value"] <= high  # type: ignore[index]
    assert sum(map(sum, report["confusion"]["rows_truth_columns_guess"])) == 90  # type: ignore[index]
    again = evaluate(tmp_path / "a.jsonl", folds=5, jobs=2)
    assert again["macro_f1"] == report["macro_f1"]


def test_the_one_rule_stands_beside_the_stack_and_is_beaten_where_it_misses(tmp_path: Path) -> None:
    report = evaluate(write(tmp_path / "d.jsonl", duty_rows(120)), folds=5, jobs=1)
    assert report["positive"] == "duty"
    rule = report["f1_one_rule"]["value"]  # type: ignore[index]
    stack = report["f1_stack"]["value"]  # type: ignore[index]
    assert 0.3 < rule < 0.9
    assert stack > rule
    assert report["f1_stack_minus_rule"]["ci95"][0] > 0  # type: ignore[index]


def test_a_training_file_is_used_whole_and_the_other_measured(tmp_path: Path) -> None:
    train = write(tmp_path / "train.jsonl", duty_rows(90))
    test = write(tmp_path / "test.jsonl", duty_rows(30))
    report = evaluate(test, train=train)
    assert report["rows"] == 30
    assert report["method"] == "train file of 90"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "没有任何记录"),
        ('{"id":1,"text":"甲","label":"a"', "第 1 行第 31 字起不是合法的 JSON"),
        ('{"id":1,"text":"甲","label":"a"}\n{"id":2,"text":"乙"}', "第 2 行缺少字段 label"),
        ("[1]", "应为 JSON 对象"),
        ('{"id":1,"text":"甲","label":"a"}', "只有一种标签"),
        (
            '{"id":1,"text":"甲","label":"a"}\n{"id":2,"text":"乙","label":"a"}\n'
            '{"id":3,"text":"丙","label":"b"}',
            "至少出现两次的标签不足两种",
        ),
    ],
)
def test_bad_files_are_refused_with_place_and_advice(
    tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadFileError, match=words):
        evaluate(path)


def test_an_unknown_label_in_the_measured_file_is_named(tmp_path: Path) -> None:
    train = write(tmp_path / "train.jsonl", duty_rows(30))
    test = write(tmp_path / "t.jsonl", [{"id": 1, "text": "甲", "label": "third"}])
    with pytest.raises(BadFileError, match="third"):
        evaluate(test, train=train)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="无法读取"):
        read_rows(tmp_path / "none.jsonl", ("id",))


def test_the_positive_label_is_the_named_the_usual_or_the_rarer() -> None:
    labels = np.array([0, 0, 0, 1])
    assert positive_label(["a", "b"], labels, None) == 1
    assert positive_label(["duty", "other"], labels, None) == 0
    assert positive_label(["a", "b"], labels, "a") == 0
    with pytest.raises(BadFileError, match="不在文件中"):
        positive_label(["a", "b"], labels, "c")


def test_the_rule_reads_use_of_office_and_named_offences() -> None:
    texts = ["利用其主管审批的职务便利", "犯玩忽职守罪", "入户盗窃", "利用休息时间喝酒"]
    assert follows_rule(texts).tolist() == [True, True, False, False]


def test_bootstrap_is_repeatable_and_brackets_the_mean() -> None:
    values = np.arange(100) / 100
    one = bootstrap(lambda r: float(values[r].mean()), 100)
    assert one == bootstrap(lambda r: float(values[r].mean()), 100)
    assert one[0] < 0.495 < one[1]
