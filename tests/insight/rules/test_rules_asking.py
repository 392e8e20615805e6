"""Question-only classes in two steps: candidates, approval by two, the log, the sheet, the answers."""

import csv
import datetime as dt
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.cli import main
from lianxun_insight.generator import Gaps, make_province, write_province
from lianxun_insight.rules.asking import (
    MOST,
    approve,
    log_lines,
    log_sheet,
    open_questions,
    write_sheet,
)
from lianxun_insight.rules.questions import Question, questions
from lianxun_insight.scan import open_source
from lianxun_insight.scan.source import data_of
from tests.insight.rules.tables import data, day

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def question(number, org="U1"):
    fields = (("person_a_token", "p_官"), ("person_b_token", f"p_{number}"))
    return Question("D25", fields, org, "供应商背后人员与有职权人员的关系待核(1 条)", ("X01",))


def sheet(*numbers, **changed):
    wanted = {"asked_by": "甲", "approved_by": ["乙", "丙"], "purpose": "示例巡察 F-1", "now": NOW}
    return approve([question(n) for n in numbers], **(wanted | changed))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"asked_by": " "}, "提出人"),
        ({"purpose": ""}, "用途"),
        ({"approved_by": ["乙"]}, "两人批准"),
        ({"approved_by": ["乙", "乙 "]}, "两人批准"),
        ({"approved_by": ["甲", "乙"]}, "提出人以外"),
        ({"approved_by": ["乙", "丙", "丁"]}, "两人批准"),
        ({"now": NOW.replace(tzinfo=None)}, "时区"),
    ],
)
def test_nothing_is_asked_without_purpose_and_two_others(changed, words):
    with pytest.raises(ValueError, match=words):
        sheet(1, **changed)


def test_a_sheet_is_no_bulk_copy_and_asks_one_class():
    with pytest.raises(ValueError, match=f"1 到 {MOST} 个"):
        sheet(*range(MOST + 1))
    with pytest.raises(ValueError, match="现有 0 个"):
        sheet()
    other = Question("D27", (("person_token", "p"),), "U1", "x", ())
    with pytest.raises(ValueError, match="一个数据类"):
        approve([question(1), other], asked_by="甲", approved_by=["乙", "丙"], purpose="x", now=NOW)


def test_every_question_is_logged_and_never_asked_twice(tmp_path):
    log = tmp_path / "log.jsonl"
    log_sheet(log, sheet(1, 2))
    log_sheet(log, sheet(3))
    lines = list(log_lines(log))
    assert [line["person_b_token"] for line in lines] == ["p_1", "p_2", "p_3"]
    assert len({line["query_id"] for line in lines}) == 3
    assert lines[0]["approved_by"] == ["乙", "丙"]
    assert lines[0]["purpose"] == "示例巡察 F-1"
    assert [
        dict(q.fields)["person_b_token"] for q in open_questions(map(question, (1, 4)), log)
    ] == ["p_4"]
    assert len(open_questions([question(1)], None)) == 1


@given(line=st.integers(0, 2), how=st.sampled_from(["drop", "change", "swap", "cut"]))
def test_a_log_that_was_altered_shows(line, how, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "log.jsonl"
    log_sheet(log, sheet(1, 2, 3, 4))
    lines = log.read_text("utf-8").splitlines()
    if how == "drop":
        del lines[line]
    elif how == "change":
        lines[line] = lines[line].replace("乙", "丁")
    elif how == "swap":
        lines[line], lines[line + 1] = lines[line + 1], lines[line]
    else:
        lines[line] = lines[line][:-5]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="损坏"):
        list(log_lines(log))
    with pytest.raises(ValueError, match="损坏"):
        log_sheet(log, sheet(9))


def test_the_sheet_has_the_columns_of_the_answer(tmp_path):
    made = sheet(1, 2)
    write_sheet(tmp_path / "s.csv", made)
    rows = list(csv.reader((tmp_path / "s.csv").open(encoding="utf-8-sig")))
    assert rows[0][:4] == ["核验编号", "甲方标识", "乙方标识", "是否亲属"]
    assert rows[1][:4] == [made.query_ids()[0], "p_官", "p_1", ""]


def test_withholding_is_asked_where_somebody_else_insures():
    pay = {"person_token": "甲", "unit_code": "U1", "pay_month": day("2025-01-01"), "amount": 1}
    work = {"person_token": "甲", "employer_code": "F1", "pay_month": day("2025-01-01")}
    own = {**work, "person_token": "乙", "employer_code": "U1"}
    (asked,), left_off = questions(
        data(D15=[pay, {**pay, "person_token": "乙"}], D34_insured=[work, own]), "D29"
    )
    assert left_off == 0
    assert dict(asked.fields) == {
        "person_token": "甲",
        "firm_code": "F1",
        "tax_month": day("2025-01-01"),
    }


@pytest.fixture(scope="module")
def provinces(tmp_path_factory):
    """The same province as the departments deliver it (no kin) and as it is (kin known to police)."""
    base = tmp_path_factory.mktemp("ask")
    made = make_province(0.1, seed=21, instances=2)
    write_province(made, base / "whole")
    write_province(made, base / "bare", gaps=Gaps(absent=("公安",)))
    return base


def test_two_steps_find_what_a_bulk_of_kin_would_find(provinces, tmp_path, capsys):
    """Without kin X01 cannot run; the approved questions about one body and their answers suffice."""
    bare = provinces / "bare"
    flags = tmp_path / "f.jsonl"
    scan = [
        "scan",
        str(bare),
        "--out",
        str(flags),
        "--only",
        "X01",
        "--as-of",
        "2025-12-31",
        "--json",
    ]
    assert main(scan) == 0
    assert "X01" in json.loads(capsys.readouterr().out)["not_computed"]

    truth = [json.loads(t) for t in (bare / "truth.jsonl").read_text("utf-8").splitlines()]
    planted = next(t for t in truth if t["scheme"] == "S01")
    log, out = tmp_path / "核验记录.jsonl", tmp_path / "核验单.csv"
    ask = ["ask", str(bare), "--class", "D25", "--org", planted["unit"], "--limit", "200"]
    ask += ["--log", str(log), "--json"]
    assert main(ask) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["sheet"] is None
    assert not log.exists()
    assert len(listed["questions"]) == min(200, listed["candidates"])
    assert "p_" not in "".join(row["reason"] for row in listed["questions"])
    approved = ["--out", str(out), "--asked-by", "甲", "--purpose", "示例", "--approved-by", "乙"]
    assert main([*ask, *approved]) == 2
    assert not out.exists()
    capsys.readouterr()
    sheets = []
    for _ in range(-(-listed["candidates"] // 200)):
        assert main([*ask, *approved, "--approved-by", "丙"]) == 0
        sheets.append(json.loads(capsys.readouterr().out)["sheet"])
    asked = list(log_lines(log))
    assert len(asked) == listed["candidates"]
    assert main([*ask]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == []

    answered = _answers(provinces / "whole", asked)
    assert {row["query_id"].rsplit("-", 1)[0] for row in answered} == set(sheets)
    both = tmp_path / "both"
    shutil.copytree(bare, both)
    _write_answers(both / "d25.parquet", provinces / "whole" / "d25.parquet", answered)
    assert main([*scan[:1], str(both), *scan[2:]]) == 0
    assert json.loads(capsys.readouterr().out)["hits"]["X01"] >= 1
    found = [json.loads(line) for line in flags.read_text("utf-8").splitlines()]
    assert planted["unit"] in {flag["subject"]["org"] for flag in found}


def _answers(whole, asked):
    """What the police know about the pairs that were asked, and nothing else."""
    known = data_of(open_source(whole))["D25"].to_pyarrow().to_pylist()
    kin = {(row["person_a_token"], row["person_b_token"]): row for row in known}
    rows = []
    for line in asked:
        pair = (line["person_a_token"], line["person_b_token"])
        row = kin.get(pair) or kin.get(pair[::-1])
        rows.append(
            {
                "query_id": line["query_id"],
                "person_a_token": pair[0],
                "person_b_token": pair[1],
                "answer": row is not None,
                "relation": row["relation"] if row else None,
                "record_key": row["record_key"] if row else None,
            }
        )
    return rows


def _write_answers(path, like, rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(like)
    columns = {f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in schema}
    pq.write_table(pa.table(columns, schema=schema), path)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--class", "D14"], "没有候选规则"),
        (["--class", "D25", "--limit", "0"], "应为正整数"),
        (["--class", "D25", "--out", "x.csv"], "核验记录"),
    ],
)
def test_wrong_wishes_are_named(provinces, capsys, more, words):
    assert main(["ask", str(provinces / "bare"), *more]) == 2
    assert words in capsys.readouterr().err
