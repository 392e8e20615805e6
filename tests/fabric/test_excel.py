"""The Excel pipeline: safe to open, cell by cell, errors back in the same workbook, no formula out."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lianxun.fabric.excel import marking, reading, writing
from lianxun.fabric.excel.columns import RESULT_HEADER, CellError, Column, SheetSpec, value_of
from lianxun.kernel.problems import Invalid

SPEC = SheetSpec(
    "test.things",
    "事项",
    3,
    (
        Column(key="code", header="编号", required=True, most=5),
        Column(key="count", header="数量", kind="integer", low=1, high=9),
        Column(key="day", header="日期", kind="date"),
        Column(key="sort", header="类别", kind="choice", choices={"甲类": "a", "乙类": "b"}),
        Column(key="tags", header="标签", kind="choices", choices={"急": "u", "密": "s"}),
        Column(key="on", header="有效", kind="yesno", default=True),
    ),
)


def book(rows: list[list[Any]], *, headings: list[str] | None = None, title: str = "事项") -> bytes:
    made = Workbook()
    page = made.active
    page.title = title
    page.append(headings or [c.header for c in SPEC.columns])
    for row in rows:
        page.append(row)
    extra = made.create_sheet("备注")
    extra["A1"] = "别的内容"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_what_a_template_gives_out_comes_back_as_values() -> None:
    rows = [
        {
            "code": "A1",
            "count": 3,
            "day": date(2026, 3, 2),
            "sort": "b",
            "tags": ["u", "s"],
            "on": False,
        },
        {"code": "A2"},
    ]
    parsed = reading.read(writing.export(SPEC, rows), SPEC, name="事项.xlsx")
    assert parsed.problems == ()
    assert [line.values for line in parsed.lines] == [
        {
            "code": "A1",
            "count": 3,
            "day": date(2026, 3, 2),
            "sort": "b",
            "tags": ("u", "s"),
            "on": False,
        },
        {"code": "A2", "count": None, "day": None, "sort": None, "tags": None, "on": True},
    ]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ([None, 1], "编号", "不能为空"),
        (["ABCDEF"], "编号", "不能超过 5 字"),
        (["A", "多"], "数量", "须为整数"),
        (["A", 10], "数量", "1—9"),
        (["A", 1.5], "数量", "须为整数"),
        (["A", 1, "昨天"], "日期", "须为日期"),
        (["A", 1, "2026-02-30"], "日期", "须为日期"),
        (["A", 1, None, "丙类"], "类别", "可填：甲类、乙类"),
        (["A", 1, None, None, "急、慢"], "标签", "没有“慢”"),
        (["A", 1, None, None, None, "可能"], "有效", "是”或“否"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(row: list[Any], column: str, sentence: str) -> None:
    parsed = reading.read(book([["OK"], row]), SPEC, name="x.xlsx")
    assert [(p.row, p.column) for p in parsed.problems] == [(3, column)]
    assert sentence in parsed.problems[0].message


@pytest.mark.parametrize("written", ["2026-3-2", "2026/03/02", "2026年3月2日", "2026.3.2"])
def test_dates_as_people_write_them(written: str) -> None:
    column = SPEC.columns[2]
    assert value_of(column, written) == date(2026, 3, 2)


@given(
    st.text(max_size=40) | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
)
def test_any_cell_becomes_a_value_or_a_sentence(raw: object) -> None:
    for column in SPEC.columns:
        sentence = column.header
        try:
            value_of(column, raw)
        except CellError as wrong:
            sentence = str(wrong)
        assert column.header in sentence


@given(st.lists(st.text(max_size=5).filter(lambda t: t.strip() != ""), min_size=1, max_size=20))
def test_every_row_with_content_is_accounted_for(codes: list[str]) -> None:
    cells = ["".join(c for c in code if c.isprintable()).strip() or "x" for code in codes]
    parsed = reading.read(writing.export(SPEC, [{"code": c} for c in cells]), SPEC, name="x.xlsx")
    assert [line.row for line in parsed.lines] == list(range(2, len(cells) + 2))
    assert [line.values["code"] for line in parsed.lines] == cells


def test_errors_come_back_in_the_same_workbook_and_leave_with_the_next_round() -> None:
    data = book([["OK", 1], ["A", 10], ["B", "多"]])
    parsed = reading.read(data, SPEC, name="x.xlsx")
    marked = marking.mark(data, parsed.sheet, parsed.problems)
    again = load_workbook(io.BytesIO(marked))
    assert again["备注"]["A1"].value == "别的内容"
    column = [cell.value for cell in again["事项"][1]].index(RESULT_HEADER) + 1
    told = [again["事项"].cell(row, column).value for row in (2, 3, 4)]
    assert told[0] is None
    assert "1—9" in told[1]
    assert "须为整数" in told[2]
    again["事项"].cell(3, 2).value = 9
    out = io.BytesIO()
    again.save(out)
    second = reading.read(out.getvalue(), SPEC, name="x.xlsx")
    assert [p.row for p in second.problems] == [4]
    final = load_workbook(io.BytesIO(marking.mark(out.getvalue(), second.sheet, second.problems)))
    assert [c.value for c in final["事项"][1]].count(RESULT_HEADER) == 1
    assert final["事项"].cell(3, column).value is None


def test_a_quoted_cell_never_becomes_a_formula() -> None:
    data = book([["A", 1, None, '=HYPERLINK("http://x")']])
    parsed = reading.read(writing.export(SPEC, [{"code": "=1+1"}]), SPEC, name="x.xlsx")
    assert parsed.lines[0].values["code"] == "=1+1"
    exported = writing.export(SPEC, [{"code": "=1+1"}, {"code": "@SUM"}, {"code": "+A1"}])
    for row in load_workbook(io.BytesIO(exported))["事项"].iter_rows(min_row=2, max_col=1):
        assert row[0].data_type == "s"
    problem = [reading.CellProblem(2, "类别", "=cmd|x")]
    marked = load_workbook(io.BytesIO(marking.mark(data, "事项", problem)))
    assert marked["事项"].cell(2, 7).data_type == "s"


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (["数量"], "缺少“编号”列"),
        (["编号", "多余"], "模板以外的列“多余”"),
        (["编号", "编号"], "列重复"),
    ],
)
def test_wrong_headings_are_named(headings: list[str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        reading.read(book([["A", 1]], headings=headings), SPEC, name="x.xlsx")


def test_old_and_foreign_templates_are_refused() -> None:
    old = SheetSpec(SPEC.key, SPEC.title, 2, SPEC.columns)
    other = SheetSpec("test.others", SPEC.title, 3, SPEC.columns)
    with pytest.raises(Invalid, match="第 3 版"):
        reading.read(writing.template(old), SPEC, name="x.xlsx")
    with pytest.raises(Invalid, match="另一种模板"):
        reading.read(writing.template(other), SPEC, name="x.xlsx")


def test_an_empty_template_and_no_workbook_at_all() -> None:
    with pytest.raises(Invalid, match="没有数据行"):
        reading.read(writing.template(SPEC), SPEC, name="x.xlsx")
    with pytest.raises(Invalid, match="不是 Excel"):
        reading.read(b"a,b\n1,2\n", SPEC, name="x.csv")
    with pytest.raises(Invalid, match="空文件"):
        reading.read(b"", SPEC, name="x.xlsx")
    with pytest.raises(Invalid, match="已损坏"):
        reading.read(book([["A"]])[:900], SPEC, name="x.xlsx")


def replaced(data: bytes, part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == part else old.read(entry))
    return out.getvalue()


def test_a_bomb_is_refused_before_it_inflates() -> None:
    huge = replaced(book([["A"]]), "xl/worksheets/sheet2.xml", b" " * (80 * 1024 * 1024))
    with pytest.raises(Invalid, match="异常压缩"):
        reading.read(huge, SPEC, name="x.xlsx")


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = replaced(book([["A"]]), "xl/worksheets/sheet2.xml", b" " * (40 * 1024 * 1024))
    size = (40 * 1024 * 1024).to_bytes(4, "little")
    assert data.count(size) >= 1
    lying = data.replace(size, (4000).to_bytes(4, "little"))
    with pytest.raises(Invalid, match=r"与实际不符|无法读取"):
        reading.read(lying, SPEC, name="x.xlsx")


def test_entities_are_refused() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    with pytest.raises(Invalid, match="文档类型定义"):
        reading.read(replaced(book([["A"]]), "xl/worksheets/sheet2.xml", evil), SPEC, name="x.xlsx")
