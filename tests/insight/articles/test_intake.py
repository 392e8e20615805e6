"""Files as departments send them become split texts, with the place of what is wrong."""

from datetime import date
from pathlib import Path

import pytest

from lianxun_insight.articles.intake import from_document, from_pasted
from lianxun_insight.articles.library import Library
from lianxun_insight.citations import Resolver, check_document
from lianxun_insight.cli import main
from lianxun_insight.read import UnreadableError, safe_open

LINES = [
    "临江市联络员管理办法",
    "（2023年3月1日临江市人民政府印发）",
    "第一章　总则",
    "第一条　为了规范联络员管理，制定本办法。",
    "第二条　联络员应当：",
    "（一）按时报送；",
    "（二）保守秘密。",
    "第三条　本办法自2023年5月1日起施行。",
]


def _docx(path: Path, lines: list[str]) -> Path:
    import docx

    source = docx.Document()
    for line in lines:
        source.add_paragraph(line)
    source.save(str(path))
    return path


def _workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
    return path


def test_word_file(tmp_path: Path) -> None:
    document = safe_open(_docx(tmp_path / "a.docx", LINES))
    (text,) = from_document(document, name="a").texts
    assert text.title == LINES[0]
    assert [str(a.number) for a in text.articles] == ["第一条", "第二条", "第三条"]
    assert text.articles[0].headings == ("第一章 总则",)
    assert text.metadata.effective_on == date(2023, 5, 1)
    assert text.metadata.region == "临江市"


def test_pasted_text_in_one_line() -> None:
    pasted = "甲办法\n第一条 目的。第二条 依照第一条办理。 第三条 自发布之日起施行。"
    (text,) = from_pasted(pasted).texts
    assert [a.number.number for a in text.articles] == [1, 2, 3]


def test_workbook_with_numbers_in_all_spellings(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["法规名称", "章节", "条号", "条文", "公布日期"],
        ["甲办法", "第一章 总则", 1, "目的。", "2020年1月1日"],
        [None, "第一章 总则", "第二条", "范围。"],
        [None, None, "三", "第三条 已含条号。"],
        ["乙规则", None, "第一条", "另一件。"],
        ["乙规则", None, "第二条", None],
    ]
    document = safe_open(_workbook(tmp_path / "a.xlsx", {"清单": rows, "说明": [["随便"]]}))
    intake = from_document(document, name="a")
    assert [t.title for t in intake.texts] == ["甲办法", "乙规则"]
    first = intake.texts[0]
    assert [(str(a.number), a.text) for a in first.articles] == [
        ("第一条", "目的。"),
        ("第二条", "范围。"),
        ("第三条", "已含条号。"),
    ]
    assert first.metadata.published_on == date(2020, 1, 1)
    assert dict(intake.problems) == {
        "清单!第 6 行": "条文为空，本行未导入",
        "说明!第 1 行": "缺少列：法规名称、条文，本表未导入",
    }


def test_a_gap_is_reported_with_the_row_of_the_sheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["名称", "条号", "正文"],
        ["甲办法", 1, "甲。"],
        ["甲办法", 3, "丙。"],
    ]
    intake = from_document(safe_open(_workbook(tmp_path / "a.xlsx", {"表": rows})), name="a")
    assert intake.problems == (("表!第 3 行", "条号不连续：第一条之后是第三条"),)


def test_a_workbook_without_the_columns(tmp_path: Path) -> None:
    document = safe_open(_workbook(tmp_path / "a.xlsx", {"表": [["甲", "乙"], ["1", "2"]]}))
    with pytest.raises(UnreadableError, match="首行须含列：法规名称、条文"):
        from_document(document, name="a")


def test_citation_check_of_a_word_file_names_the_paragraph(tmp_path: Path) -> None:
    (rule,) = from_pasted("\n".join(LINES)).texts
    resolver = Resolver(Library([("a", rule)]))
    report_lines = ["一、检查情况。", "依据《临江市联络员管理办法》第二条和第九条处理。"]
    document = safe_open(_docx(tmp_path / "b.docx", report_lines))
    report, findings = check_document(resolver, document, as_of=date(2024, 1, 1))
    assert report.counts() == {"有效": 1, "条号不存在": 1}
    (finding,) = findings
    assert finding.places[0].label == "第2段"
    assert "共到第三条，没有第九条" in finding.resolved.reason


def test_the_split_command_reports_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text("# 甲办法\n\n第一条 甲。\n\n第三条 丙。", "utf-8")
    assert main(["text", "split", str(tmp_path)]) == 1
    assert "条号不连续" in capsys.readouterr().out
    (tmp_path / "a.md").write_text("# 甲办法\n\n第一条 甲。", "utf-8")
    assert main(["text", "split", str(tmp_path)]) == 0
    assert main(["text", "split", str(tmp_path / "none")]) == 2
