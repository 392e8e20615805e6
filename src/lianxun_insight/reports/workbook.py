"""The team's list as an Excel workbook: what to check, on which records, and a place for verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from lianxun_insight.flags import FAMILY_ZH, Flag
from lianxun_insight.profile import WORDING, Profile, Verdict
from lianxun_insight.reports.page import ReportInputs, chance_sentence, record_view

LONGEST = 32_767
"""Characters one cell holds; xlsxwriter leaves a longer text out without a word."""
ROWS = 1_048_576
_LIST = (
    ("序号", 6), ("单位", 26), ("提示", 8), ("类别", 9), ("规则", 22), ("疑点说明", 60),
    ("同类比较", 34), ("涉及部门", 16), ("记录数", 8), ("请先排除", 34), ("核实结论", 11),
    ("核实人", 10), ("核实日期", 12), ("理由", 30), ("疑点编号", 38),
)  # fmt: skip
_PROFILES = (
    ("位次", 7), ("单位", 28), ("同类", 14), ("提示", 8), ("同类位次", 10), ("疑点数", 8),
    ("部门数", 8), ("明显高于同类的类别", 34), ("错误发现率 q", 12), ("可计算指标", 11), ("信用代码", 22),
)  # fmt: skip
_RECORDS = (
    ("疑点编号", 38), ("单位", 26), ("部门", 12), ("数据表", 20), ("记录", 36), ("内容", 90),
    ("数据截至", 12),
)  # fmt: skip


def write_workbook(path: Path, inputs: ReportInputs) -> int:
    """Write the workbook for the bodies that have flags; returns the number of flags listed.

    Cell texts are written as texts: nothing that stands in a record can become a formula.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        formats = _formats(book)
        count = _list_sheet(book, inputs, formats)
        _profile_sheet(book, inputs, formats)
        _record_sheet(book, inputs, formats)
        _missing_sheet(book, inputs, formats)
    return count


def _put(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write a text; one longer than a cell can hold is cut and says so, instead of vanishing."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 20]}……（过长，已截断）"
    sheet.write_string(row, column, text, style)


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "top", "text_wrap": True}
    edge = {**base, "border": 1, "border_color": "#D9DEE3"}
    return {
        "head": book.add_format({**edge, "bold": True, "bg_color": "#F1F3F5", "valign": "vcenter"}),
        "cell": book.add_format(edge),
        "input": book.add_format({**edge, "bg_color": "#FFFBEA"}),
        "red": book.add_format({**edge, "font_color": "#FFFFFF", "bg_color": "#9F1D20"}),
        "yellow": book.add_format({**edge, "bg_color": "#FFD65C"}),
        "none": book.add_format(edge),
        "title": book.add_format({**base, "bold": True, "font_size": 15, "text_wrap": False}),
        "note": book.add_format({**base, "font_color": "#5D6873", "text_wrap": False}),
    }


def _sheet(book: Any, name: str, columns: tuple[tuple[str, int], ...], formats: Any) -> Any:
    """A sheet with title row, headings, widths, frozen head, A4 landscape print setup."""
    sheet = book.add_worksheet(name)
    _put(sheet, 0, 0, f"联巡 · {name}", formats["title"])
    _put(sheet, 1, 0, f"{WORDING}。内部资料，注意保管。", formats["note"])
    for column, (heading, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        _put(sheet, 2, column, heading, formats["head"])
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_footer("&L内部资料 注意保管&R第 &P 页，共 &N 页")
    return sheet


def _listed_flags(inputs: ReportInputs) -> list[tuple[Profile, Flag]]:
    return [
        (profile, inputs.flags[flag_id])
        for profile in inputs.profiles
        if profile.listed
        for flag_id in profile.flags
    ]


def _list_sheet(book: Any, inputs: ReportInputs, formats: Any) -> int:
    sheet = _sheet(book, "疑点清单", _LIST, formats)
    pairs = _listed_flags(inputs)
    for n, (profile, flag) in enumerate(pairs, start=1):
        review = inputs.reviews.get(flag.flag_id)
        row = n + 2
        texts = (
            profile.org.name,
            profile.colour.zh,
            FAMILY_ZH[flag.indicator.family],
            f"{flag.indicator.id} {flag.indicator.title_zh}",
            inputs.callings.call(flag.sentence()),
            chance_sentence(flag),
            "、".join(flag.departments),
        )
        sheet.write_number(row, 0, n, formats["cell"])
        for column, text in enumerate(texts, start=1):
            style = formats[profile.colour.value] if column == 2 else formats["cell"]
            _put(sheet, row, column, text, style)
        sheet.write_number(row, 8, len(flag.records), formats["cell"])
        _put(sheet, row, 9, "；".join(flag.innocent_explanations), formats["cell"])
        verdict = (
            (review.verdict, review.who, review.when[:10], review.reason) if review else ("",) * 4
        )
        for column, text in enumerate(verdict, start=10):
            _put(sheet, row, column, text, formats["input"])
        _put(sheet, row, 14, flag.flag_id, formats["cell"])
    last = max(3, len(pairs) + 2)
    sheet.data_validation(
        3, 10, last, 10,
        {"validate": "list", "source": [v.value for v in Verdict],
         "error_title": "核实结论", "error_message": "请从列表中选择：属实、部分属实、不实、无法核实。"},
    )  # fmt: skip
    sheet.autofilter(2, 0, last, len(_LIST) - 1)
    return len(pairs)


def _profile_sheet(book: Any, inputs: ReportInputs, formats: Any) -> None:
    sheet = _sheet(book, "单位画像", _PROFILES, formats)
    rows = [p for p in inputs.profiles if p.flags]
    for n, profile in enumerate(rows, start=1):
        speaking = "、".join(FAMILY_ZH[f.family] for f in profile.families if f.speaks)
        row = n + 2
        cells: tuple[Any, ...] = (
            n, profile.org.name, profile.org.stratum, profile.colour.zh, profile.band,
            len(profile.flags), len(profile.departments), speaking, round(profile.q, 4),
            f"{profile.computed}/{profile.indicators}", profile.org.org,
        )  # fmt: skip
        for column, value in enumerate(cells):
            style = formats[profile.colour.value] if column == 3 else formats["cell"]
            if isinstance(value, int | float):
                sheet.write_number(row, column, value, style)
            else:
                _put(sheet, row, column, value, style)
    sheet.autofilter(2, 0, max(3, len(rows) + 2), len(_PROFILES) - 1)


def _record_sheet(book: Any, inputs: ReportInputs, formats: Any) -> None:
    sheet = _sheet(book, "记录明细", _RECORDS, formats)
    row, left_off = 3, 0
    for profile, flag in _listed_flags(inputs):
        for record in flag.records:
            if row >= ROWS - 1:
                left_off += 1
                continue
            view = record_view(record, inputs.callings)
            content = "　".join(f"{label}：{text}" for label, text in view["fields"])
            texts = (
                flag.flag_id, profile.org.name, view["department"], view["title"], view["key"],
                content, str(view["as_of"]),
            )  # fmt: skip
            for column, text in enumerate(texts):
                _put(sheet, row, column, text, formats["cell"])
            row += 1
    if left_off:
        _put(sheet, row, 0, f"另有 {left_off:,} 条记录放不下，请见疑点文件。", formats["cell"])
    sheet.autofilter(2, 0, max(3, row - 1), len(_RECORDS) - 1)


def _missing_sheet(book: Any, inputs: ReportInputs, formats: Any) -> None:
    columns = (
        ("规则", 10),
        ("名称", 34),
        ("类别", 9),
        ("是否计算", 10),
        ("命中数", 9),
        ("原因", 70),
    )
    sheet = _sheet(book, "指标计算情况", columns, formats)
    for row, run in enumerate(inputs.scan.indicators, start=3):
        _put(sheet, row, 0, run.id, formats["cell"])
        _put(sheet, row, 1, run.title_zh, formats["cell"])
        _put(sheet, row, 2, FAMILY_ZH[run.family], formats["cell"])
        _put(sheet, row, 3, "是" if run.computed else "否", formats["cell"])
        sheet.write_number(row, 4, run.hits, formats["cell"])
        _put(sheet, row, 5, run.reason, formats["cell"])
