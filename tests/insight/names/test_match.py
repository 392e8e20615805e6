"""Short name to legal name: invented firms for the rules, public data for the measure."""

import json
import os
from pathlib import Path

import pytest

from lianxun_insight.cli import main
from lianxun_insight.names.lists import NameListError, read_names
from lianxun_insight.names.match import NameMatcher, match_all, strip_exchange_marks

FIRMS = [
    "青岛甲禾智能装备股份有限公司",
    "广东省甲禾高速公路发展股份有限公司",
    "江苏乙苏精细化工股份有限公司",
    "江苏乙通电子股份有限公司",
    "丙光电源股份有限公司",
    "丙光新业地产股份有限公司",
    "中国建筑第八工程局有限公司",
    "中国建筑第六工程局有限公司",
    "云南丁山药业集团股份有限公司",
]


def best(query, **kwargs):
    return NameMatcher(FIRMS).match(query, **kwargs)[0]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("甲禾智能", FIRMS[0]),
        ("粤高速", FIRMS[1]),
        ("*ST乙苏", FIRMS[2]),
        ("乙通电子", FIRMS[3]),
        ("中建八局", FIRMS[6]),
        ("第六工程局", FIRMS[7]),
        ("丁山药業", FIRMS[8]),
        ("云南丁山药业集团股份有限公司", FIRMS[8]),
    ],
)
def test_short_names_find_their_firm(query, name):
    assert best(query).name == name


def test_the_reason_names_the_parts_and_what_is_missing():
    match = best("甲禾智能机")
    assert "字号" in match.why
    assert "「机」未对上" in match.why
    assert 0 < match.score <= 100


def test_other_names_of_the_list_settle_a_near_tie_unless_told_not_to():
    queries = ["丙光股份", "丙光电源"]
    settled = match_all(queries, FIRMS)
    assert [matches[0].name for matches in settled] == [FIRMS[5], FIRMS[4]]
    alone = match_all(queries, FIRMS, independent=True)
    assert {alone[0][0].name, alone[0][1].name} == {FIRMS[4], FIRMS[5]}


def test_nothing_in_common_and_empty_inputs():
    assert NameMatcher(FIRMS).match("龘龘") == []
    assert NameMatcher([]).match("甲") == []
    assert NameMatcher(FIRMS).match("  ") == []


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("*ST甲禾", "甲禾"),
        ("甲禾A", "甲禾"),
        ("TCL", "TCL"),
        ("甲禾-U", "甲禾"),
        ("浦东甲禾", "沪甲禾"),
    ],
)
def test_marks_without_identity_are_dropped(text, bare):
    assert strip_exchange_marks(text) == bare


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("甲公司\n乙公司\n", ["甲公司", "乙公司"]),
        ('{"short": "甲", "legal": "甲公司"}\n{"query": "乙"}\n', ["甲", "乙"]),
        ('["甲", {"name": "乙"}]', ["甲", "乙"]),
        ("编号,简称\n1,甲\n2,乙\n", ["甲", "乙"]),
        ('name\n"甲"\n', ["甲"]),
        ("甲\t1\n乙\t2\n", ["甲", "乙"]),
        ("证券代码;公司简称\n1;甲\n2;乙\n", ["甲", "乙"]),
        ("公司简称\n甲\n乙\n", ["甲", "乙"]),
        ("Foo Co., Ltd.\nBar Co., Ltd.\n", ["Foo Co., Ltd.", "Bar Co., Ltd."]),
        ('{"names": ["甲", "乙"]}', ["甲", "乙"]),
        (
            '{\n "total": 2,\n "items": [{"Short_Name": "甲"},\n {"Short_Name": "乙"}]}',
            ["甲", "乙"],
        ),
        ('{"id": "A1", "secName": "甲", "fullName": "甲公司"}\n', ["甲"]),
        ('{"uscc": "91350100M000100Y43", "label": "甲"}\n', ["甲"]),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lists_in_every_shape_and_encoding(tmp_path, content, expected, codec):
    path = tmp_path / "q"
    path.write_bytes(content.encode(codec))
    assert read_names(path, role="query") == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1,甲公司\n2,乙公司\n", ["甲公司", "乙公司"]),
        ("序号,登记单位,注册资本\n1,甲公司,100\n2,乙公司,20\n", ["登记单位", "甲公司", "乙公司"]),
    ],
)
def test_a_table_without_known_heading_gives_its_only_column_of_words(tmp_path, content, expected):
    path = tmp_path / "c.csv"
    path.write_text(content, encoding="utf-8")
    assert read_names(path, role="candidate") == expected


def test_where_several_columns_could_be_meant_the_choice_is_asked_for(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("甲,甲公司\n乙,乙公司\n", encoding="utf-8")
    with pytest.raises(NameListError, match="请用 --candidate-column 指明"):
        read_names(path, role="candidate")
    assert read_names(path, role="candidate", column="2") == ["甲公司", "乙公司"]
    for column in ("3", "0", "别名"):
        with pytest.raises(NameListError, match=f"没有“{column}”"):
            read_names(path, role="candidate", column=column)
    named = tmp_path / "c.jsonl"
    named.write_text('{"a": "甲", "b": "甲公司"}\n', encoding="utf-8")
    with pytest.raises(NameListError, match="现有：a、b"):
        read_names(named, role="query")
    assert read_names(named, role="query", column="B") == ["甲公司"]


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "空"), ("[1", "不是合格的 JSON"), ('{"x": 1}', "没有名称"), ("{甲", "不是合格的 JSON")],
)
def test_bad_lists_are_named(tmp_path, content, words):
    path = tmp_path / "q"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NameListError, match=words):
        read_names(path, role="query")


def test_the_command_prints_one_json_line_per_query(tmp_path, capsys):
    queries, candidates = tmp_path / "q.txt", tmp_path / "c.jsonl"
    queries.write_text("粤高速\n乙通电子\n", encoding="utf-8")
    candidates.write_text("\n".join(json.dumps({"legal": f}) for f in FIRMS), encoding="utf-8")
    assert main(["names", "--queries", str(queries), "--candidates", str(candidates)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["query"] for line in lines] == ["粤高速", "乙通电子"]
    assert lines[0]["candidates"][0]["name"] == FIRMS[1]
    assert set(lines[0]["candidates"][0]) == {"name", "score", "why"}
    assert (
        main(["names", "--queries", str(tmp_path / "none"), "--candidates", str(candidates)]) == 2
    )
    assert "找不到文件" in capsys.readouterr().err


@pytest.mark.public_data
def test_listed_companies_reach_the_target():
    path = (
        Path(os.environ.get("LIANXUN_DATA", "../shared/data"))
        / "companies/listed_short_to_legal.jsonl"
    )
    if not path.exists():
        pytest.skip("没有公开数据 companies/listed_short_to_legal.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    answers: dict[str, set[str]] = {}
    for row in rows:
        answers.setdefault(row["short"], set()).add(row["legal"])
    queries = [short for short, legal in answers.items() if len(legal) == 1]
    results = match_all(queries, [row["legal"] for row in rows])
    right = [[m.name for m in r] for r in results]
    top1 = sum(names[0] in answers[q] for q, names in zip(queries, right, strict=True)) / len(
        queries
    )
    top5 = sum(
        bool(answers[q] & set(names)) for q, names in zip(queries, right, strict=True)
    ) / len(queries)
    assert top1 >= 0.97
    assert top5 >= 0.995
